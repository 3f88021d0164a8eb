/**
 * Tickets: a read that somebody asks again a moment later without their token, for instance by following a link to
 * what it gives. The ticket names the question and the session that asked it; whether that session still holds, and
 * whether its person may, is decided anew when the ticket is shown.
 */
import type { JsonObject } from "#base/json.ts";
import type { SessionClaims } from "./authenticator.ts";
import { Refusal } from "./errors.ts";
import type { TokenSealer } from "./services.ts";

const purpose = "read";
const lifetimeMs = 60 * 60_000;

export interface TicketedRead {
  /** The operation's name. */
  readonly operation: string;
  readonly input: JsonObject;
  /** Null for a read that anybody may ask. */
  readonly claims: SessionClaims | null;
  /** The answer is not older than the one that came with the ticket. */
  readonly atLeast: number;
}

/** A ticket for this read that holds for an hour. */
export function sealTicket(tokens: TokenSealer, read: TicketedRead, now: number): Promise<string> {
  const { operation, input, claims, atLeast } = read;
  const session = claims === null ? null : { sessionId: claims.sessionId, expiresAt: claims.expiresAt };
  return tokens.seal(purpose, { operation, input, session, atLeast }, now + lifetimeMs);
}

/** What the ticket asks; refuses one that was not made here, or is too old. */
export async function openTicket(tokens: TokenSealer, ticket: string, now: number): Promise<TicketedRead> {
  const sealed = await tokens.open(purpose, ticket, now);
  const session = sealed?.session as JsonObject | null | undefined;
  if (sealed === null || (session !== null && session !== undefined && Number(session.expiresAt) <= now))
    throw new Refusal("not_found", "This address is not valid, or no longer: they hold for an hour.");
  return {
    operation: String(sealed.operation),
    input: sealed.input as JsonObject,
    claims:
      session === null || session === undefined
        ? null
        : { sessionId: String(session.sessionId), expiresAt: Number(session.expiresAt) },
    atLeast: Number(sealed.atLeast),
  };
}
