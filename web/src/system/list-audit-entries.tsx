/** The audit trail, for admins: who did what with what, when and from where; the filters stand in the address. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { read } from "../client.ts";
import { usePages } from "../data.ts";
import { Paged } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { EmptyState, PageHead } from "../ui/pieces.tsx";
import { pauseMs } from "../ui/settled.ts";
import { useText } from "../ui/text.ts";
import { type AuditAddress, auditAddress, doors, filterOf, outcomes } from "./audit-address.ts";
import { AuditTable } from "./audit-table.tsx";
import "./messages.ts";
import "./system.css";
import { SystemPath } from "./system-path.tsx";

export function AuditPage() {
  const text = useText();
  const navigate = useNavigate();
  const address = auditAddress(useSearch({ strict: false }));
  const filter = filterOf(address);
  const entries = usePages("system.listAuditEntries", filter);
  const change = (changes: AuditAddress | Readonly<Record<string, undefined>>) =>
    void navigate({
      to: "/audit",
      // What stands there now: a field tells of its change after a pause, and another may have been quicker.
      search: (now: Readonly<Record<string, unknown>>) => auditAddress({ ...auditAddress(now), ...changes }),
      replace: true,
    });
  const isFiltered = Object.keys(address).length > 0;

  return (
    <>
      <PageHead
        title={text("audit.title")}
        path={<SystemPath />}
        lead={<p className="soft prose">{text("audit.lead")}</p>}
        actions={
          <>
            <ExportButton filter={filter} />
            <Button isPending={entries.isRefetching} onPress={() => void entries.refetch()}>
              {text("system.refresh")}
            </Button>
          </>
        }
      />
      <search className="system-filter">
        <OperationField operation={address.operation ?? ""} onChange={(operation) => change({ operation })} />
        {(["from", "until"] as const).map((name) => (
          <TextField
            key={name}
            label={text(`audit.${name}Day`)}
            type={"date" as "text"}
            value={address[name] ?? ""}
            onChange={(day) => change({ [name]: day })}
          />
        ))}
        <Select
          label={text("audit.door")}
          options={[
            { value: "", label: text("audit.anyDoor") },
            ...doors.map((value) => ({ value, label: text(`audit.door.${value}`) })),
          ]}
          value={address.door ?? ""}
          onChange={(door) => change(door === "" ? { door: undefined } : { door })}
        />
        <Select
          label={text("audit.outcome")}
          options={[
            { value: "", label: text("audit.anyOutcome") },
            ...outcomes.map((value) => ({ value, label: text(`audit.outcome.${value}`) })),
          ]}
          value={address.outcome ?? ""}
          onChange={(outcome) => change(outcome === "" ? { outcome: undefined } : { outcome })}
        />
      </search>
      {isFiltered && (
        <div role="status" className="row">
          {address.actor !== undefined && <p>{text("audit.narrowedActor")}</p>}
          {address.about !== undefined && <p>{text("audit.narrowedAbout")}</p>}
          <Button look="quiet" icon="close" onPress={() => void navigate({ to: "/audit", search: {} })}>
            {text("audit.all")}
          </Button>
        </div>
      )}
      <Paged of={entries}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState
              icon="search"
              title={text("audit.none")}
              hint={text(isFiltered ? "audit.noneHint" : "audit.noneYet")}
            />
          ) : (
            <AuditTable
              entries={items}
              onActor={(actor) => change({ actor })}
              onAbout={(about) => change({ about })}
            />
          )
        }
      </Paged>
    </>
  );
}

interface OperationFieldProps {
  readonly operation: string;
  readonly onChange: (operation: string) => void;
}

/** Goes into the address once the typing pauses; an address that changes otherwise goes into the field. */
function OperationField({ operation, onChange }: OperationFieldProps) {
  const text = useText();
  const [typed, setTyped] = useState(operation);
  const [shown, setShown] = useState(operation);
  if (operation !== shown) {
    setShown(operation);
    if (operation !== typed.trim()) setTyped(operation);
  }
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(pause.current), []);
  const type = (value: string) => {
    setTyped(value);
    clearTimeout(pause.current);
    pause.current = setTimeout(() => onChange(value.trim()), pauseMs);
  };
  return (
    <TextField
      label={text("audit.operation")}
      hint={text("audit.operationHint")}
      type="search"
      autoComplete="off"
      spellCheck="false"
      maxLength={200}
      value={typed}
      onChange={type}
    />
  );
}

/** All that the filters leave, as one file. */
function ExportButton({ filter }: { readonly filter: ReturnType<typeof filterOf> }) {
  const text = useText();
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function save() {
    // The mark by which Excel knows UTF-8.
    const pieces = ["\uFEFF"];
    let cursor: string | null = null;
    do {
      const input: Parameters<typeof read<"system.exportAuditEntries">>[1] =
        cursor === null ? filter : { ...filter, cursor };
      const piece = await read("system.exportAuditEntries", input);
      pieces.push(piece.text);
      cursor = piece.nextCursor;
    } while (cursor !== null);
    const address = URL.createObjectURL(new Blob(pieces, { type: "text/csv;charset=utf-8" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = "audit-trail.csv";
    link.click();
    URL.revokeObjectURL(address);
  }

  return (
    <>
      <ErrorNotice error={error} />
      <Button
        icon="download"
        isPending={isPending}
        onPress={() => {
          setPending(true);
          setError(null);
          save()
            .catch(setError)
            .finally(() => setPending(false));
        }}
      >
        {text("audit.export")}
      </Button>
    </>
  );
}
