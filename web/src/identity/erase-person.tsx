/** Erasing a person: counted first, confirmed by typing who it is, then done; the report stays on the screen. */
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ReadOutput } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { dateTimeText, Skeleton } from "../ui/pieces.tsx";
import { Table } from "../ui/table.tsx";
import { type MessageKey, useText } from "../ui/text.ts";
import { ExportButton } from "./export-person.tsx";
import type { PersonDetails } from "./get-person.tsx";
import "./person-data-messages.ts";

type Erasure = ReadOutput<"identity.getErasure">;
const watchMs = 800;

/** On the page of a person: what an admin can do with their data. */
export function PersonDataSection({
  person,
  isMe,
}: {
  readonly person: PersonDetails;
  readonly isMe: boolean;
}) {
  const text = useText();
  const preview = useCommand("identity.previewErasure");
  const [isErasing, setErasing] = useState(false);
  const [erasureId, setErasureId] = useState<string | null>(null);
  const { name } = person;
  // What would go is counted before anything is asked.
  function begin() {
    setErasing(true);
    setErasureId(null);
    preview.run({ personId: person.id }).then(
      ({ id }) => setErasureId(id),
      () => setErasureId(null),
    );
  }
  return (
    <section className="section" aria-labelledby="data">
      <h2 id="data">{text("data.theirs")}</h2>
      <p className="prose soft">{text("data.theirsText", { name })}</p>
      <ExportButton personId={person.id} />
      {!isMe && (
        <>
          <p className="prose soft">
            {person.active ? text("data.eraseShutFirst", { name }) : text("data.eraseText")}
          </p>
          {!person.active && (
            <div className="row">
              <Button look="danger" onPress={begin}>
                {text("data.erase")}
              </Button>
            </div>
          )}
        </>
      )}
      {isErasing && (
        <ErasePersonDialog
          person={person}
          erasureId={erasureId}
          error={preview.error ?? null}
          onClose={() => setErasing(false)}
        />
      )}
    </section>
  );
}

function ErasePersonDialog({
  person,
  erasureId,
  error,
  onClose,
}: {
  readonly person: PersonDetails;
  /** Null while it is being asked for. */
  readonly erasureId: string | null;
  readonly error: unknown;
  readonly onClose: () => void;
}) {
  const text = useText();
  const navigate = useNavigate();
  const [isBegun, setBegun] = useState(false);
  const erasure = useRead(
    "identity.getErasure",
    { erasureId: erasureId ?? "" },
    { enabled: erasureId !== null, everyMs: watchMs },
  ).data;
  const state = erasure?.state ?? "counting";

  return (
    <Dialog
      title={text("data.eraseTitle", { name: person.name })}
      isOpen
      onClose={onClose}
      role="alertdialog"
    >
      <div className="stack">
        {error !== null && <ErrorNotice error={error} />}
        {error === null && state === "counting" && (
          <>
            <p role="status">{text("data.counting")}</p>
            <Skeleton lines={4} />
          </>
        )}
        {erasure !== undefined && state !== "counting" && <Shares erasure={erasure} />}
        {erasure !== undefined && state === "ready" && !isBegun && (
          <ConfirmErasure
            person={person}
            erasureId={erasure.id}
            onBegun={() => setBegun(true)}
            onClose={onClose}
          />
        )}
        {(state === "erasing" || (state === "ready" && isBegun)) && (
          <p role="status">{text("data.erasing")}</p>
        )}
        {state === "failed" && (
          <Notice tone="danger" title={text("data.failed", { reason: erasure?.reason ?? "" })} />
        )}
        {state === "done" && (
          <>
            <Notice tone="good" title={text("data.erased", { name: person.name })} />
            {erasure !== undefined && <Remains remains={erasure.remains} />}
            <div className="row">
              <Button look="primary" onPress={() => void navigate({ to: "/people" })}>
                {text("data.toPeople")}
              </Button>
            </div>
          </>
        )}
        {(error !== null || state === "counting" || state === "erasing" || state === "failed") && (
          <div className="row">
            <Button onPress={onClose}>{text("data.close")}</Button>
          </div>
        )}
      </div>
    </Dialog>
  );
}

function ConfirmErasure({
  person,
  erasureId,
  onBegun,
  onClose,
}: {
  readonly person: PersonDetails;
  readonly erasureId: string;
  readonly onBegun: () => void;
  readonly onClose: () => void;
}) {
  const text = useText();
  const erase = useCommand("identity.erasePerson");
  const [typed, setTyped] = useState("");
  return (
    <Form
      onSubmit={async () => {
        await erase.run({ erasureId, confirmEmail: typed });
        onBegun();
      }}
    >
      {({ isPending }) => (
        <>
          <Notice tone="warm" title={text("data.eraseWarning")} />
          <TextField
            label={text("data.confirmEmail")}
            hint={text("data.confirmHint", { email: person.email })}
            value={typed}
            onChange={setTyped}
            isRequired
            autoComplete="off"
            type="email"
          />
          <div className="row">
            <Button onPress={onClose}>{text("cancel")}</Button>
            <Button
              type="submit"
              look="danger"
              isPending={isPending}
              isDisabled={typed.trim().toLowerCase() !== person.email}
            >
              {text("data.erase")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}

/** What the erasure could not reach yet, and what an admin may do about it. */
function Remains({ remains }: { readonly remains: Erasure["remains"] }) {
  const text = useText();
  return (
    <Table
      caption={text("data.remains")}
      rows={remains}
      keyOf={({ place }) => place}
      columns={[
        { title: text("data.place"), cell: ({ place }) => text(`data.place.${place}`), isLead: true },
        {
          title: text("data.until"),
          cell: ({ place, until }) =>
            until === null
              ? text(place === "database_files" ? "data.untilStarted" : "data.untilDeleted")
              : dateTimeText(until),
        },
      ]}
    />
  );
}

const areas: readonly string[] = [
  "identity",
  "courses",
  "materials",
  "assignments",
  "queries",
  "grades",
  "notices",
  "calendar",
  "system",
];

function Shares({ erasure }: { readonly erasure: Erasure }) {
  const text = useText();
  const nameOf = (slice: string) =>
    text(`data.area.${areas.includes(slice) ? slice : "other"}` as MessageKey);
  if (erasure.shares.length === 0) return null;
  return (
    <Table
      caption={text("data.caption")}
      rows={erasure.shares}
      keyOf={({ slice }) => slice}
      columns={[
        { title: text("data.area"), cell: ({ slice }) => nameOf(slice), isLead: true },
        { title: text("data.removed"), cell: ({ removed }) => removed, align: "end" },
        { title: text("data.kept"), cell: ({ kept }) => kept, align: "end" },
        ...(erasure.state === "done"
          ? [
              {
                title: text("data.files"),
                cell: ({ files }: Erasure["shares"][number]) => files,
                align: "end" as const,
              },
            ]
          : []),
      ]}
    />
  );
}
