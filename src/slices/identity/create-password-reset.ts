/** The way back in without mail: an admin makes the link and hands it over. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { denyNotFound, hasRole, personOf, refusalOfDecision } from "#kernel/policy.ts";
import { handedResetMs, insertReset, resetLink } from "./password-resets.ts";
import { findPerson } from "./people.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Makes a link for somebody who has a password; whoever has none yet needs an invitation. */
export const createPasswordReset = operation({
  name: "identity.createPasswordReset",
  summary:
    "Makes a link by which a person chooses a new password. It is shown once, works once, and is in the audit trail.",
  kind: "command",
  input: z.strictObject({
    personId: idField,
    endAccessTokens: z.boolean().optional().meta({
      description:
        "Whether the person's programs lose their access tokens when the link is used. Default: yes, for somebody else may have known the password.",
    }),
  }),
  output: z
    .object({
      reset: z
        .object({ id: z.string(), personId: z.string(), expiresAt: z.int() })
        .meta({ id: "PasswordReset" }),
      resetLink: z.string().meta({ description: "Hand it to the person. Shown now and not kept." }),
    })
    .meta({ id: "CreatedPasswordReset" }),
  policy: hasRole("admin"),
  refusals: { person_inactive: "failed_precondition", not_joined: "failed_precondition" },
  async handle(context) {
    const { input, tx, actor } = context;
    const person = await findPerson(tx, input.personId);
    if (person === null) throw refusalOfDecision(denyNotFound("person"));
    if (!person.active)
      throw new Refusal("person_inactive", "This person is not active. Activate the account first.");
    if (!person.hasJoined)
      throw new Refusal("not_joined", "This person has no password yet. Give them an invitation instead.");
    const madeBy = personOf(actor).personId;
    const keepsAccessTokens = input.endAccessTokens === false;
    const wish = { personId: person.id, madeBy, holdsMs: handedResetMs, keepsAccessTokens };
    return { reset: await insertReset(context, wish) };
  },
  secrets: { resetLink: ({ output, services }) => resetLink(output, services) },
});
