/** What a merge of two accounts would come to, and the name that has to be typed before it is done. */
import { useState } from "react";
import type { Person, ReadOutput } from "../contract.ts";
import { useCommand, useRead } from "../data.ts";
import "../courses/messages.ts";
import { Loaded } from "../frame/loaded.tsx";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { Avatar, Badge } from "../ui/pieces.tsx";
import { type Column, Table } from "../ui/table.tsx";
import { type MessageKey, useText } from "../ui/text.ts";

type Preview = ReadOutput<"identity.previewMerge">;
type Share = Preview["shares"][number];
type Conflict = Preview["conflicts"][number];

export interface MergePreviewProps {
  readonly fromId: string;
  readonly intoId: string;
  readonly onSwap: () => void;
  readonly onAnother: () => void;
  readonly onBegun: (mergeId: string) => void;
}

export function MergePreview({ fromId, intoId, onSwap, onAnother, onBegun }: MergePreviewProps) {
  const preview = useRead("identity.previewMerge", { fromId, intoId });
  const text = useText();
  return (
    <div className="stack-wide">
      <Loaded of={preview}>
        {(shown) => (
          <>
            <section className="section" aria-labelledby="accounts">
              <h2 id="accounts">{text("merge.accounts")}</h2>
              <div className="merge-pair">
                <Account person={shown.into} mark={text("merge.kept")} isKept />
                <Account person={shown.from} mark={text("merge.ends")} />
              </div>
              <div className="row">
                <Button onPress={onSwap}>{text("merge.swap")}</Button>
                <Button onPress={onAnother}>{text("merge.another")}</Button>
              </div>
            </section>
            <Outcome preview={shown} />
            <Confirm preview={shown} onBegun={onBegun} />
          </>
        )}
      </Loaded>
      {preview.error !== null && (
        <p>
          <Button onPress={onAnother}>{text("merge.another")}</Button>
        </p>
      )}
    </div>
  );
}

interface AccountProps {
  readonly person: Person;
  readonly mark: string;
  readonly isKept?: boolean;
}

function Account({ person, mark, isKept = false }: AccountProps) {
  return (
    <div className="card stack-tight">
      <p>
        <Badge tone={isKept ? "good" : "danger"}>{mark}</Badge>
      </p>
      <div className="person">
        <Avatar name={person.name} />
        <div>
          <p className="item-title">{person.name}</p>
          <p className="faint">{person.email}</p>
        </div>
      </div>
    </div>
  );
}

function Outcome({ preview }: { readonly preview: Preview }) {
  const text = useText();
  const { from, into, roles, fromTwoStep, shares, conflicts } = preview;
  const columns: readonly Column<Share>[] = [
    { title: text("merge.what"), isLead: true, cell: (share) => share.title },
    { title: text("merge.keptHas"), align: "end", cell: (share) => share.into },
    { title: text("merge.endsHas"), align: "end", cell: (share) => share.from },
  ];
  return (
    <section className="section stack" aria-labelledby="outcome">
      <h2 id="outcome">{text("merge.outcome")}</h2>
      <ul className="merge-outcome prose">
        <li>{text("merge.signIn", { email: into.email })}</li>
        <li>{text(fromTwoStep ? "merge.keysEndTwoStep" : "merge.keysEnd", { email: from.email })}</li>
        <li>{text("merge.roles", { roles: roles.map((role) => text(`role.${role}`)).join(", ") })}</li>
        <li>{text("merge.preferences")}</li>
      </ul>
      {conflicts.length > 0 && (
        <>
          <h3>{text("merge.conflicts")}</h3>
          <ul className="list">
            {conflicts.map((conflict) => (
              <li key={`${conflict.code} ${conflict.about}`}>
                <div className="grow stack-tight">
                  <p className="item-title">{conflict.about}</p>
                  <p className="soft">{conflictText(conflict, text)}</p>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
      {shares.length > 0 && (
        <Table
          caption={text("merge.shares")}
          columns={columns}
          rows={shares}
          keyOf={({ slice, title }) => `${slice} ${title}`}
        />
      )}
    </section>
  );
}

const conflictCodes = ["roles_differ", "groups_differ", "both_handed_in", "both_graded", "marks_differ"];

function conflictText({ code, into, from, result }: Conflict, text: ReturnType<typeof useText>): string {
  const key = `merge.conflict.${conflictCodes.includes(code) ? code : "other"}` as MessageKey;
  const said = (value: string) =>
    code === "roles_differ"
      ? value.replace(/^\w+/, (role) => text(`courseRole.${role}` as MessageKey))
      : value;
  return text(key, { into: said(into), from: said(from), result: said(result) });
}

function Confirm({
  preview: { from, into },
  onBegun,
}: {
  readonly preview: Preview;
  readonly onBegun: (mergeId: string) => void;
}) {
  const text = useText();
  const merge = useCommand("identity.mergePeople");
  const [typed, setTyped] = useState("");
  const isTyped = typed.trim().toLowerCase() === from.name.trim().toLowerCase();
  function run() {
    // What went wrong is kept by the command and shown below.
    merge.run({ fromId: from.id, intoId: into.id, confirmName: typed }).then(
      ({ id }) => onBegun(id),
      () => undefined,
    );
  }
  return (
    <section className="card stack" aria-labelledby="confirm">
      <h2 id="confirm">{text("merge.confirmTitle")}</h2>
      <p>{text("merge.confirmText", { name: from.name, email: from.email, kept: into.email })}</p>
      <TextField
        label={text("merge.typeName", { name: from.name })}
        value={typed}
        onChange={setTyped}
        autoComplete="off"
        maxLength={200}
        isRequired
      />
      <ErrorNotice error={merge.error} />
      <div className="row">
        <Button look="danger" isDisabled={!isTyped} isPending={merge.isPending} onPress={run}>
          {text("merge.do")}
        </Button>
      </div>
    </section>
  );
}
