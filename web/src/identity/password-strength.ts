/**
 * How hard a new password is to guess, as far as a browser can tell at once. Length is what counts (NIST SP 800-63B);
 * whether it is among the most common ones is for the server, which keeps the list, to say.
 */
export const passwordLengthMin = 8;
export const passwordLengthMax = 256;
const goodLength = 12;
const strongLength = 16;

/** The first three are refused. */
export type Strength = "short" | "monotonous" | "ownEmail" | "fair" | "good" | "strong";

export function strengthOf(password: string, email: string): Strength {
  const folded = password.normalize("NFKC").toLowerCase();
  const address = email.trim().toLowerCase();
  const length = [...password].length;
  if (length < passwordLengthMin) return "short";
  if (new Set(folded).size <= 2) return "monotonous";
  if (folded === address || folded === address.split("@")[0]) return "ownEmail";
  if (length < goodLength) return "fair";
  return length < strongLength ? "good" : "strong";
}
