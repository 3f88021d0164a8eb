/**
 * For which address passkeys are made (WebAuthn's relying party). A passkey belongs to a domain for good, and browsers
 * make none for an address in figures; on one's own machine the domain is `localhost`.
 */
import { Refusal } from "#kernel/errors.ts";

export interface RelyingParty {
  readonly rpId: string;
  /** Whether a page of this origin may speak for the school. */
  readonly isOwn: (origin: string) => boolean;
}

/** Null where the school is reached by an address in figures, or without TLS: browsers make no passkeys there. */
export function relyingPartyOf(publicUrl: string): RelyingParty | null {
  if (!URL.canParse(publicUrl)) return null;
  const { hostname, origin, protocol } = new URL(publicUrl);
  const isLoopback = hostname === "localhost" || hostname === "[::1]" || /^127\./.test(hostname);
  if (isLoopback)
    // Whatever the port: each node of a cluster on one machine has its own.
    return {
      rpId: "localhost",
      isOwn: (asked) => URL.canParse(asked) && new URL(asked).hostname === "localhost",
    };
  const isNumeric = /^[\d.]+$/.test(hostname) || hostname.startsWith("[");
  if (isNumeric || protocol !== "https:") return null;
  return { rpId: hostname, isOwn: (asked) => asked === origin };
}

/** The same for what cannot go on without one. */
export function requireRelyingParty(publicUrl: string): RelyingParty {
  const party = relyingPartyOf(publicUrl);
  if (party === null) throw passkeysUnavailable();
  return party;
}

export const passkeyRefusals = {
  passkeys_unavailable: "failed_precondition",
  passkey_invalid: "unauthenticated",
} as const;

function passkeysUnavailable(): Refusal {
  return new Refusal(
    "passkeys_unavailable",
    "Passkeys need an address with a name and https (or http://localhost): set LYCEUM_PUBLIC_URL to it.",
  );
}
