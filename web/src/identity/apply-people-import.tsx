/** Applying an import that was looked at, or letting it go. Many deactivations want their number typed. */
import { useState } from "react";
import { useCommand, useRead } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import type { PeopleImport } from "./get-people-import.tsx";

export function ApplyImport({ one }: { readonly one: PeopleImport }) {
  const text = useText();
  const school = useRead("identity.getSchool", {});
  const apply = useCommand("identity.applyPeopleImport");
  const cancel = useCommand("identity.cancelPeopleImport");
  const [wantsMail, setWantsMail] = useState(true);
  const [typed, setTyped] = useState("");
  const sendsMail = school.data?.sendsMail === true;
  const changes = one.adds + one.changes + one.deactivations;
  const isConfirmed = !one.mustConfirm || typed.trim() === String(one.deactivations);

  function run() {
    // What went wrong is kept by the command and shown below.
    apply
      .run({
        importId: one.id,
        byMail: sendsMail && wantsMail && one.adds > 0,
        ...(one.mustConfirm ? { confirmDeactivations: Number(typed) } : {}),
      })
      .catch(() => undefined);
  }

  return (
    <section className="card stack" aria-labelledby="apply">
      <h2 id="apply">{text("import.previewTitle")}</h2>
      <p>
        {text("import.preview", {
          adds: one.adds,
          changes: one.changes,
          deactivations: one.deactivations,
          rest: one.same + one.kept,
          invalid: one.invalid,
        })}
      </p>
      {one.adds > 0 &&
        (sendsMail ? (
          <Checkbox isSelected={wantsMail} onChange={setWantsMail}>
            {text("import.byMail", { count: one.adds })}
          </Checkbox>
        ) : (
          <p className="soft">{text("import.noMail")}</p>
        ))}
      {one.mustConfirm && (
        <Notice tone="danger" title={text("import.brakeTitle", { count: one.deactivations })}>
          <TextField
            label={text("import.brake", { count: one.deactivations })}
            value={typed}
            onChange={setTyped}
            inputMode="numeric"
            autoComplete="off"
          />
        </Notice>
      )}
      <ErrorNotice error={apply.error ?? cancel.error} />
      <div className="row">
        <Button
          look="primary"
          isDisabled={!isConfirmed || changes + one.same === 0}
          isPending={apply.isPending}
          onPress={run}
        >
          {text("import.apply")}
        </Button>
        <Button
          isPending={cancel.isPending}
          onPress={() => void cancel.run({ importId: one.id }).catch(() => undefined)}
        >
          {text("import.cancel")}
        </Button>
      </div>
    </section>
  );
}
