/** Applying an import of members that was looked at, or letting it go. Many removals want their number typed. */
import { useState } from "react";
import { useCommand, useRead } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { TextField } from "../ui/fields.tsx";
import { ErrorNotice, Notice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import type { RosterImport } from "./get-roster-import.tsx";

export function ApplyRoster({ one }: { readonly one: RosterImport }) {
  const text = useText();
  const school = useRead("identity.getSchool", {});
  const apply = useCommand("courses.applyRoster");
  const cancel = useCommand("courses.cancelRoster");
  const [invites, setInvites] = useState(false);
  const [typed, setTyped] = useState("");
  const { importId, unknown, removals } = one;
  const isConfirmed = !one.mustConfirm || typed.trim() === String(removals);
  const changes = one.adds + one.changes + removals + one.same + (invites ? unknown : 0);

  function run() {
    const inviteUnknown = invites && one.mayInvite;
    // What went wrong is kept by the command and shown below.
    apply
      .run({
        ...{ importId, inviteUnknown, byMail: inviteUnknown && school.data?.sendsMail === true },
        ...(one.mustConfirm ? { confirmRemovals: Number(typed) } : {}),
      })
      .catch(() => undefined);
  }

  return (
    <section className="card stack" aria-labelledby="apply">
      <h2 id="apply">{text("roster.previewTitle")}</h2>
      <p>
        {text("roster.preview", {
          ...{ adds: one.adds, changes: one.changes, removals, rest: one.same + one.kept },
          ...{ unknown, invalid: one.invalid },
        })}
      </p>
      {one.newGroups > 0 && <p>{text("roster.newGroups", { count: one.newGroups })}</p>}
      {unknown > 0 &&
        (one.mayInvite ? (
          <Checkbox isSelected={invites} onChange={setInvites}>
            {text("roster.invite", { count: unknown })}{" "}
            <span className="faint">
              {text(school.data?.sendsMail === true ? "roster.inviteByMail" : "roster.inviteNoMail")}
            </span>
          </Checkbox>
        ) : (
          <p className="soft">{text("roster.unknownHint", { count: unknown })}</p>
        ))}
      {one.mustConfirm && (
        <Notice tone="danger" title={text("roster.brakeTitle", { count: removals })}>
          <TextField
            label={text("roster.brake", { count: removals })}
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
          isDisabled={!isConfirmed || changes === 0}
          isPending={apply.isPending}
          onPress={run}
        >
          {text("roster.apply")}
        </Button>
        <Button
          isPending={cancel.isPending}
          onPress={() => void cancel.run({ importId }).catch(() => undefined)}
        >
          {text("roster.cancel")}
        </Button>
      </div>
    </section>
  );
}
