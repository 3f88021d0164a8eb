/** Who may do what with accounts and sessions. The decisions are pure; one policy looks up a row for its fact. */
import type { SchoolRole, SessionScope } from "#kernel/actor.ts";
import { notePerson } from "#kernel/explain-policy.ts";
import { allow, denyForbidden, denyUnauthenticated, type Policy } from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import type { IdentityTables } from "./tables.ts";

/** The school-wide roles that a session of this scope may use. */
export function rolesInScope(roles: readonly SchoolRole[], scope: SessionScope): readonly SchoolRole[] {
  switch (scope) {
    case "full":
      return roles;
    case "student":
      return roles.filter((role) => role === "student");
    case "faculty":
      return roles.filter((role) => role === "instructor");
  }
}

/** Whether an account may open a session of this scope; `teaches` is whether it teaches any course. */
export function mayOpen(
  scope: SessionScope,
  account: { readonly roles: readonly SchoolRole[]; readonly teaches: boolean },
): boolean {
  switch (scope) {
    case "full":
      return true;
    case "student":
      return account.roles.includes("student");
    case "faculty":
      return account.roles.includes("instructor") || account.teaches;
  }
}

/** Whether what someone is signed in with still holds. */
export function holds(
  row: { readonly revoked_at: number | null; readonly ends_at: number; readonly active: number },
  now: number,
): boolean {
  return row.revoked_at === null && row.ends_at > now && row.active === 1;
}

/**
 * Whether the school would be left without anyone who can administer it. Admins who have not accepted their
 * invitation cannot sign in, so they do not count.
 */
export function leavesNoAdmin(personId: string, adminsWhoCanSignIn: readonly string[]): boolean {
  return adminsWhoCanSignIn.every((each) => each === personId);
}

const sessionById = prepared<IdentityTables>()((db, p: Parameter<{ id: string }>) =>
  db.selectFrom("sessions").select("id").where("id", "=", p("id")),
);

/**
 * Someone who signed in, rather than a program with an access token: a stolen token must not be able to make more of
 * its kind, change the password or end its owner's sessions.
 */
export const signedInThemselves: Policy<unknown> = {
  claim: "has signed in, not with an access token",
  async decide({ actor, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    if (actor.kind === "system") return denyForbidden("This is for people who have signed in.");
    const [session] = await sessionById(database, { id: actor.sessionId });
    notePerson(database, actor, { signedIn: true, byAccessToken: session === undefined });
    return session === undefined ? denyForbidden("An access token cannot do this: sign in instead.") : allow;
  },
};

/** A person with a valid session or access token; Lyceum itself has no sessions to look at. */
export const signedInPerson: Policy<unknown> = {
  claim: "is signed in",
  decide({ actor, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    notePerson(database, actor, { signedIn: true });
    return actor.kind === "person" ? allow : denyForbidden("This is for people who have signed in.");
  },
};
