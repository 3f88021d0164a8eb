/** The second half of signing in: a code from the app, a recovery code, or a passkey. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { anyone } from "#kernel/policy.ts";
import { challengeIdOf, challengeRefusals, spendChallenge } from "./challenges.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import { notFaculty } from "./faculty-login.ts";
import { signInSecrets } from "./finish-sign-in.ts";
import { PasskeyAnswer } from "./passkeys.ts";
import { findPerson } from "./people.ts";
import { mayOpen } from "./policy.ts";
import { keepRecoveryCodes, newRecoveryCodes, recoveryCodes } from "./recovery-codes.ts";
import { passkeyRefusals } from "./relying-party.ts";
import { SignedIn, TaughtCourse, tokenField } from "./schema.ts";
import { checkSecondStep, codeRefusals, spendProof } from "./second-step-proof.ts";
import { openSession } from "./sessions.ts";
import { operation } from "./tables.ts";
import { enrolmentRefusals } from "./totp-enrolments.ts";

const codeLengthMax = 40;

/** Takes the answer to a challenge, once, and opens the session that it was about. */
export function completeSignInWith(coursesTaughtBy: CoursesTaughtBy) {
  return operation({
    name: "identity.completeSignIn",
    summary: "Completes signing in with a code from the app, a recovery code, or a passkey.",
    kind: "command",
    input: z.strictObject({
      challengeToken: tokenField.meta({ description: "From the operation by which signing in began." }),
      code: z.string().trim().min(1).max(codeLengthMax).optional().meta({
        description: "Six digits from the app, or a recovery code. Give either this or a passkey's answer.",
      }),
      passkey: PasskeyAnswer.optional(),
    }),
    output: SignedIn.extend({
      courses: z.array(TaughtCourse).meta({ description: "What one teaches, after FacultyLogin." }),
      recoverySetId: z.string().nullable().meta({ description: "Set where two-step was turned on by this." }),
      recoveryCodes: z.array(z.string()).nullable().meta({
        description:
          "Ten fresh recovery codes, where two-step was turned on by this. Shown now and not kept.",
      }),
    }).meta({ id: "CompletedSignIn" }),
    policy: anyone,
    refusals: {
      ...challengeRefusals,
      ...codeRefusals,
      ...passkeyRefusals,
      ...enrolmentRefusals,
      two_step_is_on: "failed_precondition",
      not_faculty: "forbidden",
      rate_limited: "rate_limited",
    },
    async prepare(context) {
      const { input, services, now, random } = context;
      const challengeId = await challengeIdOf(services.tokens, input.challengeToken, now);
      const { challenge, proof } = await checkSecondStep(context, challengeId);
      const codes = proof.kind === "enrolment" ? newRecoveryCodes(services.tokens, random) : null;
      return { challenge, proof, codes };
    },
    async handle(context) {
      const { tx, facts, now } = context;
      const { challenge, proof, codes } = facts;
      await spendChallenge(tx, challenge.id);
      await spendProof(tx, proof, now);
      const person = present(await findPerson(tx, proof.personId), "whose proof it is has a row");
      const { password_version } = await tx
        .selectFrom("people")
        .select("password_version")
        .where("id", "=", person.id)
        .executeTakeFirstOrThrow();
      // A password that was changed meanwhile was changed because of whoever is signing in here, for all we know.
      const isOutdated =
        challenge.password_version !== null && challenge.password_version !== password_version;
      if (!person.active || isOutdated)
        throw new Refusal("challenge_ended", "The account was changed while you signed in. Begin again.", {
          kind: "unauthenticated",
        });
      const scope = challenge.scope ?? "full";
      const courses = scope === "faculty" ? await coursesTaughtBy(tx, person.id) : [];
      if (scope === "faculty" && !mayOpen("faculty", { roles: person.roles, teaches: courses.length > 0 }))
        throw notFaculty();
      if (codes !== null) await keepRecoveryCodes(tx, person.id, codes);
      const by = proof.kind === "enrolment" ? "totp" : proof.kind;
      const session = await openSession(context, person.id, scope, { by, deviceId: challenge.device_id });
      return { session, person, secondStep: null, courses: [...courses], recoverySetId: codes?.id ?? null };
    },
    secrets: {
      ...signInSecrets,
      recoveryCodes: async ({ output, services }) =>
        output.recoverySetId === null ? null : recoveryCodes(services.tokens, output.recoverySetId),
    },
  });
}
