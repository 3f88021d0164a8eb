/** Checking the answer to a challenge before the transaction, and using it up inside: nothing that proves serves twice. */
import type { Kysely } from "kysely";
import { invalidField, Refusal } from "#kernel/errors.ts";
import type { PrepareContext } from "#kernel/operation.ts";
import { openChallenge } from "./challenges.ts";
import { beginSecondStep, placeOf } from "./guessing.ts";
import { checkPasskeyAnswer, type PasskeyAnswer, passkeyByCredential, passkeyInvalid } from "./passkeys.ts";
import { findRecoveryCode } from "./recovery-codes.ts";
import { requireRelyingParty } from "./relying-party.ts";
import type { IdentityTables, SignInChallengesTable } from "./tables.ts";
import { looksLikeTotp, totpStep } from "./totp.ts";
import { confirmTotpEnrolment } from "./totp-enrolments.ts";
import { isTwoStep, secondStepsOf, twoStepIsOn } from "./two-step.ts";

/** What was proved; `enrolment`: with the first code of an app, where the school requires one. */
export type Proof = { readonly personId: string } & (
  | { readonly kind: "totp" | "enrolment"; readonly enrolmentId: string; readonly step: number }
  | { readonly kind: "recovery_code"; readonly setId: string; readonly position: number }
  | { readonly kind: "passkey"; readonly passkeyId: string; readonly counter: number }
);

export const codeRefusals = { wrong_code: "unauthenticated", code_used: "unauthenticated" } as const;

interface Answer {
  readonly code?: string | undefined;
  readonly passkey?: PasskeyAnswer | undefined;
}

type Context = Pick<PrepareContext<IdentityTables, Answer>, "input" | "read" | "now" | "services" | "origin">;

/** What the answer proves; refuses what is wrong, within the limits against guessing. */
export async function checkSecondStep(
  context: Context,
  challengeId: string,
): Promise<{ readonly challenge: SignInChallengesTable; readonly proof: Proof }> {
  const { input, read, now } = context;
  const { code, passkey } = input;
  if ((code === undefined) === (passkey === undefined))
    throw invalidField("code", "Give either a code or a passkey's answer.");
  const challenge = await read((db) => openChallenge(db, challengeId, now));
  if (challenge.purpose === "add_passkey") throw passkeyInvalid(null);
  const succeeded = await countAttempt(context, challenge);
  const proof =
    passkey !== undefined
      ? await checkPasskey(context, challenge, passkey)
      : await checkCode(context, challenge, code ?? "");
  succeeded();
  return { challenge, proof };
}

/** Uses up what was proved; refuses where somebody was quicker. */
export async function spendProof(tx: Kysely<IdentityTables>, proof: Proof, now: number): Promise<void> {
  switch (proof.kind) {
    case "enrolment": {
      // Whoever knew the password began as well, and the owner was quicker: it stays the owner's.
      if (isTwoStep(await secondStepsOf(tx, proof.personId))) throw twoStepIsOn();
      await confirmTotpEnrolment(tx, proof, now);
      return;
    }
    case "totp": {
      const used = await tx
        .updateTable("totp_enrolments")
        .set({ last_step: proof.step })
        .where("id", "=", proof.enrolmentId)
        .where("last_step", "<", proof.step)
        .returning("id")
        .execute();
      if (used.length === 0) throw codeUsed();
      return;
    }
    case "recovery_code": {
      const used = await tx
        .updateTable("recovery_codes")
        .set({ used_at: now })
        .where("set_id", "=", proof.setId)
        .where("position", "=", proof.position)
        .where("used_at", "is", null)
        .returning("position")
        .execute();
      if (used.length === 0) throw codeUsed();
      return;
    }
    case "passkey": {
      const { counter } = proof;
      // Those that count never go back (a copy would); those that do not stay at 0.
      const used = await tx
        .updateTable("passkeys")
        .set({ counter, used_at: now })
        .where("id", "=", proof.passkeyId)
        .where((each) => each.or([each("counter", "<", counter), each("counter", "=", 0)]))
        .returning("id")
        .execute();
      if (used.length === 0) throw passkeyInvalid(null);
    }
  }
}

/** Whether a code of this app is right now; refuses a wrong one, and one that was taken before. */
export function requireTotp(
  { services, now }: Pick<Context, "services" | "now">,
  app: { readonly enrolmentId: string; readonly lastStep: number },
  code: string,
): number {
  const step = totpStep(services.tokens, { enrolmentId: app.enrolmentId, code, now });
  if (step === null) throw wrongCode();
  if (step <= app.lastStep) throw codeUsed();
  return step;
}

async function checkCode(context: Context, challenge: SignInChallengesTable, code: string): Promise<Proof> {
  const { read, services } = context;
  const { person_id: personId, enrolment_id: enrolmentId } = challenge;
  if (personId === null) throw wrongCode();
  if (enrolmentId !== null)
    return {
      kind: "enrolment",
      personId,
      enrolmentId,
      step: requireTotp(context, { enrolmentId, lastStep: 0 }, code),
    };
  if (looksLikeTotp(code)) {
    const { totp } = await read((db) => secondStepsOf(db, personId));
    if (totp === null) throw wrongCode();
    return { kind: "totp", personId, enrolmentId: totp.enrolmentId, step: requireTotp(context, totp, code) };
  }
  const found = await read((db) => findRecoveryCode(db, services.tokens, { personId, code }));
  if (found === null) throw wrongCode();
  if (found.isUsed) throw codeUsed();
  return { kind: "recovery_code", personId, setId: found.setId, position: found.position };
}

async function checkPasskey(
  { read, services }: Context,
  challenge: SignInChallengesTable,
  answer: PasskeyAnswer,
): Promise<Proof> {
  const party = requireRelyingParty(services.publicUrl());
  const passkey = await read((db) => passkeyByCredential(db, answer.credentialId));
  const { person_id: asked, nonce } = challenge;
  if (passkey === null || (asked !== null && asked !== passkey.person_id)) throw passkeyInvalid(null);
  const counter = await checkPasskeyAnswer(answer, passkey, { nonce, party, alone: asked === null });
  return { kind: "passkey", personId: passkey.person_id, passkeyId: passkey.id, counter };
}

/** Counts an attempt on the account that the challenge is about. */
async function countAttempt(
  { read, services, now, origin }: Context,
  { person_id: personId, device_id: deviceId }: SignInChallengesTable,
): Promise<() => void> {
  const place = placeOf(origin.address);
  // A signature is not to be guessed; beginning was counted.
  if (personId === null) return () => {};
  const account = await read(async (db) => {
    const session = await db
      .selectFrom("sessions")
      .select("id")
      .where("person_id", "=", personId)
      .where("place", "=", place)
      .limit(1)
      .executeTakeFirst();
    return { placeIsKnown: session !== undefined };
  });
  return beginSecondStep(services.limiter, { account: personId, place, deviceId, ...account }, now);
}

export function wrongCode(): Refusal {
  return new Refusal("wrong_code", "This code is not right. Codes of the app change each half minute.", {
    kind: "unauthenticated",
    problems: [{ field: "code", message: "This code is not right." }],
  });
}

function codeUsed(): Refusal {
  return new Refusal(
    "code_used",
    "This code was used already. Wait for the app's next one, or take another.",
    {
      kind: "unauthenticated",
      problems: [{ field: "code", message: "This code was used already." }],
    },
  );
}
