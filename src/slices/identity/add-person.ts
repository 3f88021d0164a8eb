/** Adding somebody to the school. */
import { z } from "zod";
import { hasRole } from "#kernel/policy.ts";
import { personAdded } from "./events.ts";
import { insertInvitation, invitationLink, mailInvitation } from "./invitations.ts";
import { insertPerson } from "./people.ts";
import { byMailField, emailField, Invitation, nameField, Person, rolesField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Adds a person, who cannot sign in before setting a password by the link that this gives. */
export const addPerson = operation({
  name: "identity.addPerson",
  summary: "Adds a person to the school and gives, or mails, the link by which they set their password.",
  kind: "command",
  input: z.strictObject({
    name: nameField,
    email: emailField,
    roles: rolesField,
    byMail: byMailField,
  }),
  output: z
    .object({
      person: Person,
      invitation: Invitation,
      invitationLink: z.string().meta({ description: "Send it to the person. Shown now and not kept." }),
    })
    .meta({ id: "AddedPerson" }),
  policy: hasRole("admin"),
  refusals: { email_taken: "conflict" },
  examples: [
    {
      summary: "A student",
      input: { name: "Ada Lovelace", email: "ada@school.example", roles: ["student"] },
    },
  ],
  async handle(context) {
    const { tx, now, newId, emit } = context;
    const { byMail = false, ...input } = context.input;
    const person = await insertPerson(tx, { id: newId(), ...input, passwordHash: null }, now);
    const invitation = await insertInvitation(tx, { id: newId(), personId: person.id, now });
    if (byMail) await mailInvitation(context, invitation);
    emit(personAdded, { personId: person.id });
    return { person, invitation };
  },
  secrets: { invitationLink: ({ output, services }) => invitationLink(output, services) },
});
