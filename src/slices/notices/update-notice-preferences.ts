/** Saying how one wants to be told. */
import { z } from "zod";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { personOf, signedIn } from "#kernel/policy.ts";
import { versionField } from "#slices/courses/api.ts";
import { usualMail } from "./kinds.ts";
import { minuteOfDayField, NoticePreference, NoticePreferences, noticeKinds } from "./schema.ts";
import { operation } from "./tables.ts";
import { preferencesOf, settingsOf } from "./wishes.ts";

/** Changes the caller's wishes; what is left out stays. It holds for what happens from now on. */
export const updateNoticePreferences = operation({
  name: "notices.updateNoticePreferences",
  summary: "Changes which notices reach you by mail, and when.",
  kind: "command",
  input: z.strictObject({
    version: versionField("the wishes"),
    kinds: z.array(NoticePreference).max(noticeKinds.length).default([]),
    digestMinute: minuteOfDayField.optional(),
    quietFrom: minuteOfDayField.nullable().optional(),
    quietTo: minuteOfDayField.nullable().optional(),
  }),
  output: NoticePreferences,
  policy: signedIn,
  refusals: { stale_version: "conflict" },
  async handle({ input, actor, tx }) {
    const { personId } = personOf(actor);
    const [before, row] = [await preferencesOf(tx, personId), await settingsOf(tx, personId)];
    if (input.version !== before.version)
      throw new Refusal(
        "stale_version",
        `You changed this elsewhere meanwhile. Look at it again (version ${before.version}), then decide.`,
        { kind: "conflict" },
      );
    const { quietFrom = before.quietFrom, quietTo = before.quietTo } = input;
    if ((quietFrom === null) !== (quietTo === null))
      throw invalidField("quietTo", "Quiet hours have a beginning and an end: give both, or null for both.");
    const kinds = input.kinds.map(({ kind }) => kind);
    if (new Set(kinds).size < kinds.length) throw invalidField("kinds", "Each kind may stand here once.");
    const settings = {
      digest_minute: input.digestMinute ?? before.digestMinute,
      quiet_from: quietFrom,
      quiet_to: quietTo,
      version: before.version + 1,
    };
    await (row === undefined
      ? tx
          .insertInto("notice_settings")
          .values({ person_id: personId, ...settings })
          .execute()
      : tx.updateTable("notice_settings").set(settings).where("person_id", "=", personId).execute());
    for (const { kind, mail } of input.kinds) {
      if (mail === usualMail[kind])
        await tx
          .deleteFrom("notice_preferences")
          .where("person_id", "=", personId)
          .where("kind", "=", kind)
          .execute();
      else
        await tx
          .insertInto("notice_preferences")
          .values({ person_id: personId, kind, mail })
          .onConflict((conflict) => conflict.columns(["person_id", "kind"]).doUpdateSet({ mail }))
          .execute();
    }
    return preferencesOf(tx, personId);
  },
});
