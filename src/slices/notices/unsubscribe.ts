/** Ending mails from the mail itself, without signing in. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { anyone } from "#kernel/policy.ts";
import { NoticeKind, noticeKinds } from "./schema.ts";
import { operation } from "./tables.ts";
import { openUnsubscribe } from "./unsubscribe-token.ts";

/** Ends the mails of the kinds that the mail told of, or all of them. A second time it changes nothing. */
export const unsubscribe = operation({
  name: "notices.unsubscribe",
  summary: "Ends the mails that a mail of notices belongs to; with the link at its foot.",
  kind: "command",
  input: z.strictObject({
    token: z.string().min(1).max(4_000).meta({ description: "From the link at the foot of the mail." }),
    everything: z.boolean().default(false).meta({ description: "Whether to end mails of every kind." }),
  }),
  output: z.object({
    kinds: z.array(NoticeKind).meta({ description: "The kinds of which no mail comes now." }),
  }),
  policy: anyone,
  refusals: { link_invalid: "invalid_input" },
  async prepare({ input, services, now }) {
    return { claims: await openUnsubscribe(services.tokens, input.token, now) };
  },
  async handle({ input, facts, tx }) {
    if (facts.claims === null)
      throw new Refusal(
        "link_invalid",
        "This link is not whole, or too old. Take the one of a newer mail, or change your notices after signing in.",
        { kind: "invalid_input" },
      );
    const { personId } = facts.claims;
    const kinds = input.everything ? [...noticeKinds] : facts.claims.kinds;
    for (const kind of kinds)
      await tx
        .insertInto("notice_preferences")
        .values({ person_id: personId, kind, mail: "off" })
        .onConflict((conflict) => conflict.columns(["person_id", "kind"]).doUpdateSet({ mail: "off" }))
        .execute();
    // What was to be mailed is still there to be read.
    await tx
      .updateTable("notices")
      .set({ mail_at: null })
      .where("person_id", "=", personId)
      .where("kind", "in", kinds)
      .where("mail_at", "is not", null)
      .execute();
    return { kinds };
  },
});
