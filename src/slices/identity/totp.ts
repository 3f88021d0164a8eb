/**
 * Codes from an app (TOTP, RFC 6238): six digits, a new one each half minute. The secret follows from the enrolment's id
 * and the school's master key, so it is in no row, receipt or backup; it is shown once, while the app takes it in.
 */
import { Secret, TOTP } from "otpauth";
import type { TokenSealer } from "#kernel/services.ts";

const periodMs = 30_000;
/** A clock may be off by one step in either direction. */
const driftSteps = 1;
/** As authenticator apps expect it (RFC 4226 §4 asks for 16 bytes, and recommends 20). */
const secretBytes = 20;

/** Whether what somebody typed can be a code of an app: six digits, perhaps with a space between them. */
export function looksLikeTotp(text: string): boolean {
  return /^\d{3}\s?\d{3}$/.test(text.trim());
}

/** The secret in base32, to type where no camera is at hand. */
export function totpSecret(tokens: Pick<TokenSealer, "secretFor">, enrolmentId: string): string {
  return secretOf(tokens, enrolmentId).base32;
}

/** The address that authenticator apps read from a QR code. */
export function totpUri(
  tokens: Pick<TokenSealer, "secretFor">,
  enrolment: { readonly id: string; readonly school: string; readonly email: string },
): string {
  return new TOTP({
    issuer: enrolment.school.replaceAll(":", " "),
    label: enrolment.email,
    secret: secretOf(tokens, enrolment.id),
  }).toString();
}

/** The step of time that `code` is of, or null where it is not of now. Whether it was used before, the row says. */
export function totpStep(
  tokens: Pick<TokenSealer, "secretFor">,
  { enrolmentId, code, now }: { readonly enrolmentId: string; readonly code: string; readonly now: number },
): number | null {
  const token = code.replaceAll(/\s/g, "");
  const secret = secretOf(tokens, enrolmentId);
  const drift = new TOTP({ secret }).validate({ token, timestamp: now, window: driftSteps });
  return drift === null ? null : Math.floor(now / periodMs) + drift;
}

function secretOf(tokens: Pick<TokenSealer, "secretFor">, enrolmentId: string): Secret {
  const bytes = tokens.secretFor("totp", enrolmentId).slice(0, secretBytes);
  return new Secret({ buffer: bytes.buffer });
}
