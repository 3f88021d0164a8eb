/** The link that lets somebody in: to copy, with what to do with it. It is shown this once. */
import type { Person } from "../contract.ts";
import { Button } from "../ui/button.tsx";
import { DateTime } from "../ui/pieces.tsx";
import { useText } from "../ui/text.ts";
import { CopyField } from "./copy-field.tsx";

export interface InvitationLinkProps {
  readonly person: Person;
  readonly link: string;
  readonly expiresAt: number;
  /** What the link is, where it is no invitation. */
  readonly label?: string;
  /** Whether it went to the person by mail as well. */
  readonly isMailed?: boolean;
  readonly onDone: () => void;
  readonly onAnother?: () => void;
}

export function InvitationLink(props: InvitationLinkProps) {
  const { person, link, expiresAt, label, isMailed = false, onDone, onAnother } = props;
  const text = useText();
  return (
    <>
      <p>
        {text(isMailed ? "person.linkMailed" : "person.linkUse", { name: person.name, email: person.email })}
      </p>
      <CopyField label={label ?? text("person.link")} value={link} action={text("person.copyLink")} />
      <p className="faint">
        {text("person.linkHolds")} <DateTime at={expiresAt} />. {text("person.linkOnce")}
      </p>
      <div className="dialog-actions">
        {onAnother && <Button onPress={onAnother}>{text("person.addAnother")}</Button>}
        <Button look="primary" onPress={onDone}>
          {text("identity.done")}
        </Button>
      </div>
    </>
  );
}
