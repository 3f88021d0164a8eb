/** Saying that an address is one's own, by the link that was mailed there. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { anyone } from "#kernel/policy.ts";
import { changeEmail } from "./email-changes.ts";
import { personUpdated } from "./events.ts";
import { tokenField } from "./schema.ts";
import { operation } from "./tables.ts";

/** The address counts from now on, and the old one is told. */
export const confirmEmail = operation({
  name: "identity.confirmEmail",
  summary: "Confirms a new e-mail address by the link that was mailed to it.",
  kind: "command",
  input: z.strictObject({
    confirmationToken: tokenField.meta({ description: "The token of the link, or the whole link." }),
  }),
  output: z.object({ email: z.string() }).meta({ id: "ConfirmedEmail" }),
  policy: anyone,
  refusals: {
    confirmation_invalid: "unauthenticated",
    confirmation_used: "failed_precondition",
    confirmation_expired: "failed_precondition",
    email_taken: "conflict",
  },
  async prepare({ input, services, now }) {
    const token = input.confirmationToken.slice(input.confirmationToken.lastIndexOf("#") + 1).trim();
    const claims = await services.tokens.open("address", token, now);
    if (claims === null) throw invalid();
    return { changeId: String(claims.cid) };
  },
  async handle(context) {
    const { tx, facts, now, emit } = context;
    const row = await tx
      .selectFrom("email_changes")
      .innerJoin("people", "people.id", "email_changes.person_id")
      .select([
        "email_changes.email as newEmail",
        "email_changes.used_at as usedAt",
        "email_changes.expires_at as expiresAt",
        "people.id as id",
        "people.name as name",
        "people.email as email",
        "people.active as active",
      ])
      .where("email_changes.id", "=", facts.changeId)
      .executeTakeFirst();
    if (row === undefined || row.active !== 1) throw invalid();
    if (row.usedAt !== null)
      throw new Refusal("confirmation_used", "This address was confirmed already. Sign in with it.");
    if (row.expiresAt <= now)
      throw new Refusal("confirmation_expired", "This link has expired. Ask your school for a new one.");
    await changeEmail(context, row, row.newEmail);
    await tx.updateTable("email_changes").set({ used_at: now }).where("id", "=", facts.changeId).execute();
    emit(personUpdated, { personId: row.id });
    return { email: row.newEmail };
  },
});

function invalid(): Refusal {
  return new Refusal(
    "confirmation_invalid",
    "This link does not hold any more. Ask your school for a new one.",
    {
      kind: "unauthenticated",
    },
  );
}
