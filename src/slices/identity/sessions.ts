/** Sessions: a row that can be revoked at once, and a sealed token that names it. */
import type { Kysely, Selectable } from "kysely";
import type { SessionScope } from "#kernel/actor.ts";
import type { Origin } from "#kernel/operation.ts";
import type { TokenSealer } from "#kernel/services.ts";
import type { Step } from "#kernel/step.ts";
import { sessionRevoked } from "./events.ts";
import { placeOf } from "./guessing.ts";
import { newDeviceMail } from "./mail-texts.ts";
import { type MailStep, postMail } from "./mails.ts";
import { deviceLengthMax, type Session, sessionsPerPersonMax } from "./schema.ts";
import { schoolId } from "./school.ts";
import type { IdentityTables, SessionsTable, SignedInBy } from "./tables.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How long a token holds; renewing gives as much again. */
export const sessionTokenMs = 12 * hourMs;
/** How long a session can be renewed; afterwards one signs in again. */
export const sessionMs = 30 * dayMs;
/** How long an ended session is remembered, so that its network stays a known one. */
const endedSessionKeptMs = 90 * dayMs;
const deviceTokenMs = 365 * dayMs;

type SessionContext = Pick<Step<IdentityTables>, "tx" | "now" | "newId" | "enqueue"> & {
  readonly origin: Origin;
};

/** Opens a session for `personId`, and clears away what this person's old ones have left. */
export async function openSession(
  { tx, now, newId, enqueue, origin }: SessionContext,
  personId: string,
  scope: SessionScope,
  { by = "password", deviceId = null }: { readonly by?: SignedInBy; readonly deviceId?: string | null } = {},
): Promise<Session> {
  await clearOldSessions(tx, personId, now);
  const seen = {
    place: placeOf(origin.address),
    device: (origin.agent ?? "unknown").slice(0, deviceLengthMax),
  };
  const isNewDevice = deviceId === null && (await isUnseen(tx, personId, seen));
  const row: SessionsTable = {
    id: newId(),
    person_id: personId,
    scope,
    opened_at: now,
    renewed_at: now,
    expires_at: now + sessionTokenMs,
    ends_at: now + sessionMs,
    revoked_at: null,
    ...seen,
    signed_in_by: by,
    is_new_device: isNewDevice ? 1 : 0,
    seen_at: null,
    view_person_id: null,
    view_course_id: null,
    view_until: null,
  };
  await tx.insertInto("sessions").values(row).execute();
  if (isNewDevice) await tellOfNewDevice({ tx, now, newId, enqueue }, row);
  return sessionOfRow(row);
}

/** Writes to the owner: if it was not them, they are the ones to know. */
async function tellOfNewDevice(step: MailStep, session: SessionsTable): Promise<void> {
  const reader = await step.tx
    .selectFrom("people")
    .innerJoin("school", (join) => join.on("school.id", "=", schoolId))
    .select(["people.name as name", "school.name as schoolName"])
    .where("people.id", "=", session.person_id)
    .executeTakeFirst();
  if (reader === undefined) return;
  const { device, place, opened_at: at } = session;
  const { subject, text: body } = newDeviceMail(reader, { device, place, at });
  const key = `new device ${session.id}`;
  await postMail(step, { personId: session.person_id, key, kind: "message", subject, body });
}

/**
 * Whether the account was used before, but never with this client from this network. A browser that brings its device
 * token is not asked; the command line has none, so place and name must do.
 */
async function isUnseen(
  tx: Kysely<IdentityTables>,
  personId: string,
  { place, device }: { readonly place: string; readonly device: string },
): Promise<boolean> {
  const before = await tx
    .selectFrom("sessions")
    .select(["place", "device"])
    .where("person_id", "=", personId)
    .execute();
  return before.length > 0 && !before.some((each) => each.place === place && each.device === device);
}

/** Ends the sessions of `personId`, but not `except`; gives how many. */
export async function revokeSessionsOf(
  { tx, now, emit }: Pick<Step<IdentityTables>, "tx" | "now" | "emit">,
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
    seenAt: row.seen_at,
    isNewDevice: row.is_new_device === 1,
    signedInBy: row.signed_in_by,
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
