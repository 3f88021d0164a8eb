/** Audit entries as rows: the command and how it came out, who, when, from where, and what it was about. */
import type { ReadOutput } from "../contract.ts";
import { useMe } from "../frame/me.ts";
import { Button } from "../ui/button.tsx";
import { Badge, DateTime } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { useText } from "../ui/text.ts";

type AuditEntry = ReadOutput<"system.listAuditEntries">["items"][number];

export interface AuditTableProps {
  readonly entries: readonly AuditEntry[];
  /** Narrows the trail to what this actor did. */
  readonly onActor: (actor: string) => void;
  /** Narrows it to what was about this person or thing. */
  readonly onAbout: (id: string) => void;
}

export function AuditTable({ entries, onActor, onAbout }: AuditTableProps) {
  const text = useText();
  const nameOf = useActorName();
  const columns: readonly Column<AuditEntry>[] = [
    {
      title: text("audit.command"),
      isLead: true,
      cell: (entry) => <CommandCell entry={entry} onAbout={onAbout} />,
    },
    {
      title: text("audit.actor"),
      cell: (entry) => (
        <Button
          look="link"
          onPress={() => onActor(entry.actor)}
          aria-label={text("audit.onlyActor", { name: nameOf(entry) })}
        >
          {nameOf(entry)}
        </Button>
      ),
    },
    { title: text("audit.at"), cell: ({ at }) => <DateTime at={at} /> },
    { title: text("audit.from"), cell: (entry) => <FromCell entry={entry} /> },
  ];
  return <Table caption={text("audit.title")} columns={columns} rows={entries} keyOf={(entry) => entry.id} />;
}

/** How to call who acted; a person who is gone goes by the beginning of the id. */
function useActorName(): (entry: AuditEntry) => string {
  const text = useText();
  const { person } = useMe();
  return ({ actor, actorName }) => {
    if (actor === "anonymous") return text("audit.anonymous");
    if (actor === `person:${person.id}`) return text("audit.you", { name: person.name });
    const [kind, rest = ""] = actor.split(":");
    if (kind === "person") return actorName ?? text("audit.person", { id: rest.slice(0, 8) });
    return text("audit.system", { name: rest });
  };
}

interface CommandCellProps {
  readonly entry: AuditEntry;
  readonly onAbout: (id: string) => void;
}

function CommandCell({ entry, onAbout }: CommandCellProps) {
  const text = useText();
  const named = entry.about.filter(({ name }) => name !== null);
  const seenAs = entry.about.find(({ field }) => field === "seenAsPersonId");
  return (
    <div className="stack-tight">
      <span className="row">
        <span className="mono">{entry.operation}</span>
        {entry.outcome === "done" ? (
          <Badge tone="good">{text("audit.done")}</Badge>
        ) : (
          <Badge tone="warm">{text("audit.refusedAs", { why: entry.outcome.replaceAll("_", " ") })}</Badge>
        )}
      </span>
      {seenAs !== undefined && <span>{text("audit.seenAs", { name: seenAs.name ?? seenAs.id })}</span>}
      {named.length > 0 && (
        <span className="row">
          {named.map(({ field, id, name }) => (
            <Button
              key={field}
              look="link"
              onPress={() => onAbout(id)}
              aria-label={text("audit.onlyAbout", { name: name ?? id })}
            >
              {name}
            </Button>
          ))}
        </span>
      )}
      <details className="faint">
        <summary>{text("audit.details")}</summary>
        <dl className="facts">
          {Object.entries(entry.subject).map(([field, id]) => (
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
