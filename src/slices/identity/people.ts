/** Reading and writing the rows of people, for the operations of this slice. */
import type { Kysely } from "kysely";
import type { SchoolRole } from "#kernel/actor.ts";
import { Refusal } from "#kernel/errors.ts";
import { erasedPersonId } from "#kernel/person-life.ts";
import { cleanName, foldEmail, nameKey, searchKey } from "./names.ts";
import { leavesNoAdmin } from "./policy.ts";
import type { Person } from "./schema.ts";
import type { IdentityTables, PeopleTable } from "./tables.ts";

type Db = Kysely<IdentityTables>;

const roleOrder: Readonly<Record<SchoolRole, number>> = { admin: 0, instructor: 1, student: 2 };

export interface NewPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly SchoolRole[];
  readonly passwordHash: string | null;
}

/** Adds a person; refuses with `email_taken` when the address, folded, belongs to someone. */
export async function insertPerson(db: Db, person: NewPerson, now: number): Promise<Person> {
  const inserted = await tryInsertPerson(db, person, now);
  if (inserted === null) throw emailTaken();
  return inserted;
}

/** Adds a person; null when the address, folded, belongs to someone. */
export async function tryInsertPerson(db: Db, person: NewPerson, now: number): Promise<Person | null> {
  const name = cleanName(person.name);
  const email = foldEmail(person.email);
  const row: PeopleTable = {
    id: person.id,
    name,
    name_key: nameKey(name),
    search_key: searchKey(name, email),
    email,
    active: 1,
    password_hash: person.passwordHash,
    password_version: 1,
    demo: 0,
    added_at: now,
    version: 1,
    merged_into: null,
  };
  const inserted = await db
    .insertInto("people")
    .values(row)
    .onConflict((conflict) => conflict.column("email").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (inserted === undefined) return null;
  return personOfRow(row, await setRoles(db, row.id, person.roles));
}

/** Gives the person these roles and no others; they come back sorted. */
export async function setRoles(
  db: Db,
  personId: string,
  wanted: readonly SchoolRole[],
): Promise<SchoolRole[]> {
  const roles = sortedRoles(wanted);
  await db.deleteFrom("person_roles").where("person_id", "=", personId).execute();
  await db
    .insertInto("person_roles")
    .values(roles.map((role) => ({ person_id: personId, role })))
    .execute();
  return roles;
}

/** Each role once, in the order in which people read them. */
export function sortedRoles(roles: readonly SchoolRole[]): SchoolRole[] {
  return [...new Set(roles)].sort((a, b) => roleOrder[a] - roleOrder[b]);
}

/** Refuses with `last_admin` where the school could not be administered without this person. */
export async function requireAnotherAdmin(db: Db, person: Pick<Person, "id" | "roles">): Promise<void> {
  if (!person.roles.includes("admin")) return;
  const admins = await db
    .selectFrom("person_roles")
    .innerJoin("people", "people.id", "person_roles.person_id")
    .select("people.id as id")
    .where("person_roles.role", "=", "admin")
    .where("people.active", "=", 1)
    .where("people.password_hash", "is not", null)
    .execute();
  if (
    leavesNoAdmin(
      person.id,
      admins.map(({ id }) => id),
    )
  )
    throw new Refusal("last_admin", "This is the last admin: make somebody else an admin first.");
}

export function emailTaken(): Refusal {
  return new Refusal("email_taken", "Somebody with this e-mail address is in the school already.", {
    kind: "conflict",
    problems: [{ field: "email", message: "This address is taken." }],
  });
}

/** The id of the person with this folded address, or null; the address of a merged account leads to the kept one. */
export async function personIdOfEmail(db: Db, email: string): Promise<string | null> {
  const row = await db
    .selectFrom("people")
    .select(["id", "merged_into"])
    .where("email", "=", email)
    .executeTakeFirst();
  return row?.merged_into ?? row?.id ?? null;
}

/** Refuses to change an account that was merged into another one. */
export function requireNotMerged(person: Pick<Person, "mergedIntoId">): void {
  if (person.mergedIntoId !== null)
    throw new Refusal("person_merged", "This account was merged into another one. Change that one.");
}

/** The person with this id, or null. */
export async function findPerson(db: Db, id: string): Promise<Person | null> {
  // The one who stands for all that were erased can be named, not dealt with.
  if (id === erasedPersonId) return null;
  const [person] = await peopleWhere(db, [id]);
  return person ?? null;
}

/** Those of `ids` that there are, in no particular order; who was erased is among them under one id. */
export async function peopleWhere(db: Db, ids: readonly string[]): Promise<Person[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom("people").selectAll().where("id", "in", ids).execute();
  const people = await withRoles(db, rows);
  return ids.includes(erasedPersonId) ? [...people, erasedPerson] : people;
}

/** What is shown where somebody who was erased once stood. */
export const erasedPersonName = "Erased person";

/** Everybody who was erased, as one: a name for what they left behind, and nobody who could be found or sign in. */
const erasedPerson: Person = {
  id: erasedPersonId,
  name: erasedPersonName,
  email: "",
  roles: [],
  active: false,
  hasJoined: false,
  addedAt: 0,
  mergedIntoId: null,
};

/** The rows as persons, in the order given. */
export async function withRoles(db: Db, rows: readonly PeopleTable[]): Promise<Person[]> {
  if (rows.length === 0) return [];
  const roleRows = await db
    .selectFrom("person_roles")
    .selectAll()
    .where(
      "person_id",
      "in",
      rows.map((row) => row.id),
    )
    .execute();
  const rolesBy = Map.groupBy(roleRows, (row) => row.person_id);
  return rows.map((row) => {
    const roles = (rolesBy.get(row.id) ?? []).map(({ role }) => role);
    return personOfRow(
      row,
      roles.sort((a, b) => roleOrder[a] - roleOrder[b]),
    );
  });
}

function personOfRow(row: PeopleTable, roles: SchoolRole[]): Person {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    roles,
    active: row.active === 1,
    hasJoined: row.password_hash !== null,
    addedAt: row.added_at,
    mergedIntoId: row.merged_into,
  };
}
