/** One import of members: the preview before it is applied, the progress meanwhile, the report afterwards. */
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { usePages, useRead } from "../data.ts";
import { Loaded, Paged } from "../frame/loaded.tsx";
import { Select } from "../ui/choices.tsx";
import { Notice } from "../ui/notice.tsx";
import { Badge, EmptyState, type Tone } from "../ui/pieces.tsx";
import { ProgressBar } from "../ui/progress.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { ApplyRoster } from "./apply-roster.tsx";
import { IfOpen, useIsOpen } from "./if-open.tsx";
import { RosterDownloads } from "./roster-downloads.tsx";
import "./course-pages.css";
import "./messages.ts";

export type RosterImport = ReadOutput<"courses.getRosterImport">;
type Row = ReadOutput<"courses.listRosterRows">["items"][number];
type Outcome = Row["outcome"];

const watchMs = 1_000;
const outcomes: readonly Outcome[] = ["add", "change", "remove", "unknown", "invalid", "kept", "same"];
const tones: Readonly<Partial<Record<Outcome, Tone>>> = {
  ...{ add: "good", change: "accent", remove: "danger", unknown: "warm", invalid: "warm" },
};

export function RosterImportPage() {
  const { importId = "" } = useParams({ strict: false });
  const one = useRead(
    "courses.getRosterImport",
    { importId },
    { everyMs: watchMs, until: ({ state }) => state !== "reading" && state !== "applying" },
  );
  return <Loaded of={one}>{(data) => <ImportView one={data} />}</Loaded>;
}

function ImportView({ one }: { readonly one: RosterImport }) {
  const text = useText();
  const isOpenCourse = useIsOpen();
  const { courseId } = one;
  const total = countOf(one, null);
  return (
    <div className="stack-wide">
      <div className="stack-tight">
        <Link to="/courses/$courseId/people/imports" params={{ courseId }}>
          {text(isOpenCourse ? "roster.title" : "roster.earlier")}
        </Link>
        <div className="row">
          <h2>{one.fileName}</h2>
          <Badge {...(one.state === "done" ? { tone: "good" as const } : {})}>
            {text(`roster.state.${one.state}`)}
          </Badge>
        </div>
      </div>
      {one.state === "reading" && (
        <p role="status" className="soft">
          {text("roster.reading", { count: one.rowsRead })}
        </p>
      )}
      {one.problem !== null && (
        <Notice tone="danger" title={text("roster.failedTitle")}>
          <p>{one.problem}</p>
        </Notice>
      )}
      {one.ignoredColumns.length > 0 && (
        <Notice tone="accent">{text("roster.ignored", { columns: one.ignoredColumns.join(", ") })}</Notice>
      )}
      {one.state === "applying" && (
        <ProgressBar
          label={text("roster.applying")}
          percent={total === 0 ? 100 : Math.round((100 * one.rowsApplied) / total)}
          detail={text("roster.applied", { done: one.rowsApplied, total })}
        />
      )}
      {one.state === "done" && (
        <Notice
          tone={one.skipped + one.invalid + one.unknown - one.invited > 0 ? "warm" : "good"}
          title={text("roster.doneTitle")}
        >
          <p>{text("roster.done", { adds: one.adds, changes: one.changes, removals: one.removals })}</p>
          {one.invited > 0 && <p>{text("roster.invited", { count: one.invited })}</p>}
          {one.skipped > 0 && <p>{text("roster.skipped", { count: one.skipped })}</p>}
        </Notice>
      )}
      {one.state === "ready" && (
        <IfOpen>
          <ApplyRoster one={one} />
        </IfOpen>
      )}
      {(one.state === "ready" || one.state === "done") && <RosterDownloads one={one} />}
      {one.state !== "reading" && total > 0 && <Rows one={one} />}
    </div>
  );
}

/** How many lines have this outcome; null for all. */
function countOf(one: RosterImport, outcome: Outcome | null): number {
  const counts: Readonly<Record<Outcome, number>> = {
    ...{ add: one.adds, change: one.changes, same: one.same, kept: one.kept },
    ...{ remove: one.removals, unknown: one.unknown, invalid: one.invalid },
  };
  return outcome === null ? Object.values(counts).reduce((sum, each) => sum + each, 0) : counts[outcome];
}

function Rows({ one }: { readonly one: RosterImport }) {
  const text = useText();
  const [outcome, setOutcome] = useState<Outcome | "all">("all");
  const rows = usePages("courses.listRosterRows", {
    importId: one.importId,
    ...(outcome === "all" ? {} : { outcome }),
  });
  const columns: readonly Column<Row>[] = [
    {
      title: text("people.name"),
      isLead: true,
      cell: (row) => (
        <div>
          <p className="item-title">{row.name || "–"}</p>
          <p className="faint">{row.email}</p>
        </div>
      ),
    },
    { title: text("roster.line"), cell: (row) => row.line ?? "–" },
    {
      title: text("roster.outcome"),
      cell: (row) => (
        <Badge {...(tones[row.outcome] ? { tone: tones[row.outcome] } : {})}>
          {text(`roster.outcome.${row.outcome}`)}
        </Badge>
      ),
    },
    {
      title: text("people.role"),
      cell: (row) => (row.role === null ? "–" : text(`courseRole.${row.role}`)),
    },
    ...(one.groupSet === null ? [] : [{ title: one.groupSet.name, cell: (row: Row) => row.group ?? "–" }]),
    {
      title: text("roster.reason"),
      cell: (row) => (
        <>
          {row.reason}
          {row.skipped !== null && <p className="field-error">{row.skipped}</p>}
        </>
      ),
    },
  ];
  return (
    <section className="section stack" aria-labelledby="lines">
      <h2 id="lines">{text("roster.lines")}</h2>
      <div className="roster-filter">
        <Select
          label={text("people.shown")}
          options={[
            { value: "all" as const, label: text("roster.all", { count: countOf(one, null) }) },
            ...outcomes.map((value) => ({
              value,
              label: text("roster.countOf", {
                what: text(`roster.outcome.${value}`),
                count: countOf(one, value),
              }),
            })),
          ]}
          value={outcome}
          onChange={setOutcome}
        />
      </div>
      <Paged of={rows}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon="people" title={text("roster.noLines")} hint={text("roster.noLinesHint")} />
          ) : (
            <Table
              caption={text("roster.lines")}
              columns={columns}
              rows={items}
              keyOf={(row) => `${row.line} ${row.email} ${row.personId}`}
            />
          )
        }
      </Paged>
    </section>
  );
}
