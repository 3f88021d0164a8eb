/** Sessions: a row that can be revoked at once, and a sealed token that names it. */
import type { Kysely, Selectable } from "kysely";
import type { SessionScope } from "#kernel/actor.ts";
import type { CommandContext } from "#kernel/operation.ts";
import type { TokenSealer } from "#kernel/services.ts";
import { sessionRevoked } from "./events.ts";
import { placeOf } from "./guessing.ts";
import { deviceLengthMax, type Session, sessionsPerPersonMax } from "./schema.ts";
import type { IdentityTables, SessionsTable } from "./tables.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How long a token holds; renewing gives as much again. */
export const sessionTokenMs = 12 * hourMs;
/** How long a session can be renewed; afterwards one signs in again. */
export const sessionMs = 30 * dayMs;
/** How long an ended session is remembered, so that its network stays a known one. */
const endedSessionKeptMs = 90 * dayMs;
const deviceTokenMs = 365 * dayMs;

type SessionContext = Pick<
  CommandContext<IdentityTables, unknown, unknown>,
  "tx" | "now" | "newId" | "origin"
>;

/** Opens a session for `personId`, and clears away what this person's old ones have left. */
export async function openSession(
  { tx, now, newId, origin }: SessionContext,
  personId: string,
  scope: SessionScope,
): Promise<Session> {
  await clearOldSessions(tx, personId, now);
  const row: SessionsTable = {
    id: newId(),
    person_id: personId,
    scope,
    opened_at: now,
    renewed_at: now,
    expires_at: now + sessionTokenMs,
    ends_at: now + sessionMs,
    revoked_at: null,
    place: placeOf(origin.address),
    device: (origin.agent ?? "unknown").slice(0, deviceLengthMax),
  };
  await tx.insertInto("sessions").values(row).execute();
  return sessionOfRow(row);
}

/** Ends the sessions of `personId`, but not `except`; gives how many. */
export async function revokeSessionsOf(
  { tx, now, emit }: Pick<CommandContext<IdentityTables, unknown, unknown>, "tx" | "now" | "emit">,
  personId: string,
  except: string | null,
): Promise<number> {
  let update = tx
    .updateTable("sessions")
    .set({ revoked_at: now })
    .where("person_id", "=", personId)
    .where("revoked_at", "is", null)
    .where("ends_at", ">", now);
  if (except !== null) update = update.where("id", "!=", except);
  const revoked = await update.returning("id").execute();
  for (const { id } of revoked) emit(sessionRevoked, { sessionId: id, personId });
  return revoked.length;
}

/** The row as everyone sees it. */
export function sessionOfRow(row: Selectable<SessionsTable>): Session {
  return {
    id: row.id,
    scope: row.scope,
    device: row.device,
    place: row.place,
    openedAt: row.opened_at,
    renewedAt: row.renewed_at,
    expiresAt: row.expires_at,
    endsAt: row.ends_at,
  };
}

/** The bearer token of a session. */
export function sealSession(tokens: TokenSealer, session: Session): Promise<string> {
  return tokens.seal("session", { sid: session.id, until: session.expiresAt }, session.expiresAt);
}

/**
 * The token by which a device is known to an account (`guessing.ts`). It opens nothing. The session's id serves as the
 * device's, so that a replayed sign-in gives the same one.
 */
export function sealDevice(tokens: TokenSealer, session: Session, personId: string): Promise<string> {
  return tokens.seal("device", { did: session.id, pid: personId }, session.openedAt + deviceTokenMs);
}

/** How every operation that signs somebody in mints its tokens. */
export const signInSecrets = {
  token: ({ output, services }: Mint) => sealSession(services.tokens, output.session),
  deviceToken: ({ output, services }: Mint) => sealDevice(services.tokens, output.session, output.person.id),
};

interface Mint {
  readonly output: { readonly session: Session; readonly person: { readonly id: string } };
  readonly services: { readonly tokens: TokenSealer };
}

/** Ended sessions go after a time, and the oldest ones when there are too many: the table grows with the people only. */
async function clearOldSessions(tx: Kysely<IdentityTables>, personId: string, now: number): Promise<void> {
  await tx
    .deleteFrom("sessions")
    .where("person_id", "=", personId)
    .where((each) =>
      each.or([
        each("ends_at", "<", now - endedSessionKeptMs),
        each("revoked_at", "<", now - endedSessionKeptMs),
      ]),
    )
    .execute();
  const surplus = await tx
    .selectFrom("sessions")
    .select("id")
    .where("person_id", "=", personId)
    .orderBy("id", "desc")
    .offset(sessionsPerPersonMax - 1)
    .limit(sessionsPerPersonMax)
    .execute();
  for (const { id } of surplus) await tx.deleteFrom("sessions").where("id", "=", id).execute();
}
