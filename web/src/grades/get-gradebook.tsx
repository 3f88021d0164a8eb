/** The grades of a course: the gradebook to those who teach, their own line to students. */

import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import type { ReadOutput } from "../contract.ts";
import { useCourse } from "../courses/course-context.ts";
import { IfOpen } from "../courses/if-open.tsx";
import { usePages, useRead } from "../data.ts";
import { Loaded, Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { StudentGrades } from "./get-student-grades.tsx";
import "./grades.css";
import "./messages.ts";
import { percentText, pointsText } from "./numbers.ts";
import { type OpenCell, SetGradeCellDialog } from "./set-grade-cells.tsx";
import { GradeColumnDialog } from "./update-grade-column.tsx";

export type Book = ReadOutput<"grades.getGradebook">;
export type Column = Book["columns"][number];
type Row = ReadOutput<"grades.listGradebookRows">["items"][number];
type Cell = Row["cells"][number];

export function GradesPage() {
  const course = useCourse();
  return course.mayTeach ? (
    <Gradebook courseId={course.courseId} />
  ) : (
    <StudentGrades courseId={course.courseId} />
  );
}

function Gradebook({ courseId }: { readonly courseId: string }) {
  const text = useText();
  const book = useRead("grades.getGradebook", { courseId });
  const [isAdding, setAdding] = useState(false);
  return (
    <section className="stack" aria-labelledby="gradebook">
      <div className="row row-apart">
        <h2 id="gradebook">{text("gradebook.title")}</h2>
        <div className="row">
          <Link
            to="/courses/$courseId/grades/scheme"
            params={{ courseId }}
            className="button"
            data-look="plain"
          >
            {text("gradebook.scheme")}
          </Link>
          <IfOpen>
            <Button icon="plus" onPress={() => setAdding(true)}>
              {text("gradebook.addColumn")}
            </Button>
          </IfOpen>
        </div>
      </div>
      <Loaded of={book}>
        {(data) =>
          data.columns.length === 0 ? (
            <EmptyState
              icon="grade"
              title={text("gradebook.noColumns")}
              hint={text("gradebook.noColumnsText")}
            />
          ) : (
            <Lines book={data} />
          )
        }
      </Loaded>
      {book.data !== undefined && isAdding && (
        <GradeColumnDialog book={book.data} column={null} onClose={() => setAdding(false)} />
      )}
    </section>
  );
}

function Lines({ book }: { readonly book: Book }) {
  const text = useText();
  const { courseId } = book.course;
  const rows = usePages("grades.listGradebookRows", { courseId });
  const [column, setColumn] = useState<Column | null>(null);
  const [open, setOpen] = useState<OpenCell | null>(null);
  return (
    <>
      <Paged of={rows}>
        {(items: readonly Row[]) =>
          items.length === 0 ? (
            <EmptyState icon="people" title={text("gradebook.empty")} hint={text("gradebook.emptyText")} />
          ) : (
            <>
              <p className="soft">{text("gradebook.hint")}</p>
              {/* What scrolls must be reachable by keyboard, so the frame takes the focus. */}
              <section className="gradebook-frame" aria-label={text("gradebook.marks")} tabIndex={0}>
                <table className="gradebook">
                  <thead>
                    <tr>
                      <th scope="col">{text("gradebook.student")}</th>
                      <th scope="col" className="gradebook-total">
                        {text("gradebook.total")}
                      </th>
                      {book.columns.map((each) => (
                        <th key={each.columnId} scope="col">
                          <ColumnHead column={each} onPress={() => setColumn(each)} />
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {items.map((row) => (
                      <tr key={row.student.personId}>
                        <th scope="row">{row.student.name}</th>
                        <td className="gradebook-total number">
                          {row.total.percent === null ? "–" : percentText(row.total.percent)}
                          {row.total.letter !== null && <strong> {row.total.letter}</strong>}
                        </td>
                        {book.columns.map((each) => {
                          const cell = row.cells.find(({ columnId }) => columnId === each.columnId);
                          return (
                            <td key={each.columnId}>
                              {cell !== undefined && (
                                <CellButton
                                  cell={cell}
                                  column={each}
                                  student={row.student.name}
                                  onPress={() => setOpen({ cell, column: each, student: row.student })}
                                />
                              )}
                            </td>
                          );
                        })}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </section>
            </>
          )
        }
      </Paged>
      {column !== null && <GradeColumnDialog book={book} column={column} onClose={() => setColumn(null)} />}
      {open !== null && <SetGradeCellDialog courseId={courseId} open={open} onClose={() => setOpen(null)} />}
    </>
  );
}

function ColumnHead({ column, onPress }: { readonly column: Column; readonly onPress: () => void }) {
  const text = useText();
  const { title, pointsMax, posted, counts, hidesNames } = column;
  const facts = [
    pointsMax === 0 ? text("gradebook.extra") : text("gradebook.outOf", { points: pointsText(pointsMax) }),
    ...(posted ? [] : [text("gradebook.hidden")]),
    ...(counts ? [] : [text("gradebook.leftOut")]),
    ...(hidesNames ? [text("gradebook.hidesNames")] : []),
  ];
  return (
    <AriaButton className="gradebook-head" onPress={onPress}>
      <span className="visually-hidden">{text("gradebook.changeColumn")}</span>
      <span>{title}</span>
      <span className="faint">{facts.join(" · ")}</span>
    </AriaButton>
  );
}

function CellButton({
  cell,
  column,
  student,
  onPress,
}: {
  readonly cell: Cell;
  readonly column: Column;
  readonly student: string;
  readonly onPress: () => void;
}) {
  const text = useText();
  const words = [
    cell.points === null ? null : pointsText(cell.points),
    cell.isExcused ? text("gradebook.excused") : null,
    cell.points === null && cell.isMissing && !cell.isExcused ? text("gradebook.missing") : null,
  ].filter((word) => word !== null);
  const mark = words.length === 0 ? text("gradebook.noMark") : words.join(", ");
  return (
    <AriaButton
      className="gradebook-cell number"
      data-fate={cell.fate}
      onPress={onPress}
      aria-label={text("gradebook.cellLabel", { student, column: column.title, mark })}
    >
      {words.length === 0 ? "–" : words.join(", ")}
      {cell.isOverride && <span aria-hidden="true">*</span>}
    </AriaButton>
  );
}
