/**
 * The one-time token that lets a machine into a cluster: where to knock, whom to find there (the fingerprint of the
 * authority), and a secret to show. The cluster keeps the secret's hash only.
 */
import { createHash } from "node:crypto";
import type { Random } from "#base/random.ts";

const prefix = "lyj1.";
const secretBytes = 32;

export interface JoinToken {
  /** `host:port` of peer ports, tried in this order. */
  readonly addresses: readonly string[];
  /** SHA-256 of the authority's certificate, hexadecimal. */
  readonly fingerprint: string;
  /** Goes to the cluster once the authority is known to be the right one, and nowhere else. */
  readonly secret: string;
}

/** Thrown for a text that is no token, with what to do about it. */
export class JoinTokenInvalid extends Error {
  override readonly name = "JoinTokenInvalid";
}

export function newJoinSecret(random: Random): string {
  return Buffer.from(random.bytes(secretBytes)).toString("base64url");
}

/** What the cluster keeps of a secret. It is random and long, so that a plain hash does. */
export function hashJoinSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

export function encodeJoinToken(token: JoinToken): string {
  return prefix + Buffer.from(JSON.stringify(token)).toString("base64url");
}

export function parseJoinToken(text: string): JoinToken {
  const trimmed = text.trim();
  if (!trimmed.startsWith(prefix))
    throw new JoinTokenInvalid(
      `a join token begins with "${prefix}"; make one on a node of the cluster with: lyceum cluster token`,
    );
  try {
    const { addresses, fingerprint, secret } = JSON.parse(
      Buffer.from(trimmed.slice(prefix.length), "base64url").toString(),
    ) as Record<string, unknown>;
    if (
      Array.isArray(addresses) &&
      addresses.length > 0 &&
      addresses.every((address) => typeof address === "string") &&
      typeof fingerprint === "string" &&
      /^[0-9a-f]{64}$/.test(fingerprint) &&
      typeof secret === "string" &&
      secret.length > 0
    )
      return { addresses, fingerprint, secret };
  } catch {
    // Said below: a cut token is no JSON.
  }
  throw new JoinTokenInvalid("this join token is cut short or altered: copy the whole of it");
}
