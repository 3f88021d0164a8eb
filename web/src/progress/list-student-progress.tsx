/** How far everybody in a course is, those who have fallen behind first, each with the reasons in words. */
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import type { ReadInput, ReadOutput } from "../contract.ts";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { percentText } from "../grades/numbers.ts";
import { Select } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { EmptyState, relativeText } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { everyGroup, GroupFilter } from "./group-filter.tsx";
import "./messages.ts";

type Listed = ReadOutput<"progress.listStudentProgress">;
type Row = Listed["items"][number];
type Filter = NonNullable<ReadInput<"progress.listStudentProgress">["filter"]>;
type Sort = NonNullable<ReadInput<"progress.listStudentProgress">["sort"]>;

const filters: readonly Filter[] = ["all", "behind", "missing", "inactive"];
const sorts: readonly Sort[] = ["behind", "name", "read", "handed_in", "missing", "late", "active", "total"];

export function StudentsProgress({ courseId }: { readonly courseId: string }) {
  const text = useText();
  const [filter, setFilter] = useState<Filter>("all");
  const [sort, setSort] = useState<Sort>("behind");
  const [group, setGroup] = useState(everyGroup);
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed);
  const rows = usePages("progress.listStudentProgress", {
    ...{ courseId, filter, sort, search },
    ...(group === everyGroup ? {} : { groupId: group }),
  });
  const first = rows.data?.pages[0];
  return (
    <section className="stack">
      <h2>{text("progress.title")}</h2>
      <div className="progress-filters">
        <TextField label={text("progress.search")} type="search" value={typed} onChange={setTyped} />
        <Select
          label={text("progress.filter")}
          options={filters.map((value) => ({ value, label: text(`progress.filter.${value}`) }))}
          value={filter}
          onChange={setFilter}
        />
        <Select
          label={text("progress.sort")}
          options={sorts.map((value) => ({ value, label: text(`progress.sort.${value}`) }))}
          value={sort}
          onChange={setSort}
        />
        <GroupFilter courseId={courseId} value={group} onChange={setGroup} />
      </div>
      {first !== undefined && first.students > 0 && <Summary listed={first} />}
      <Paged of={rows}>
        {(items: readonly Row[]) =>
          items.length === 0 ? (
            <EmptyState
              icon="people"
              title={text(first?.students === 0 ? "progress.noStudents" : "progress.noneFound")}
              hint={text(first?.students === 0 ? "progress.noStudentsText" : "progress.noneFoundText")}
            />
          ) : (
            <Rows courseId={courseId} rows={items} />
          )
        }
      </Paged>
    </section>
  );
}

function Summary({ listed: { behind, students, unnamed } }: { readonly listed: Listed }) {
  const text = useText();
  return (
    <div role="status">
      <p>
        {behind === 0
          ? text("progress.behindNone", { students })
          : text("progress.behind", { count: behind, students })}
      </p>
      {unnamed > 0 && <p className="faint">{text("progress.unnamed", { count: unnamed })}</p>}
    </div>
  );
}

function Rows({ courseId, rows }: { readonly courseId: string; readonly rows: readonly Row[] }) {
  const text = useText();
  const columns: readonly Column<Row>[] = [
    {
      title: text("progress.student"),
      isLead: true,
      cell: ({ student }) => (
        <Link
          className="item-title"
          to="/courses/$courseId/progress/$studentId"
          params={{ courseId, studentId: student.personId }}
        >
          {student.name}
        </Link>
      ),
    },
    { title: text("progress.reasons"), cell: ({ reasons }) => <Reasons reasons={reasons} /> },
    {
      title: text("progress.readCount"),
      align: "end",
      cell: ({ count }) => (
        <Figure>{text("progress.ofAll", { done: count.read, all: count.materials })}</Figure>
      ),
    },
    {
      title: text("progress.handedInCount"),
      align: "end",
      cell: ({ count }) => (
        <Figure>{text("progress.ofAll", { done: count.handedIn, all: count.assignments })}</Figure>
      ),
    },
    { title: text("progress.late"), align: "end", cell: ({ late }) => late },
    { title: text("progress.missing"), align: "end", cell: ({ missing }) => missing },
    {
      title: text("progress.active"),
      cell: ({ lastActiveAt }) => (
        <Figure>{lastActiveAt === null ? text("progress.never") : relativeText(lastActiveAt)}</Figure>
      ),
    },
    {
      title: text("progress.total"),
      align: "end",
      cell: ({ totalPercent }) => <Figure>{totalPercent === null ? "–" : percentText(totalPercent)}</Figure>,
    },
  ];
  return (
    <Table
      caption={text("progress.title")}
      columns={columns}
      rows={rows}
      keyOf={({ student }) => student.personId}
    />
  );
}

/** Stays on one line. */
function Figure({ children }: { readonly children: string }) {
  return <span className="progress-figure number">{children}</span>;
}

function Reasons({ reasons }: { readonly reasons: Row["reasons"] }) {
  const text = useText();
  if (reasons.length === 0) return <span className="soft">{text("progress.onTrack")}</span>;
  return (
    <ul className="progress-reasons">
      {reasons.map(({ kind, count, of }) => (
        <li key={kind}>
          {kind === "inactive" && count === null
            ? text("progress.reason.never")
            : text(`progress.reason.${kind}`, { count: count ?? 0, of: of ?? 0 })}
        </li>
      ))}
    </ul>
  );
}
