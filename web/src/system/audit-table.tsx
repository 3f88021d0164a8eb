/** Audit entries as rows: the command and how it came out, who, when, from where, and what it was about. */
import type { ReadOutput } from "../contract.ts";
import { Button } from "../ui/button.tsx";
import { Badge, DateTime } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";

type AuditEntry = ReadOutput<"system.listAuditEntries">["items"][number];

export interface AuditTableProps {
  readonly entries: readonly AuditEntry[];
  readonly nameOf: (actor: string) => string;
  /** Narrows the trail to what this actor did. */
  readonly onActor: (actor: string) => void;
}

export function AuditTable({ entries, nameOf, onActor }: AuditTableProps) {
  const text = useText();
  const columns: readonly Column<AuditEntry>[] = [
    { title: text("audit.command"), isLead: true, cell: (entry) => <CommandCell entry={entry} /> },
    {
      title: text("audit.actor"),
      cell: ({ actor }) => (
        <Button
          look="quiet"
          onPress={() => onActor(actor)}
          aria-label={text("audit.onlyActor", { name: nameOf(actor) })}
        >
          {nameOf(actor)}
        </Button>
      ),
    },
    { title: text("audit.at"), cell: ({ at }) => <DateTime at={at} /> },
    { title: text("audit.from"), cell: (entry) => <FromCell entry={entry} /> },
  ];
  return <Table caption={text("audit.title")} columns={columns} rows={entries} keyOf={(entry) => entry.id} />;
}

function CommandCell({ entry }: { readonly entry: AuditEntry }) {
  const text = useText();
  const subject = Object.entries(entry.subject);
  return (
    <div className="stack-tight">
      <span className="row">
        <span className="mono">{entry.operation}</span>
        {entry.outcome === "done" ? (
          <Badge tone="good">{text("audit.done")}</Badge>
        ) : (
          <Badge tone="warm">{entry.outcome}</Badge>
        )}
      </span>
      <details className="faint">
        <summary>{text("audit.details")}</summary>
        <dl className="facts">
          {subject.map(([field, id]) => (
            <div key={field} className="system-fact">
              <dt>{field}</dt>
              <dd className="mono">{id}</dd>
            </div>
          ))}
          <div className="system-fact">
            <dt>{text("audit.request")}</dt>
            <dd className="mono">{entry.requestId}</dd>
          </div>
          {entry.agent !== null && (
            <div className="system-fact">
              <dt>{text("audit.agent")}</dt>
              <dd>{entry.agent}</dd>
            </div>
          )}
        </dl>
      </details>
    </div>
  );
}

function FromCell({ entry }: { readonly entry: AuditEntry }) {
  const text = useText();
  return (
    <span>
      {text(`audit.door.${entry.door}`)}
      {entry.address !== null && <span className="faint"> {entry.address}</span>}
    </span>
  );
}
