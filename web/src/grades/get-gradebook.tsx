/** The grades of a course: the gradebook to those who teach, their own line to students. */

import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState, useSyncExternalStore } from "react";
import type { ReadOutput } from "../contract.ts";
import { useCourse } from "../courses/course-context.ts";
import { IfOpen, useIsOpen } from "../courses/if-open.tsx";
import { usePages, useRead } from "../data.ts";
import { Loaded, Paged } from "../frame/loaded.tsx";
import { everyGroup, GroupFilter } from "../progress/group-filter.tsx";
import "../progress/progress.css";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { EmptyState } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { CsvDialog } from "./csv-dialog.tsx";
import { StudentGrades } from "./get-student-grades.tsx";
import { GradebookGrid } from "./gradebook-grid.tsx";
import "./grades.css";
import "./messages.ts";
import { OneStudent } from "./one-student.tsx";
import { type OpenCell, SetGradeCellDialog } from "./set-grade-cells.tsx";
import { GradeColumnDialog } from "./update-grade-column.tsx";
import { type Cell, type CellSaver, type Conflict, useCellSaver } from "./use-cells.ts";

export type Book = ReadOutput<"grades.getGradebook">;
export type Column = Book["columns"][number];
export type Row = ReadOutput<"grades.listGradebookRows">["items"][number];

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
  const isOpenCourse = useIsOpen();
  const [open, setOpen] = useState<"column" | "csv" | null>(null);
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
          <Button icon="download" onPress={() => setOpen("csv")}>
            {text(isOpenCourse ? "csv.button" : "csv.out")}
          </Button>
          <IfOpen>
            <Button icon="plus" onPress={() => setOpen("column")}>
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
      {book.data !== undefined && open === "column" && (
        <GradeColumnDialog book={book.data} column={null} onClose={() => setOpen(null)} />
      )}
      {open === "csv" && <CsvDialog courseId={courseId} onClose={() => setOpen(null)} />}
    </section>
  );
}

function Lines({ book }: { readonly book: Book }) {
  const text = useText();
  const { courseId } = book.course;
  const [group, setGroup] = useState(everyGroup);
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed);
  const rows = usePages("grades.listGradebookRows", {
    ...{ courseId, search },
    ...(group === everyGroup ? {} : { groupId: group }),
  });
  const saver = useCellSaver(courseId);
  const isNarrow = useNarrow();
  const isOpenCourse = useIsOpen();
  const [column, setColumn] = useState<Column | null>(null);
  const [open, setOpen] = useState<OpenCell | null>(null);
  const isFiltered = search.trim() !== "" || group !== everyGroup;
  function details(row: Row, of: Column) {
    const cell = row.cells.find(({ columnId }) => columnId === of.columnId);
    if (cell !== undefined) setOpen({ cell, column: of, student: row.student });
  }
  const all = rows.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <div className="progress-filters">
        <TextField label={text("progress.search")} type="search" value={typed} onChange={setTyped} />
        <GroupFilter courseId={courseId} value={group} onChange={setGroup} />
      </div>
      {saver.conflict !== null && <ConflictNotice conflict={saver.conflict} saver={saver} rows={all} />}
      <ErrorNotice error={saver.error} />
      <Paged of={rows}>
        {(items: readonly Row[]) =>
          items.length === 0 ? (
            <EmptyState
              icon="people"
              title={text(isFiltered ? "progress.noneFound" : "gradebook.empty")}
              hint={text(isFiltered ? "progress.noneFoundText" : "gradebook.emptyText")}
            />
          ) : isNarrow ? (
            <OneStudent book={book} rows={items} onDetails={details} />
          ) : (
            <>
              <p className="soft prose">{text(isOpenCourse ? "grid.hint" : "grid.hintArchived")}</p>
              <GradebookGrid
                book={book}
                rows={items}
                saver={saver}
                {...(isOpenCourse ? { onColumn: setColumn } : {})}
                onDetails={details}
              />
            </>
          )
        }
      </Paged>
      {column !== null && <GradeColumnDialog book={book} column={column} onClose={() => setColumn(null)} />}
      {open !== null && <SetGradeCellDialog courseId={courseId} open={open} onClose={() => setOpen(null)} />}
    </>
  );
}

/** Somebody was first: what they set stands in the table by now, and one decides knowing it. */
function ConflictNotice({
  conflict,
  saver,
  rows,
}: {
  readonly conflict: Conflict;
  readonly saver: CellSaver;
  readonly rows: readonly Row[];
}) {
  const text = useText();
  function again() {
    const seen = new Map<string, Cell>(
      rows.flatMap((row) => row.cells.map((cell) => [`${cell.columnId} ${row.student.personId}`, cell])),
    );
    void saver.save(
      conflict.wishes.map((wish) => ({
        ...wish,
        cell: seen.get(`${wish.column.columnId} ${wish.student.personId}`) ?? wish.cell,
      })),
    );
  }
  return (
    <Notice tone="danger" title={text("grid.conflict")}>
      <p>{conflict.message}</p>
      <div className="row">
        <Button onPress={saver.drop}>{text("grid.keepTheirs")}</Button>
        <Button onPress={again}>{text("grid.setMine")}</Button>
      </div>
    </Notice>
  );
}

const narrow = "(width < 40rem)";

/** Whether the page is as narrow as a phone: a table of marks would show two of them. */
function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(narrow);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(narrow).matches,
  );
}
