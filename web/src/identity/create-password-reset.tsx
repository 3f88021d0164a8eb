/** A link to a new password, made by an admin and handed over: for schools without mail, and for lost mailboxes. */
import { useState } from "react";
import type { CommandOutput, Person } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { InvitationLink } from "./invitation-link.tsx";

export interface CreatePasswordResetDialogProps {
  readonly person: Person;
  readonly onClose: () => void;
}

export function CreatePasswordResetDialog({ person, onClose }: CreatePasswordResetDialogProps) {
  const text = useText();
  const create = useCommand("identity.createPasswordReset");
  const [endsTokens, setEndsTokens] = useState(true);
  const [made, setMade] = useState<CommandOutput<"identity.createPasswordReset"> | null>(null);

  return (
    <Dialog title={text("person.resetTitle", { name: person.name })} isOpen onClose={onClose}>
      {made === null ? (
        <>
          <p>{text("person.resetText")}</p>
          <Checkbox isSelected={endsTokens} onChange={setEndsTokens}>
            {text("person.resetEndsTokens")}
          </Checkbox>
          <ErrorNotice error={create.error} />
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("cancel")}</Button>
            <Button
              look="primary"
              isPending={create.isPending}
              // What went wrong is kept by the command and shown above.
              onPress={() =>
                void create
                  .run({ personId: person.id, endAccessTokens: endsTokens })
                  .then(setMade, () => undefined)
              }
            >
              {text("person.makeLink")}
            </Button>
          </div>
        </>
      ) : (
        <InvitationLink
          person={person}
          label={text("person.resetLink")}
          link={made.resetLink}
          expiresAt={made.reset.expiresAt}
          onDone={onClose}
        />
      )}
    </Dialog>
  );
}
