/** Correcting who somebody is and what they may do. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { denyNotFound, hasRole, personOf, refusalOfDecision } from "#kernel/policy.ts";
import { askAddress, changeEmail, forgetEmailChange } from "./email-changes.ts";
import { personUpdated } from "./events.ts";
import { cleanName, foldEmail, nameKey, searchKey } from "./names.ts";
import { emailTaken, findPerson, requireAnotherAdmin, requireNotMerged, setRoles } from "./people.ts";
import { personDetails } from "./person-details.ts";
import { emailField, idField, nameField, PersonDetails, rolesField } from "./schema.ts";
import { operation } from "./tables.ts";

/**
 * Changes what is given and leaves the rest. Somebody who signs in already keeps the old address until the new one is
 * confirmed, where the school sends mail: a typing error would lock them out, and a stranger in.
 */
export const updatePerson = operation({
  name: "identity.updatePerson",
  summary:
    "Changes a person's name, e-mail address or roles. A new address is confirmed by mail where the school sends any.",
  kind: "command",
  input: z.strictObject({
    personId: idField,
    version: z.int().meta({ description: "The version that `getPerson` gave." }),
    name: nameField.optional(),
    email: emailField.optional().meta({
      description: "The present address withdraws a change that waits to be confirmed.",
    }),
    roles: rolesField.optional(),
  }),
  output: PersonDetails,
  policy: hasRole("admin"),
  refusals: {
    stale_version: "conflict",
    email_taken: "conflict",
    last_admin: "failed_precondition",
    person_merged: "failed_precondition",
  },
  async prepare({ services }) {
    return { sendsMail: services.mailer.kind === "smtp" };
  },
  async handle(context) {
    const { input, tx, now, actor, facts, emit } = context;
    const { personId } = input;
    const row = await tx.selectFrom("people").selectAll().where("id", "=", personId).executeTakeFirst();
    const person = await findPerson(tx, personId);
    if (row === undefined || person === null) throw refusalOfDecision(denyNotFound("person"));
    requireNotMerged(person);
    if (row.version !== input.version)
      throw new Refusal(
        "stale_version",
        "Somebody else changed this person meanwhile. Look again, then decide.",
        {
          kind: "conflict",
        },
      );

    const name = input.name === undefined ? row.name : cleanName(input.name);
    await tx
      .updateTable("people")
      .set({
        name,
        name_key: nameKey(name),
        search_key: searchKey(name, row.email),
        version: row.version + 1,
      })
      .where("id", "=", personId)
      .execute();
    if (input.roles !== undefined) {
      if (!input.roles.includes("admin")) await requireAnotherAdmin(tx, person);
      await setRoles(tx, personId, input.roles);
    }
    if (input.email !== undefined) {
      const email = foldEmail(input.email);
      if (email === row.email) await forgetEmailChange(tx, personId);
      else if (facts.sendsMail && person.hasJoined) {
        const taken = await tx
          .selectFrom("people")
          .select("id")
          .where("email", "=", email)
          .executeTakeFirst();
        if (taken !== undefined) throw emailTaken();
        await askAddress(context, { personId, email, askedBy: personOf(actor).personId });
      } else {
        await forgetEmailChange(tx, personId);
        await changeEmail(context, { id: personId, name, email: row.email }, email);
      }
    }
    emit(personUpdated, { personId });
    return personDetails(tx, personId, now);
  },
});
