/** The audit trail, for admins: who did what, when and from where; narrowed to one actor or one command. */
import { useMemo, useState } from "react";
import { usePages, useRead } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { useMe } from "../frame/me.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { EmptyState, PageHead } from "../ui/pieces.tsx";
import { useSettled } from "../ui/settled.ts";
import { useText } from "../ui/text.ts";
import { AuditTable } from "./audit-table.tsx";
import "./messages.ts";
import "./system.css";
import { SystemPath } from "./system-path.tsx";

export function AuditPage() {
  const text = useText();
  const [operation, setOperation] = useState("");
  const [actor, setActor] = useState<string | null>(null);
  const asked = useSettled(operation.trim());
  const nameOf = useActorName();
  const entries = usePages("system.listAuditEntries", {
    ...(asked === "" ? {} : { operation: asked }),
    ...(actor === null ? {} : { actor }),
  });

  return (
    <>
      <PageHead
        title={text("audit.title")}
        path={<SystemPath />}
        lead={<p className="soft prose">{text("audit.lead")}</p>}
        actions={
          <Button isPending={entries.isRefetching} onPress={() => void entries.refetch()}>
            {text("system.refresh")}
          </Button>
        }
      />
      <search className="system-filter">
        <TextField
          label={text("audit.operation")}
          hint={text("audit.operationHint")}
          type="search"
          autoComplete="off"
          spellCheck="false"
          maxLength={200}
          value={operation}
          onChange={setOperation}
        />
      </search>
      <div role="status" className="row">
        {actor !== null && (
          <>
            <p>{text("audit.onlyActor", { name: nameOf(actor) })}</p>
            <Button look="quiet" icon="close" onPress={() => setActor(null)}>
              {text("audit.anyActor")}
            </Button>
          </>
        )}
      </div>
      <Paged of={entries}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon="search" title={text("audit.none")} hint={text("audit.noneHint")} />
          ) : (
            <AuditTable entries={items} nameOf={nameOf} onActor={setActor} />
          )
        }
      </Paged>
    </>
  );
}

/** How to call an actor; people beyond the first page of the school's list go by the beginning of their id. */
function useActorName(): (actor: string) => string {
  const text = useText();
  const { person } = useMe();
  const people = useRead("identity.listPeople", { limit: 100 });
  const names = useMemo(
    () => new Map(people.data?.items.map(({ id, name }) => [`person:${id}`, name])),
    [people.data],
  );
  return (actor) => {
    if (actor === "anonymous") return text("audit.anonymous");
    if (actor === `person:${person.id}`) return text("audit.you", { name: person.name });
    const name = names.get(actor);
    if (name !== undefined) return name;
    const [kind, rest = ""] = actor.split(":");
    return kind === "person"
      ? text("audit.person", { id: rest.slice(0, 8) })
      : text("audit.system", { name: rest });
  };
}
