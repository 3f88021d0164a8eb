/** The name, the address and the roles of a person. Whoever saves second sees that somebody was first. */
import { useState } from "react";
import type { SchoolRole } from "../contract.ts";
import { useCommand } from "../data.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/fields.tsx";
import { Form } from "../ui/form.tsx";
import { useText } from "../ui/text.ts";
import { toast } from "../ui/toast.tsx";
import { besideField } from "./field-problems.ts";
import type { PersonDetails } from "./get-person.tsx";
import { RoleChoices } from "./role-choices.tsx";

export function UpdatePersonForm({ person }: { readonly person: PersonDetails }) {
  const text = useText();
  const update = useCommand("identity.updatePerson");
  const shownEmail = person.pendingEmail ?? person.email;
  const [roles, setRoles] = useState<readonly SchoolRole[]>(person.roles);

  async function save({ name = "", email = "" }: Readonly<Record<string, string>>) {
    if (roles.length === 0) return;
    const saved = await besideField(
      { email_taken: "email" },
      update.run({
        personId: person.id,
        version: person.version,
        name,
        roles: [...roles],
        // Sent only where it was edited: the present address withdraws a change that waits.
        ...(email === shownEmail ? {} : { email }),
      }),
    );
    toast(text(saved.pendingEmail === null ? "person.saved" : "person.savedPending", { name: saved.name }));
  }

  return (
    <Form onSubmit={save}>
      {({ isPending }) => (
        <>
          <TextField
            label={text("person.name")}
            name="name"
            defaultValue={person.name}
            autoComplete="off"
            maxLength={200}
            isRequired
          />
          <TextField
            label={text("person.email")}
            hint={text("person.emailHint")}
            name="email"
            type="email"
            defaultValue={shownEmail}
            autoComplete="off"
            maxLength={254}
            isRequired
          />
          <RoleChoices chosen={roles} onChange={setRoles} />
          <div>
            <Button type="submit" look="primary" isPending={isPending}>
              {text("person.save")}
            </Button>
          </div>
        </>
      )}
    </Form>
  );
}
