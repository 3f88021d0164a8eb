/** The school's signature under receipts: keyed by its master key, so it outlives every change of the key ring. */
import type { Services } from "#kernel/services.ts";
import type { Sign } from "./receipt.ts";

export function signerOf({ tokens }: Pick<Services, "tokens">): Sign {
  // The purpose stands in front, so that no other keyed hash of the school is ever a signature.
  return (text) => tokens.fingerprint(`submission receipt\n${text}`);
}
