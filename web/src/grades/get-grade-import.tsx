/** One import of marks: the preview with its conflicts, applying it, the report afterwards. */
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { read } from "../client.ts";
import type { ReadOutput } from "../contract.ts";
import { useCourse } from "../courses/course-context.ts";
import { IfOpen } from "../courses/if-open.tsx";
import { useCommand, usePages, useRead } from "../data.ts";
import { Loaded, Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { saveCsv } from "../ui/csv-pieces.ts";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { Badge, DateTime, EmptyState, type Tone } from "../ui/pieces.tsx";
import { ProgressBar } from "../ui/progress.tsx";
import { Segments } from "../ui/segments.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";
import "./grades.css";
import "./messages.ts";
import { pointsText } from "./numbers.ts";

type GradeImport = ReadOutput<"grades.getGradeImport">;
type Cell = ReadOutput<"grades.listGradeImportCells">["items"][number];
type Outcome = Cell["outcome"];

const watchMs = 1_000;
const tones: Readonly<Record<Outcome, Tone | undefined>> = {
  change: "accent",
  conflict: "danger",
  newer: undefined,
  invalid: "warm",
};

export function GradeImportPage() {
  const text = useText();
  const { courseId } = useCourse();
  const { importId = "" } = useParams({ strict: false });
  const one = useRead(
    "grades.getGradeImport",
    { importId },
    { everyMs: watchMs, until: ({ state }) => state !== "reading" && state !== "applying" },
  );
  return (
    <section className="stack" aria-labelledby="import">
      <Link to="/courses/$courseId/grades" params={{ courseId }}>
        {text("gradebook.title")}
      </Link>
      <h2 id="import">{text("csv.import", { file: one.data?.fileName ?? "…" })}</h2>
      <Loaded of={one}>{(data) => <View one={data} />}</Loaded>
    </section>
  );
}

function View({ one }: { readonly one: GradeImport }) {
  const text = useText();
  return (
    <>
      <p className="row">
        <Badge {...(one.state === "done" ? { tone: "good" as const } : {})}>
          {text(`csv.state.${one.state}`)}
        </Badge>
        <span className="faint">
          {one.exportedAt === null ? (
            text("csv.notExported")
          ) : (
            <>
              {text("csv.exportedAt")} <DateTime at={one.exportedAt} />
            </>
          )}
        </span>
      </p>
      {one.problem !== null && (
        <Notice tone="danger" title={text("csv.failed")}>
          <p>{one.problem}</p>
        </Notice>
      )}
      {one.ignoredColumns.length > 0 && (
        <Notice>{text("csv.ignored", { columns: one.ignoredColumns.join(", ") })}</Notice>
      )}
      {one.state === "ready" && (
        <IfOpen>
          <Decide one={one} />
        </IfOpen>
      )}
      {one.state === "applying" && (
        <ProgressBar
          label={text("csv.applying")}
          percent={one.toApply === 0 ? 100 : Math.round((100 * (one.applied + one.skipped)) / one.toApply)}
        />
      )}
      {one.state === "done" && (
        <Notice tone={one.skipped > 0 ? "warm" : "good"} title={text("csv.done", { count: one.applied })}>
          {one.skipped > 0 && <p>{text("csv.skipped", { count: one.skipped })}</p>}
        </Notice>
      )}
      {(one.state === "ready" || one.state === "done") && (
        <>
          <Report importId={one.importId} />
          <Cells one={one} />
        </>
      )}
    </>
  );
}

function Decide({ one }: { readonly one: GradeImport }) {
  const text = useText();
  const resolve = useCommand("grades.resolveGradeConflicts");
  const apply = useCommand("grades.applyGradeImport");
  const cancel = useCommand("grades.cancelGradeImport");
  const { importId } = one;
  const choose = (choice: "file" | "here") =>
    void resolve.run({ importId, choice, positions: [] }).catch(() => undefined);
  return (
    <section className="card stack" aria-labelledby="preview">
      <h3 id="preview">{text("csv.preview")}</h3>
      <p>
        {text("csv.counts", {
          changes: one.changes,
          conflicts: one.conflicts,
          same: one.same,
          newer: one.newer,
          invalid: one.invalid,
        })}
      </p>
      {one.conflicts > 0 && (
        <Notice
          tone={one.openConflicts > 0 ? "warm" : "good"}
          title={
            one.openConflicts > 0
              ? text("csv.open", { count: one.openConflicts })
              : text("csv.decided", { count: one.conflicts })
          }
        >
          <p>{text("csv.conflictText")}</p>
          <div className="row">
            <Button isPending={resolve.isPending} onPress={() => choose("file")}>
              {text("csv.allFile")}
            </Button>
            <Button isPending={resolve.isPending} onPress={() => choose("here")}>
              {text("csv.allHere")}
            </Button>
          </div>
        </Notice>
      )}
      <ErrorNotice error={resolve.error ?? apply.error ?? cancel.error} />
      <div className="row">
        <Button
          look="primary"
          isDisabled={one.openConflicts > 0 || one.toApply === 0}
          isPending={apply.isPending}
          onPress={() => void apply.run({ importId }).catch(() => undefined)}
        >
          {text("csv.apply", { count: one.toApply })}
        </Button>
        <Button
          isPending={cancel.isPending}
          onPress={() => void cancel.run({ importId }).catch(() => undefined)}
        >
          {text("csv.cancel")}
        </Button>
      </div>
    </section>
  );
}

function Report({ importId }: { readonly importId: string }) {
  const text = useText();
  const [error, setError] = useState<unknown>(null);
  const save = () =>
    void read("grades.getGradeImportReport", { importId }).then(
      (file) => saveCsv(file.fileName, file.text),
      setError,
    );
  return (
    <div>
      <Button icon="download" onPress={save}>
        {text("csv.report")}
      </Button>
      <ErrorNotice error={error} />
    </div>
  );
}

function Cells({ one }: { readonly one: GradeImport }) {
  const text = useText();
  const [shown, setShown] = useState<Outcome | "all">(one.conflicts > 0 ? "conflict" : "all");
  const cells = usePages("grades.listGradeImportCells", {
    importId: one.importId,
    ...(shown === "all" ? {} : { outcome: shown }),
  });
  const columns: readonly Column<Cell>[] = [
    {
      title: text("gradebook.student"),
      isLead: true,
      cell: ({ student, line }) => (
        <div>
          <p className="item-title">{student.name || "–"}</p>
          <p className="faint">{text("csv.line", { line })}</p>
        </div>
      ),
    },
    { title: text("csv.column"), cell: ({ columnTitle }) => columnTitle || "–" },
    {
      title: text("csv.outcome"),
      cell: ({ outcome }) => {
        const tone = tones[outcome];
        return <Badge {...(tone === undefined ? {} : { tone })}>{text(`csv.outcome.${outcome}`)}</Badge>;
      },
    },
    { title: text("csv.inFile"), cell: ({ fileText }) => fileText || text("gradebook.noMark") },
    { title: text("csv.here"), cell: (cell) => <Here cell={cell} /> },
    { title: text("csv.holds"), cell: (cell) => <Choice cell={cell} one={one} /> },
  ];
  return (
    <section className="section" aria-labelledby="cells">
      <h3 id="cells">{text("csv.cells")}</h3>
      <Segments
        label={text("csv.show")}
        options={(["all", "conflict", "change", "newer", "invalid"] as const).map((value) => ({
          value,
          label: text(`csv.show.${value}`),
        }))}
        value={shown}
        onChange={setShown}
      />
      <Paged of={cells}>
        {(items: readonly Cell[]) =>
          items.length === 0 ? (
            <EmptyState icon="grade" title={text("csv.none")} hint={text("csv.noneText")} />
          ) : (
            <Table
              caption={text("csv.cells")}
              columns={columns}
              rows={items}
              keyOf={({ position }) => String(position)}
            />
          )
        }
      </Paged>
    </section>
  );
}

function Here({ cell }: { readonly cell: Cell }) {
  const text = useText();
  const mark = cell.hereExcused
    ? text("gradebook.excused")
    : cell.herePoints === null
      ? text("gradebook.noMark")
      : pointsText(cell.herePoints);
  return (
    <div>
      <p>{mark}</p>
      {cell.hereAt !== null && (
        <p className="faint">
          {cell.hereBy} · <DateTime at={cell.hereAt} />
        </p>
      )}
    </div>
  );
}

function Choice({ cell, one }: { readonly cell: Cell; readonly one: GradeImport }) {
  const text = useText();
  const { run, isPending } = useCommand("grades.resolveGradeConflicts");
  if (cell.skipped !== null) return <p className="field-error">{cell.skipped}</p>;
  if (cell.outcome !== "conflict") return <>{cell.reason ?? text(`csv.becomes.${cell.outcome}`)}</>;
  const chosen = cell.choice ?? one.defaultChoice;
  if (one.state !== "ready") return <>{chosen === null ? "–" : text(`csv.choice.${chosen}`)}</>;
  const choose = (choice: "file" | "here") =>
    void run({ importId: one.importId, choice, positions: [cell.position] }).catch(() => undefined);
  return (
    <fieldset className="row csv-choice">
      <legend className="visually-hidden">
        {text("csv.choose", { student: cell.student.name, column: cell.columnTitle })}
      </legend>
      {(["file", "here"] as const).map((choice) => (
        <Button
          key={choice}
          look={chosen === choice ? "primary" : "plain"}
          aria-pressed={chosen === choice}
          isPending={isPending}
          onPress={() => choose(choice)}
        >
          {text(`csv.choice.${choice}`)}
        </Button>
      ))}
    </fieldset>
  );
}
