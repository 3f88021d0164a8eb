/** Asking for a link to a new password, by who cannot sign in. */
import { z } from "zod";
import { anyone } from "#kernel/policy.ts";
import { answerResetType } from "./answer-reset-type.ts";
import { placeOf } from "./guessing.ts";
import { foldEmail } from "./names.ts";
import { countRequest } from "./password-resets.ts";
import { emailField } from "./schema.ts";
import { operation } from "./tables.ts";

/**
 * Notes the wish, and does nothing else: whether there is such an account is looked up later, by a job, so that
 * neither the answer nor the time that it takes tells.
 */
export const requestPasswordReset = operation({
  name: "identity.requestPasswordReset",
  summary:
    "Asks for a link, by mail, with which to choose a new password. The answer is the same for any address.",
  kind: "command",
  input: z.strictObject({ email: emailField }),
  output: z.object({
    sendsMail: z.boolean().meta({
      description: "Whether the school sends mail; if not, its admins hand links over.",
    }),
  }),
  policy: anyone,
  refusals: { rate_limited: "rate_limited" },
  examples: [{ summary: "A forgotten password", input: { email: "ada@school.example" } }],
  async prepare({ input, services, origin, now }) {
    countRequest(services.limiter, { email: foldEmail(input.email), place: placeOf(origin.address) }, now);
    return { sendsMail: services.mailer.kind === "smtp" };
  },
  async handle({ input, tx, facts, now, newId, enqueue }) {
    const id = newId();
    await tx
      .insertInto("password_reset_requests")
      .values({ id, email: foldEmail(input.email), made_at: now })
      .execute();
    await enqueue(answerResetType, { requestId: id });
    return facts;
  },
});
