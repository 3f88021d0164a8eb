/** One import: the preview before it is applied, the progress meanwhile, the report afterwards. */
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { usePages, useRead } from "../data.ts";
import { Loaded, Paged } from "../frame/loaded.tsx";
import { Select } from "../ui/choices.tsx";
import { Notice } from "../ui/notice.tsx";
import { Badge, EmptyState, PageHead, type Tone } from "../ui/pieces.tsx";
import { ProgressBar } from "../ui/progress.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import { ApplyImport } from "./apply-people-import.tsx";
import { ImportDownloads } from "./import-downloads.tsx";
import "./messages.ts";
import "./people-messages.ts";
import "./people.css";
import { PeoplePath } from "./people-path.tsx";

export type PeopleImport = ReadOutput<"identity.getPeopleImport">;
type Row = ReadOutput<"identity.listPeopleImportRows">["items"][number];
type Outcome = Row["outcome"];

const watchMs = 1_000;
const outcomes: readonly Outcome[] = ["add", "change", "deactivate", "invalid", "kept", "same"];
const tones: Readonly<Partial<Record<Outcome, Tone>>> = {
  add: "good",
  change: "accent",
  deactivate: "danger",
  invalid: "warm",
};

export function PeopleImportPage() {
  const { importId = "" } = useParams({ strict: false });
  const one = useRead(
    "identity.getPeopleImport",
    { importId },
    { everyMs: watchMs, until: ({ state }) => state !== "reading" && state !== "applying" },
  );
  return <Loaded of={one}>{(data) => <ImportView one={data} />}</Loaded>;
}

function ImportView({ one }: { readonly one: PeopleImport }) {
  const text = useText();
  const total = countOf(one, null);
  return (
    <>
      <PageHead
        title={one.fileName}
        path={<PeoplePath isInImports />}
        lead={
          <p>
            <Badge {...(one.state === "done" ? { tone: "good" as const } : {})}>
              {text(`import.state.${one.state}`)}
            </Badge>
          </p>
        }
      />
      <div className="stack-wide">
        {one.state === "reading" && (
          <p role="status" className="soft">
            {text("import.reading", { count: one.rowsRead })}
          </p>
        )}
        {one.problem !== null && (
          <Notice tone="danger" title={text("import.failedTitle")}>
            <p>{one.problem}</p>
          </Notice>
        )}
        {one.ignoredColumns.length > 0 && (
          <Notice tone="accent">{text("import.ignored", { columns: one.ignoredColumns.join(", ") })}</Notice>
        )}
        {one.state === "applying" && (
          <ProgressBar
            label={text("import.applying")}
            percent={total === 0 ? 100 : Math.round((100 * one.rowsApplied) / total)}
            detail={text("import.applied", { done: one.rowsApplied, total })}
          />
        )}
        {one.state === "done" && (
          <Notice tone={one.skipped + one.invalid > 0 ? "warm" : "good"} title={text("import.doneTitle")}>
            <p>
              {text("import.done", {
                adds: one.adds,
                changes: one.changes,
                deactivations: one.deactivations,
              })}
            </p>
            {one.skipped > 0 && <p>{text("import.skipped", { count: one.skipped })}</p>}
          </Notice>
        )}
        {one.state === "ready" && <ApplyImport one={one} />}
        {(one.state === "ready" || one.state === "done") && <ImportDownloads one={one} />}
        {one.state !== "failed" && one.state !== "reading" && <Rows one={one} />}
      </div>
    </>
  );
}

/** How many lines have this outcome; null for all. */
function countOf(one: PeopleImport, outcome: Outcome | null): number {
  const counts: Readonly<Record<Outcome, number>> = {
    add: one.adds,
    change: one.changes,
    same: one.same,
    kept: one.kept,
    deactivate: one.deactivations,
    invalid: one.invalid,
  };
  return outcome === null ? Object.values(counts).reduce((sum, each) => sum + each, 0) : counts[outcome];
}

function Rows({ one }: { readonly one: PeopleImport }) {
  const text = useText();
  const [outcome, setOutcome] = useState<Outcome | "all">("all");
  const rows = usePages("identity.listPeopleImportRows", {
    importId: one.id,
    ...(outcome === "all" ? {} : { outcome }),
  });
  const columns: readonly Column<Row>[] = [
    {
      title: text("person.name"),
      isLead: true,
      cell: (row) => (
        <div>
          <p className="item-title">{row.name || "–"}</p>
          <p className="faint">{row.email}</p>
        </div>
      ),
    },
    { title: text("import.line"), cell: (row) => row.line ?? "–" },
    {
      title: text("import.outcome"),
      cell: (row) => (
        <Badge {...(tones[row.outcome] ? { tone: tones[row.outcome] } : {})}>
          {text(`import.outcome.${row.outcome}`)}
        </Badge>
      ),
    },
    { title: text("person.roles"), cell: (row) => row.roles.map((role) => text(`role.${role}`)).join(", ") },
    {
      title: text("import.reason"),
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
      <h2 id="lines">{text("import.lines")}</h2>
      <div className="import-filter">
        <Select
          label={text("import.show")}
          options={[
            { value: "all" as const, label: text("import.all", { count: countOf(one, null) }) },
            ...outcomes.map((value) => ({
              value,
              label: text("import.countOf", {
                what: text(`import.outcome.${value}`),
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
            <EmptyState icon="people" title={text("import.noLines")} hint={text("import.noLinesHint")} />
          ) : (
            <Table
              caption={text("import.lines")}
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
