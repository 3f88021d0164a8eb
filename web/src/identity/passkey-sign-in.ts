/** Signing in by a passkey alone: when it is asked for, and quietly beside the address field where the device has one. */
import { CallError, command } from "../client.ts";

/** Under which the browser remembers that somebody used a passkey here, so that only then one is offered unasked. */
const usedKey = "lyceum-passkey";

export function rememberPasskey(): void {
  localStorage.setItem(usedKey, "used");
}

/** Signs in with a passkey; gives the device's token. */
export async function signInWithPasskey(quietly: AbortSignal | null = null): Promise<string> {
  const { answerWithPasskey } = await import("./passkeys.ts");
  const { challengeToken, passkey: request } = await command("identity.beginPasskeySignIn", {});
  const passkey = await answerWithPasskey(request, { alone: true, quietly });
  const { deviceToken } = await command("identity.completeSignIn", { challengeToken, passkey });
  rememberPasskey();
  return deviceToken;
}

/** Offers a passkey beside the address field until `signal` ends that. Gives nothing where none is chosen. */
export async function offerPasskey(signal: AbortSignal): Promise<string | null> {
  if (!(await mayOfferQuietly()) || signal.aborted) return null;
  try {
    return await signInWithPasskey(signal);
  } catch (error) {
    if (error instanceof CallError) return null;
    throw error;
  }
}

/** Whether the browser can offer a passkey beside the address field, and there is likely to be one. */
async function mayOfferQuietly(): Promise<boolean> {
  if (localStorage.getItem(usedKey) === null || typeof PublicKeyCredential === "undefined") return false;
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}
