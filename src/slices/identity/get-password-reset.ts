/** Whose password a link is for, before it is used. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { anyone } from "#kernel/policy.ts";
import { openReset, resetRefusals, usableReset } from "./password-resets.ts";
import { tokenField } from "./schema.ts";
import { findSchool } from "./school.ts";
import { operation } from "./tables.ts";

/** Opens a link without using it up. A command for the reasons that `getInvitation` gives. */
export const getPasswordReset = operation({
  name: "identity.getPasswordReset",
  summary: "Says for whom a link to a new password is, before it is used.",
  kind: "command",
  input: z.strictObject({
    resetToken: tokenField.meta({ description: "The token of the link, or the whole link." }),
  }),
  output: z
    .object({ schoolName: z.string(), name: z.string(), email: z.string(), expiresAt: z.int() })
    .meta({ id: "OpenedPasswordReset" }),
  policy: anyone,
  refusals: resetRefusals,
  async prepare({ input, services, now }) {
    return { resetId: await openReset(services.tokens, input.resetToken, now) };
  },
  async handle({ tx, facts, now }) {
    const { name, email, expiresAt } = await usableReset(tx, facts.resetId, now);
    const school = present(await findSchool(tx), "whoever has a password is in a school");
    return { schoolName: school.name, name, email, expiresAt };
  },
});
