/** Turning a token into an actor: cryptography first, outside any transaction, then the session's row, inside it. */
import type { Database } from "#engines/store/port.ts";
import type { Actor } from "./actor.ts";
import type { LastUse } from "./last-use.ts";

/** What a token says once it has been opened; whether it still holds, the session's row decides. */
export interface SessionClaims {
  readonly sessionId: string;
  readonly expiresAt: number;
}

export interface Authenticator {
  /** Opens the token. Throws a `Refusal` `unauthenticated` when it is forged, expired or not a session's. */
  verify(token: string, now: number): Promise<SessionClaims>;
  /** The session's actor as of this snapshot. Throws the same refusal when it was revoked or its person is inactive. */
  actorOf(database: Database, claims: SessionClaims, now: number): Promise<Actor>;
}

/** The same, but whoever shows a token that opens is noted as having used their session. */
export function notingUse(authenticator: Authenticator, lastUse: Pick<LastUse, "note">): Authenticator {
  return {
    async verify(token, now) {
      const claims = await authenticator.verify(token, now);
      lastUse.note(claims.sessionId, now);
      return claims;
    },
    actorOf: authenticator.actorOf,
  };
}
