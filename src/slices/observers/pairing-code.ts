/**
 * Pairing codes: short enough to read out over a telephone. A code follows from an id and the master key; the store has a
 * keyed hash of it, to find it by.
 */
import type { TokenSealer } from "#kernel/services.ts";

/** 32 letters and figures: no 0 and O, no 1 and I that are taken for one another. */
const letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const codeLength = 10;
const secretIdBytes = 18;

type Sealer = Pick<TokenSealer, "fingerprint" | "secretFor">;

/** What a new code is made from and found by. */
export function newPairingCode(
  tokens: Sealer,
  random: (count: number) => Uint8Array,
): { readonly secretId: string; readonly codeHash: string } {
  const secretId = Buffer.from(random(secretIdBytes)).toString("base64url");
  return { secretId, codeHash: pairingCodeHash(tokens, pairingCodeOf(tokens, secretId)) };
}

/** A code as people see it: `ABCDE-23456`. */
export function pairingCodeOf(tokens: Pick<Sealer, "secretFor">, secretId: string): string {
  const bytes = tokens.secretFor("pairing code", secretId).subarray(0, codeLength);
  // 32 letters: five bits of each byte, so every letter is as likely as any other.
  const text = Array.from(bytes, (byte) => letters[byte % letters.length]).join("");
  return `${text.slice(0, codeLength / 2)}-${text.slice(codeLength / 2)}`;
}

/** By which the code is found that somebody typed; case, blanks and hyphens do not matter. */
export function pairingCodeHash(tokens: Pick<Sealer, "fingerprint">, typed: string): string {
  const plain = typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
  return tokens.fingerprint(`pairing code ${plain}`);
}
