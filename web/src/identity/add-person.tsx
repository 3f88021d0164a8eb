/** Adding somebody: name, address and roles, then the link by which they come in. */
import { useState } from "react";
import type { Person, SchoolRole } from "../contract.ts";
import { useCommand } from "../data.ts";
import { useMe } from "../frame/me.ts";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/choices.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { besideField } from "./field-problems.ts";
import { InvitationLink } from "./invitation-link.tsx";
import { RoleChoices } from "./role-choices.tsx";

interface Added {
  readonly person: Person;
  readonly link: string;
  readonly expiresAt: number;
  readonly isMailed: boolean;
}

export function AddPersonDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const [added, setAdded] = useState<Added | null>(null);
  const title =
    added === null ? text("person.addTitle") : text("person.addedTitle", { name: added.person.name });
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      {added === null ? (
        <AddForm onAdded={setAdded} onCancel={onClose} />
      ) : (
        <InvitationLink
          {...added}
          onDone={onClose}
          onAnother={() => {
            setAdded(null);
          }}
        />
      )}
    </Dialog>
  );
}

interface AddFormProps {
  readonly onAdded: (added: Added) => void;
  readonly onCancel: () => void;
}

function AddForm({ onAdded, onCancel }: AddFormProps) {
  const text = useText();
  const add = useCommand("identity.addPerson");
  const [chosen, setChosen] = useState<readonly SchoolRole[]>(["student"]);
  const { sendsMail } = useMe().school;
  const [byMail, setByMail] = useState(true);

  async function submit(fields: Readonly<Record<string, string>>) {
    if (chosen.length === 0) return;
    const { name = "", email = "" } = fields;
    const { person, invitation, invitationLink } = await besideField(
      { email_taken: "email" },
      // No key of the form's: the roles are not among its fields, so it could not tell two actions apart.
      add.run({ name, email, roles: [...chosen], byMail: sendsMail && byMail }),
    );
    onAdded({
      person,
      link: invitationLink,
      expiresAt: invitation.expiresAt,
      isMailed: sendsMail && byMail,
    });
  }

  return (
    <Form onSubmit={submit}>
      {({ isPending }) => (
        <>
          <TextField label={text("person.name")} name="name" autoComplete="off" maxLength={200} isRequired />
          <TextField
            label={text("person.email")}
            hint={text("person.emailHint")}
            name="email"
            type="email"
            autoComplete="off"
            maxLength={254}
            isRequired
          />
          <RoleChoices chosen={chosen} onChange={setChosen} />
          {sendsMail && (
            <Checkbox isSelected={byMail} onChange={setByMail}>
              {text("person.byMail")}
            </Checkbox>
          )}
          <div className="dialog-actions">
            <Button onPress={onCancel}>{text("cancel")}</Button>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("person.add")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
