/** Turning codes from an app on. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { twoStepTurnedOn } from "./events.ts";
import { beginSecondStep } from "./guessing.ts";
import { asked } from "./passkeys.ts";
import { signedInThemselves } from "./policy.ts";
import { keepRecoveryCodes, newRecoveryCodes, recoveryCodes } from "./recovery-codes.ts";
import { idField, RecoveryCodes } from "./schema.ts";
import { noteSecondStep } from "./second-step-due.ts";
import { requireTotp } from "./second-step-proof.ts";
import { operation } from "./tables.ts";
import { confirmTotpEnrolment, enrolmentEnded, enrolmentRefusals } from "./totp-enrolments.ts";

/** Takes the app's first code; from then on signing in asks for one. Gives ten fresh recovery codes. */
export const confirmTotp = operation({
  name: "identity.confirmTotp",
  summary: "Turns two-step sign-in on with the first code of the app, and gives recovery codes.",
  kind: "command",
  input: z.strictObject({
    enrolmentId: idField,
    code: z.string().trim().min(1).max(20).meta({ description: "Six digits, as the app shows them now." }),
  }),
  output: RecoveryCodes,
  policy: signedInThemselves,
  refusals: { ...enrolmentRefusals, wrong_code: "failed_precondition", rate_limited: "rate_limited" },
  async prepare(context) {
    const { input, actor, read, services, now, random } = context;
    const { personId, sessionId } = personOf(actor);
    const open = await read((db) =>
      db
        .selectFrom("totp_enrolments")
        .select("id")
        .where("id", "=", input.enrolmentId)
        .where("person_id", "=", personId)
        .where("confirmed_at", "is", null)
        .executeTakeFirst(),
    );
    if (open === undefined) throw enrolmentEnded();
    const attempt = { account: personId, place: "enrol", deviceId: sessionId, placeIsKnown: true };
    const succeeded = beginSecondStep(services.limiter, attempt, now);
    const app = { enrolmentId: input.enrolmentId, lastStep: 0 };
    // Somebody who is signed in has mistyped, and stays signed in.
    const step = await asked(async () => requireTotp(context, app, input.code));
    succeeded();
    return { step, codes: newRecoveryCodes(services.tokens, random) };
  },
  async handle({ input, actor, tx, facts, now, emit }) {
    const { personId, sessionId } = personOf(actor);
    await confirmTotpEnrolment(tx, { enrolmentId: input.enrolmentId, personId, step: facts.step }, now);
    await keepRecoveryCodes(tx, personId, facts.codes);
    await noteSecondStep(tx, sessionId, "totp");
    emit(twoStepTurnedOn, { personId });
    return { recoverySetId: facts.codes.id };
  },
  secrets: {
    recoveryCodes: async ({ output, services }) => recoveryCodes(services.tokens, output.recoverySetId),
  },
});
