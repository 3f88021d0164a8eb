/**
 * The end of every way of signing in: once somebody has proved to know the password (or holds an invitation), either a
 * session, or the second step that this account takes.
 */
import type { Kysely } from "kysely";
import type { SessionScope } from "#kernel/actor.ts";
import type { Origin } from "#kernel/operation.ts";
import type { Services } from "#kernel/services.ts";
import type { Step } from "#kernel/step.ts";
import { insertChallenge, sealChallenge } from "./challenges.ts";
import type { CoursesTaughtBy } from "./courses-taught.ts";
import type { RelyingParty } from "./relying-party.ts";
import type { Person, SecondStep, Session } from "./schema.ts";
import { findSchool } from "./school.ts";
import { openSession, sealDevice, sealSession } from "./sessions.ts";
import type { IdentityTables, SignedInBy } from "./tables.ts";
import { isTwoStep, mustTwoStep, type SecondSteps, secondStepsOf } from "./two-step.ts";

type SignInStep = Pick<Step<IdentityTables>, "tx" | "now" | "newId" | "random" | "enqueue"> & {
  readonly origin: Origin;
};

export interface Proved {
  readonly person: Person;
  readonly scope: SessionScope;
  readonly by: SignedInBy;
  /** The device of an earlier sign-in to this account. */
  readonly deviceId: string | null;
  readonly party: RelyingParty | null;
}

/** What is stored of the answer; the tokens are minted after it. */
export type Finished =
  | { readonly session: Session; readonly person: Person; readonly secondStep: null }
  | { readonly session: null; readonly person: null; readonly secondStep: SecondStep };

/** A session, or the second step that is due first. */
export async function finishSignIn(
  context: SignInStep,
  proved: Proved,
  coursesTaughtBy: CoursesTaughtBy,
): Promise<Finished> {
  const { person } = proved;
  const steps = await secondStepsOf(context.tx, person.id);
  const mustEnrol = !isTwoStep(steps) && (await mustHave(context.tx, person, coursesTaughtBy));
  if (isTwoStep(steps) || mustEnrol)
    return {
      session: null,
      person: null,
      secondStep: await askSecondStep(context, proved, steps, mustEnrol),
    };
  const { scope, by, deviceId } = proved;
  return {
    session: await openSession(context, person.id, scope, { by, deviceId }),
    person,
    secondStep: null,
  };
}

/** Whether the school's setting asks a second step of this person. */
export async function mustHave(
  db: Kysely<IdentityTables>,
  person: Pick<Person, "id" | "roles">,
  coursesTaughtBy: CoursesTaughtBy,
): Promise<boolean> {
  const requirement = (await findSchool(db))?.two_step_required_for ?? "nobody";
  if (requirement === "nobody") return false;
  const taught = requirement === "teachers" ? await coursesTaughtBy(db, person.id) : [];
  return mustTwoStep(requirement, { roles: person.roles, teaches: taught.length > 0 });
}

async function askSecondStep(
  context: SignInStep,
  { person, scope, deviceId, party }: Proved,
  steps: SecondSteps,
  mustEnrol: boolean,
): Promise<SecondStep> {
  const row = await context.tx
    .selectFrom("people")
    .select("password_version")
    .where("id", "=", person.id)
    .executeTakeFirstOrThrow();
  const challenge = await insertChallenge(context, {
    purpose: "second_step",
    person_id: person.id,
    scope,
    password_version: row.password_version,
    device_id: deviceId,
  });
  const hasPasskey = party !== null && steps.credentialIds.length > 0;
  return {
    challengeId: challenge.id,
    expiresAt: challenge.expires_at,
    methods: [
      ...(steps.totp === null ? [] : (["totp"] as const)),
      ...(hasPasskey ? (["passkey"] as const) : []),
      ...(steps.recoveryCodesLeft === 0 ? [] : (["recovery_code"] as const)),
    ],
    mustEnrol,
    passkey: hasPasskey
      ? { nonce: challenge.nonce, rpId: party.rpId, credentialIds: [...steps.credentialIds] }
      : null,
  };
}

interface Mint {
  readonly output: {
    readonly session: Session | null;
    readonly person: { readonly id: string } | null;
    readonly secondStep: SecondStep | null;
  };
  readonly services: Pick<Services, "tokens">;
}

/** How every operation that signs somebody in mints its tokens. */
export const signInSecrets = {
  token: async ({ output: { session }, services }: Mint) =>
    session === null ? "" : sealSession(services.tokens, session),
  deviceToken: async ({ output: { session, person }, services }: Mint) =>
    session === null || person === null ? "" : sealDevice(services.tokens, session, person.id),
  challengeToken: ({ output, services }: Mint) => sealChallenge(services.tokens, output.secondStep),
};
