/**
 * Passkeys (WebAuthn): checking what a browser sends when one is made, and when one is used. The library is loaded when
 * it is first needed; every command line would pay for it otherwise.
 */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import type { RelyingParty } from "./relying-party.ts";
import type { IdentityTables, PasskeysTable } from "./tables.ts";

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/, "This must be base64url.");
const partLengthMax = 16_384;
const credentialIdLengthMax = 1_400;

const credentialIdField = base64url.max(credentialIdLengthMax);

/** What `navigator.credentials.create()` gave, each part in base64url. */
export const NewPasskey = z
  .strictObject({
    credentialId: credentialIdField,
    clientDataJson: base64url.max(partLengthMax),
    attestationObject: base64url.max(partLengthMax),
    transports: z.array(z.string().max(40)).max(10),
  })
  .meta({ id: "NewPasskey" });
export type NewPasskey = z.output<typeof NewPasskey>;

/** What `navigator.credentials.get()` gave, each part in base64url. */
export const PasskeyAnswer = z
  .strictObject({
    credentialId: credentialIdField,
    clientDataJson: base64url.max(partLengthMax),
    authenticatorData: base64url.max(partLengthMax),
    signature: base64url.max(partLengthMax),
    userHandle: base64url.max(partLengthMax).optional(),
  })
  .meta({ id: "PasskeyAnswer" });
export type PasskeyAnswer = z.output<typeof PasskeyAnswer>;

export interface MadePasskey {
  readonly credentialId: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly synced: boolean;
}

/** Checks a passkey that was just made for `nonce`; refuses what does not fit. */
export async function checkNewPasskey(
  made: NewPasskey,
  { nonce, party }: { readonly nonce: string; readonly party: RelyingParty },
): Promise<MadePasskey> {
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  const { credentialId, clientDataJson, attestationObject } = made;
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: {
      id: credentialId,
      rawId: credentialId,
      type: "public-key",
      clientExtensionResults: {},
      response: { clientDataJSON: clientDataJson, attestationObject },
    },
    expectedChallenge: nonce,
    expectedOrigin: ownOrigin(clientDataJson, party),
    expectedRPID: party.rpId,
    requireUserVerification: false,
  }).catch((cause: unknown) => {
    throw passkeyInvalid(cause);
  });
  if (!verified) throw passkeyInvalid(null);
  const { credential, credentialBackedUp, credentialDeviceType } = registrationInfo;
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString("base64url"),
    counter: credential.counter,
    synced: credentialBackedUp || credentialDeviceType === "multiDevice",
  };
}

/** Checks an answer to `nonce` and gives the passkey's new counter. `alone`: it stands for the password as well. */
export async function checkPasskeyAnswer(
  answer: PasskeyAnswer,
  passkey: PasskeysTable,
  asked: { readonly nonce: string; readonly party: RelyingParty; readonly alone: boolean },
): Promise<number> {
  const { verifyAuthenticationResponse } = await import("@simplewebauthn/server");
  const { credentialId, clientDataJson, authenticatorData, signature, userHandle } = answer;
  if (userHandle !== undefined && Buffer.from(userHandle, "base64url").toString() !== passkey.person_id)
    throw passkeyInvalid(null);
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: {
      id: credentialId,
      rawId: credentialId,
      type: "public-key",
      clientExtensionResults: {},
      response: { clientDataJSON: clientDataJson, authenticatorData, signature },
    },
    expectedChallenge: asked.nonce,
    expectedOrigin: ownOrigin(clientDataJson, asked.party),
    expectedRPID: asked.party.rpId,
    // Without a password it must have asked its owner for a finger, a face or a PIN: that is the other factor.
    requireUserVerification: asked.alone,
    credential: {
      id: passkey.credential_id,
      publicKey: new Uint8Array(Buffer.from(passkey.public_key, "base64url")),
      counter: passkey.counter,
    },
  }).catch((cause: unknown) => {
    throw passkeyInvalid(cause);
  });
  if (!verified) throw passkeyInvalid(null);
  return authenticationInfo.newCounter;
}

/** The passkey that the authenticator named, or null. */
export async function passkeyByCredential(
  db: Kysely<IdentityTables>,
  credentialId: string,
): Promise<PasskeysTable | null> {
  const row = await db
    .selectFrom("passkeys")
    .selectAll()
    .where("credential_id", "=", credentialId)
    .executeTakeFirst();
  return row ?? null;
}

/** The origin that the browser says it was at, where it is one of ours. The signature covers it. */
function ownOrigin(clientDataJson: string, party: RelyingParty): string {
  const parsed = ClientData.safeParse(parsedJson(Buffer.from(clientDataJson, "base64url").toString()));
  if (!parsed.success || !party.isOwn(parsed.data.origin)) throw passkeyInvalid(null);
  return parsed.data.origin;
}

const ClientData = z.object({ origin: z.string() });

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function passkeyInvalid(cause: unknown): Refusal {
  const refusal = new Refusal(
    "passkey_invalid",
    "This passkey does not fit: it is not known here, or it answered something else. Try again, or sign in another way.",
    { kind: "unauthenticated" },
  );
  if (cause !== null) refusal.cause = cause;
  return refusal;
}

/** Refusals that mean "sign in again" at the gate mean "this does not fit" to somebody who is signed in. */
export function misfit(refusal: Refusal): Refusal {
  const kind = refusal.code === "passkey_invalid" ? "invalid_input" : "failed_precondition";
  return new Refusal(refusal.code, refusal.message, { kind, problems: refusal.problems });
}

/** Does `work` for somebody who is signed in: its refusals sign nobody out. */
export async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refusal && error.kind === "unauthenticated" ? misfit(error) : error;
  }
}
