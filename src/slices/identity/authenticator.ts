/** From a token to an actor: the seal is opened outside any transaction, the row is looked at inside each. */
import type { JsonObject } from "#base/json.ts";
import type { Database } from "#engines/store/port.ts";
import {
  type Actor,
  type Person,
  previewedStudentId,
  type SchoolRole,
  type SessionScope,
} from "#kernel/actor.ts";
import type { Authenticator } from "#kernel/authenticator.ts";
import { Refusal } from "#kernel/errors.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import type { TokenSealer } from "#kernel/services.ts";
import { lastFourOf, looksLikeAccessToken, splitAccessToken } from "./access-tokens.ts";
import { holds, rolesInScope } from "./policy.ts";
import type { IdentityTables } from "./tables.ts";

/** Takes the tokens of sessions and of programs. The sealer remembers what it has opened, so a second look is cheap. */
export function createAuthenticator(tokens: TokenSealer): Authenticator {
  return {
    async verify(token, now) {
      const claims = looksLikeAccessToken(token)
        ? await openAccessToken(tokens, token, now)
        : await tokens.open("session", token, now);
      if (claims === null) throw invalid("This token is not valid or has expired. Sign in again.");
      return { sessionId: String(claims.sid), expiresAt: Number(claims.until) };
    },

    actorOf: actorOfSession,
  };
}

/** The half of it that needs no key: for a process that is handed claims, never tokens. */
export const actorOfSession: Authenticator["actorOf"] = async (database, { sessionId }, now) => {
  // People's sessions come first: they are nearly all of the calls, so one query is the rule.
  let rows = await bySession(database, { id: sessionId });
  if (rows.length === 0)
    rows = (await byAccessToken(database, { id: sessionId })).map((row) => ({ ...row, ...noView }));
  const [row] = rows;
  if (row === undefined || !holds(row, now)) throw invalid("This session has ended. Sign in again.");
  const actor = actorOfRows(sessionId, row, rows);
  if ((row.viewUntil ?? 0) <= now) return actor;
  const { viewId: personId, viewCourseId: courseId } = row;
  if (personId !== null) return viewOf(database, actor, { personId, courseId });
  return courseId === null ? actor : previewOf(actor, courseId);
};

/** One row for each role of the person; one with null where there is none. */
const bySession = prepared<IdentityTables>()((db, p: Parameter<{ id: string }>) =>
  db
    .selectFrom("sessions")
    .innerJoin("people", "people.id", "sessions.person_id")
    .leftJoin("person_roles", "person_roles.person_id", "people.id")
    .select([
      "people.id as personId",
      "people.active as active",
      "sessions.scope as scope",
      "sessions.ends_at as ends_at",
      "sessions.revoked_at as revoked_at",
      "sessions.view_person_id as viewId",
      "sessions.view_course_id as viewCourseId",
      "sessions.view_until as viewUntil",
      "person_roles.role as role",
    ])
    .where("sessions.id", "=", p("id")),
);

const byAccessToken = prepared<IdentityTables>()((db, p: Parameter<{ id: string }>) =>
  db
    .selectFrom("access_tokens")
    .innerJoin("people", "people.id", "access_tokens.person_id")
    .leftJoin("person_roles", "person_roles.person_id", "people.id")
    .select([
      "people.id as personId",
      "people.active as active",
      "access_tokens.scope as scope",
      "access_tokens.expires_at as ends_at",
      "access_tokens.revoked_at as revoked_at",
      "person_roles.role as role",
    ])
    .where("access_tokens.id", "=", p("id")),
);

const noView = { viewId: null, viewCourseId: null, viewUntil: null };

const rolesOfPerson = prepared<IdentityTables>()((db, p: Parameter<{ id: string }>) =>
  db
    .selectFrom("people")
    .leftJoin("person_roles", "person_roles.person_id", "people.id")
    .select(["people.id as personId", "person_roles.role as role"])
    .where("people.id", "=", p("id")),
);

/** The actor that `viewer` looks as; `viewer` again where they may not any more, or the other one is gone. */
async function viewOf(
  database: Database,
  viewer: Person,
  { personId, courseId }: { readonly personId: string; readonly courseId: string | null },
): Promise<Actor> {
  const rows = await rolesOfPerson(database, { id: personId });
  // Whether somebody still teaches the one course, its own policy asks (`loadStanding`).
  if (rows.length === 0 || (courseId === null && !viewer.roles.includes("admin"))) return viewer;
  // In one course the person is looked at as its student, whatever they are besides.
  const scope = courseId === null ? "full" : "student";
  const view = { viewerId: viewer.personId, courseId };
  return { ...actorOfRows(viewer.sessionId, { personId, scope }, rows), view };
}

/** A student of the course whom nothing is known of. Whether `viewer` still teaches it, `loadStanding` asks. */
function previewOf({ personId: viewerId, sessionId, roles }: Person, courseId: string): Person {
  const view = { viewerId, courseId, preview: { byAdmin: roles.includes("admin") } };
  return {
    kind: "person",
    personId: previewedStudentId,
    sessionId,
    scope: "student",
    roles: ["student"],
    view,
  };
}

/** The actor that a person is with all their rights, for whoever asks what they may do; null where there is none. */
export async function actorOfPerson(database: Database, personId: string): Promise<Actor | null> {
  const rows = await rolesOfPerson(database, { id: personId });
  return rows.length === 0 ? null : actorOfRows("", { personId, scope: "full" }, rows);
}

function actorOfRows(
  sessionId: string,
  { personId, scope }: { readonly personId: string; readonly scope: SessionScope },
  rows: readonly { readonly role: SchoolRole | null }[],
): Person {
  const roles = rows.flatMap(({ role }) => (role === null ? [] : [role]));
  return { kind: "person", personId, sessionId, scope, roles: rolesInScope(roles, scope) };
}

async function openAccessToken(tokens: TokenSealer, token: string, now: number): Promise<JsonObject | null> {
  const { sealed, lastFour } = splitAccessToken(token);
  const claims = await tokens.open("access-token", sealed, now);
  return claims !== null && lastFourOf(String(claims.sid)) === lastFour ? claims : null;
}

function invalid(message: string): Refusal {
  return new Refusal("unauthenticated", message);
}
