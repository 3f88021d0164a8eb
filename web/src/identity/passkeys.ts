/**
 * Passkeys in the browser: making one, and answering with one. What goes wrong is said in words that tell what to do; the
 * school checks whatever comes of it.
 */
import { CallError } from "../client.ts";
import type { CommandInput, CommandOutput } from "../contract.ts";
import { type MessageKey, text } from "../ui/text.ts";
import "./passkey-messages.ts";

type Begun = CommandOutput<"identity.beginPasskey">;
type Made = CommandInput<"identity.addPasskey">["made"];
type Request = NonNullable<NonNullable<CommandOutput<"identity.signIn">["secondStep"]>["passkey"]>;
type Answer = NonNullable<CommandInput<"identity.completeSignIn">["passkey"]>;

/** Why this page cannot use passkeys; null where it can. */
export function unusableBecause(): MessageKey | null {
  if (!window.isSecureContext) return "passkey.insecure";
  return typeof PublicKeyCredential === "undefined" ? "passkey.unsupported" : null;
}

/** Lets the device make a passkey. */
export async function makePasskey(begun: Begun): Promise<Made> {
  const credential = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: bytesOf(begun.nonce),
        rp: { id: begun.rpId, name: begun.rpName },
        user: { id: bytesOf(begun.userHandle), name: begun.userName, displayName: begun.displayName },
        // Ed25519, P-256 and RSA: what the school checks, the best first.
        pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: begun.excludeCredentialIds.map((id) => ({ type: "public-key", id: bytesOf(id) })),
        // One that the device finds without a name signs in alone; it asks for a finger, a face or a PIN.
        authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
      },
    }),
  );
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    credentialId: base64urlOf(credential.rawId),
    clientDataJson: base64urlOf(response.clientDataJSON),
    attestationObject: base64urlOf(response.attestationObject),
    transports: response.getTransports(),
  };
}

/** Lets the device answer with a passkey; `quietly` offers it beside the address field and waits there. */
export async function answerWithPasskey(
  request: Request,
  { alone, quietly = null }: { readonly alone: boolean; readonly quietly?: AbortSignal | null },
): Promise<Answer> {
  const credential = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: bytesOf(request.nonce),
        rpId: request.rpId,
        allowCredentials: request.credentialIds.map((id) => ({ type: "public-key", id: bytesOf(id) })),
        userVerification: alone ? "required" : "preferred",
      },
      ...(quietly === null ? {} : { mediation: "conditional", signal: quietly }),
    }),
  );
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    credentialId: base64urlOf(credential.rawId),
    clientDataJson: base64urlOf(response.clientDataJSON),
    authenticatorData: base64urlOf(response.authenticatorData),
    signature: base64urlOf(response.signature),
    ...(response.userHandle === null ? {} : { userHandle: base64urlOf(response.userHandle) }),
  };
}

const troubles: Readonly<Record<string, MessageKey>> = {
  NotAllowedError: "passkey.cancelled",
  AbortError: "passkey.cancelled",
  InvalidStateError: "passkey.known",
  SecurityError: "passkey.wrongAddress",
  NotSupportedError: "passkey.unsupported",
  ConstraintError: "passkey.noVerification",
};

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  const unusable = unusableBecause();
  if (unusable !== null) throw trouble(unusable);
  try {
    const credential = await ask();
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw trouble(troubles[error.name] ?? "passkey.failed");
  }
  throw trouble("passkey.failed");
}

function trouble(key: MessageKey): CallError {
  return new CallError({ status: 400, code: key, message: text(key, { address: location.origin }) });
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function base64urlOf(bytes: ArrayBuffer): string {
  const binary = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
