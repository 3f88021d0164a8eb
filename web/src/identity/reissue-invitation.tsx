/** A new link for someone who has not joined yet, or who forgot the password. */
import { useState } from "react";
import type { CommandOutput, Person } from "../contract.ts";
import { useCommand } from "../data.ts";
import { useMe } from "../frame/me.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNotice } from "../ui/notice.tsx";
import { useText } from "../ui/text.ts";
import { InvitationLink } from "./invitation-link.tsx";

export interface ReissueInvitationDialogProps {
  readonly person: Person;
  readonly onClose: () => void;
}

export function ReissueInvitationDialog({ person, onClose }: ReissueInvitationDialogProps) {
  const text = useText();
  const reissue = useCommand("identity.reissueInvitation");
  const [issued, setIssued] = useState<CommandOutput<"identity.reissueInvitation"> | null>(null);

  const { sendsMail } = useMe().school;
  const [byMail, setByMail] = useState(true);

  function run() {
    // What went wrong is kept by the command and shown below.
    reissue.run({ personId: person.id, byMail: sendsMail && byMail }).then(setIssued, () => undefined);
  }

  return (
    <Dialog title={text("person.reissueTitle", { name: person.name })} isOpen onClose={onClose}>
      {issued === null ? (
        <>
          <p>{text(person.hasJoined ? "person.reissueJoined" : "person.reissueInvited")}</p>
          {sendsMail && (
            <Checkbox isSelected={byMail} onChange={setByMail}>
              {text("person.byMail")}
            </Checkbox>
          )}
          <ErrorNotice error={reissue.error} />
          <div className="dialog-actions">
            <Button onPress={onClose}>{text("cancel")}</Button>
            <Button look="primary" isPending={reissue.isPending} onPress={run}>
              {text("person.makeLink")}
            </Button>
          </div>
        </>
      ) : (
        <InvitationLink
          person={person}
          link={issued.invitationLink}
          expiresAt={issued.invitation.expiresAt}
          isMailed={sendsMail && byMail}
          onDone={onClose}
        />
      )}
    </Dialog>
  );
}
