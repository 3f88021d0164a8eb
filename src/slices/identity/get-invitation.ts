/** What a guest sees before accepting: for whom the invitation is, and to what. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { anyone } from "#kernel/policy.ts";
import { invitationRefusals, openInvitation, usableInvitation } from "./invitations.ts";
import { tokenField } from "./schema.ts";
import { findSchool } from "./school.ts";
import { operation } from "./tables.ts";

/**
 * Opens an invitation without using it up. Though it changes nothing it is a command, for two reasons: a read's input
 * travels in the address, where logs would keep the token, and only `prepare` may open a seal.
 */
export const getInvitation = operation({
  name: "identity.getInvitation",
  summary: "Says for whom an invitation is, before it is accepted.",
  kind: "command",
  input: z.strictObject({
    invitationToken: tokenField.meta({ description: "The invitation's token, or the whole link." }),
  }),
  output: z
    .object({ schoolName: z.string(), name: z.string(), email: z.string(), expiresAt: z.int() })
    .meta({ id: "OpenedInvitation" }),
  policy: anyone,
  refusals: invitationRefusals,
  async prepare({ input, services, now }) {
    return { invitationId: await openInvitation(services.tokens, input.invitationToken, now) };
  },
  async handle({ tx, facts, now }) {
    const { name, email, expiresAt } = await usableInvitation(tx, facts.invitationId, now);
    const school = present(await findSchool(tx), "only a school that is set up invites");
    return { schoolName: school.name, name, email, expiresAt };
  },
});
