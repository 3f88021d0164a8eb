/** Looks up who asked for a new password, and mails the link; strangers' addresses get nothing. */
import { z } from "zod";
import { answerResetType } from "./answer-reset-type.ts";
import { insertInvitation, mailInvitation } from "./invitations.ts";
import { accountMergedMail } from "./mail-texts.ts";
import { type MailStep, postMail } from "./mails.ts";
import { insertReset, mailedResetMs } from "./password-resets.ts";
import { schoolId } from "./school.ts";
import { job } from "./tables.ts";

/** Whoever has not joined yet gets the invitation again: that is the link that they need. */
export const answerPasswordReset = job({
  name: answerResetType.name,
  summary: "Answers a request for a new password.",
  inputSchema: z.strictObject({ requestId: z.string() }),
  async run({ input: { requestId }, write }) {
    await write(async (step) => {
      const { tx, now, newId } = step;
      const asked = await tx
        .deleteFrom("password_reset_requests")
        .where("id", "=", requestId)
        .returning("email")
        .executeTakeFirst();
      if (asked === undefined) return;
      const person = await tx
        .selectFrom("people")
        .select(["id", "active", "password_hash", "merged_into"])
        .where("email", "=", asked.email)
        .executeTakeFirst();
      if (person !== undefined && person.merged_into !== null) {
        await tellOfMerge(step, { personId: person.merged_into, address: asked.email, requestId });
        return;
      }
      if (person === undefined || person.active !== 1) return;
      if (person.password_hash === null) {
        await mailInvitation(step, await insertInvitation(tx, { id: newId(), personId: person.id, now }));
        return;
      }
      const wish = { personId: person.id, madeBy: null, holdsMs: mailedResetMs };
      const { id } = await insertReset(step, wish);
      const key = `password reset ${id}`;
      await postMail(step, { personId: person.id, key, kind: "password_reset", aboutId: id });
    });
    return {};
  },
});

/** The old address gets no link to the kept account, which is opened by its own; it gets to know which one that is. */
async function tellOfMerge(
  step: MailStep,
  wish: { readonly personId: string; readonly address: string; readonly requestId: string },
): Promise<void> {
  const { personId, address, requestId } = wish;
  const reader = await step.tx
    .selectFrom("people")
    .innerJoin("school", (join) => join.on("school.id", "=", schoolId))
    .select(["people.name as name", "people.email as email", "school.name as schoolName"])
    .where("people.id", "=", personId)
    .where("people.active", "=", 1)
    .executeTakeFirst();
  if (reader === undefined) return;
  const { subject, text: body } = accountMergedMail(reader, reader.email);
  const key = `account merged ${requestId}`;
  await postMail(step, { personId, key, kind: "message", address, subject, body });
}
