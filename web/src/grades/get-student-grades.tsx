/** A student's grades in a course, and how they come to the total: their own, or those of whom somebody observes. */
import type { ReadOutput } from "../contract.ts";
import { useRead } from "../data.ts";
import { Loaded } from "../frame/loaded.tsx";
import { PlaceLink, places } from "../materials/place-link.tsx";
import { Badge, EmptyState } from "../ui/pieces.tsx";
import { Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import "./grades.css";
import "./messages.ts";
import { percentText, pointsText } from "./numbers.ts";

type Grades = ReadOutput<"grades.getStudentGrades">;
type Cell = Grades["cells"][number];

export function StudentGrades({
  courseId,
  observed,
}: {
  readonly courseId: string;
  /** The student whose grades somebody reads who observes them; one's own where it is left out. */
  readonly observed?: { readonly personId: string; readonly name: string };
}) {
  const text = useText();
  const grades = useRead("grades.getStudentGrades", {
    courseId,
    ...(observed === undefined ? {} : { studentId: observed.personId }),
  });
  return (
    <section className="stack" aria-labelledby="my-grades">
      <h2 id="my-grades">
        {observed === undefined ? text("myGrades.title") : text("myGrades.of", { name: observed.name })}
      </h2>
      <Loaded of={grades}>
        {(data) =>
          data.columns.length === 0 ? (
            <EmptyState
              icon="grade"
              title={text("myGrades.none")}
              hint={text(observed === undefined ? "myGrades.noneText" : "myGrades.noneOf")}
            />
          ) : (
            <>
              <TotalCard grades={data} isObserved={observed !== undefined} />
              {groupsOf(data).map(([categoryId, cells]) => (
                <Group
                  key={categoryId ?? "none"}
                  grades={data}
                  categoryId={categoryId}
                  cells={cells}
                  isObserved={observed !== undefined}
                />
              ))}
            </>
          )
        }
      </Loaded>
    </section>
  );
}

function TotalCard({
  grades: { total },
  isObserved,
}: {
  readonly grades: Grades;
  readonly isObserved: boolean;
}) {
  const text = useText();
  if (total === null) return <p className="soft">{text("myGrades.noTotal")}</p>;
  return (
    <div className="card total-card">
      <p className="soft">{text(isObserved ? "myGrades.totalOf" : "myGrades.total")}</p>
      <p className="total-figure number">
        {total.percent === null ? text("myGrades.nothing") : percentText(total.percent)}
        {total.letter !== null && <Badge tone="accent">{total.letter}</Badge>}
      </p>
      <p className="soft prose">{text("myGrades.explain")}</p>
    </div>
  );
}

/** The cells by category, in the order of the scheme; those in none come last. */
function groupsOf({
  columns,
  cells,
  scheme,
}: Grades): readonly (readonly [string | null, readonly Cell[]])[] {
  const categoryOf = new Map(columns.map(({ columnId, categoryId }) => [columnId, categoryId]));
  const order = [...scheme.categories.map(({ categoryId }) => categoryId), null];
  return order.flatMap((categoryId) => {
    const own = cells.filter(({ columnId }) => (categoryOf.get(columnId) ?? null) === categoryId);
    return own.length === 0 ? [] : [[categoryId, own] as const];
  });
}

function Group({
  grades,
  categoryId,
  cells,
  isObserved,
}: {
  readonly grades: Grades;
  readonly categoryId: string | null;
  readonly cells: readonly Cell[];
  readonly isObserved: boolean;
}) {
  const text = useText();
  const columnOf = new Map(grades.columns.map((column) => [column.columnId, column]));
  const category = grades.scheme.categories.find((each) => each.categoryId === categoryId);
  const total = grades.total?.categories.find((each) => each.categoryId === categoryId);
  const title = category?.title ?? (grades.scheme.categories.length > 0 ? text("myGrades.other") : null);
  return (
    <div className="stack-tight">
      {title !== null && (
        <div className="row row-apart">
          <h3>{title}</h3>
          {total?.percent != null && (
            <p className="number">
              <strong>{percentText(total.percent)}</strong>{" "}
              <span className="soft">{text("myGrades.share", { percent: percentText(total.share) })}</span>
            </p>
          )}
        </div>
      )}
      <Table
        caption={title ?? text("myGrades.marks")}
        rows={cells}
        keyOf={({ columnId }) => columnId}
        columns={[
          {
            title: text("myGrades.what"),
            isLead: true,
            cell: ({ columnId }) => {
              const column = columnOf.get(columnId);
              if (column?.assignmentId == null || isObserved) return column?.title;
              const href = places.assignment(grades.course.courseId, column.assignmentId);
              return <PlaceLink href={href}>{column.title}</PlaceLink>;
            },
          },
          {
            title: text("myGrades.points"),
            align: "end",
            cell: ({ columnId, points }) => {
              const max = columnOf.get(columnId)?.pointsMax ?? 0;
              return (
                <span className="number">
                  {points === null ? "–" : pointsText(points)}
                  {max > 0 && ` / ${pointsText(max)}`}
                </span>
              );
            },
          },
          { title: text("myGrades.fate"), cell: ({ fate }) => text(`gradebook.fate.${fate}`) },
        ]}
      />
    </div>
  );
}
