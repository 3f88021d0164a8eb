/**
 * Anonymous grading: who grades sees a pseudonym in the place of every name, id and file name. It is made from a key
 * that only the store has, so it stays the same within an assignment, differs between assignments, and tells nothing.
 */
import { createHmac } from "node:crypto";
import type { Kysely } from "kysely";
import { type Person, peopleByIds } from "#slices/identity/api.ts";
import type { AssignmentsTables } from "./tables.ts";

const keyBytes = 32;
/** Crockford's digits: none is taken for another. */
const digits = "0123456789abcdefghjkmnpqrstvwxyz";
const nameDigits = 8;

export function newPseudonymKey(random: (count: number) => Uint8Array): string {
  return Buffer.from(random(keyBytes)).toString("hex");
}

export interface Pseudonym {
  readonly id: string;
  readonly name: string;
}

/** The pseudonym of `subject`, a student or a group. */
export function pseudonymOf(key: string, subject: string): Pseudonym {
  const bytes = createHmac("sha256", Buffer.from(key, "hex")).update(subject).digest();
  const name = [...bytes.subarray(0, nameDigits)].map((byte) => digits[byte % digits.length]).join("");
  return {
    id: `anonymous-${bytes.subarray(0, 16).toString("hex")}`,
    name: `Student ${name.slice(0, 4)}-${name.slice(4)}`,
  };
}

/** The pseudonym of a group, which is told apart from a student's. */
export function groupPseudonymOf(key: string, groupId: string): Pseudonym {
  const { id, name } = pseudonymOf(key, groupId);
  return { id, name: name.replace("Student", "Group") };
}

/** How those who grade an assignment see people. */
export interface NameView {
  readonly hidesNames: boolean;
  idOf(studentId: string): string;
  nameOf(studentId: string): string;
  /** The name of a file of this student's work; `place` tells several apart. */
  fileNameOf(studentId: string, fileName: string, place?: number): string;
}

/** The key that pseudonyms of an assignment are made from; null where names are shown. */
export async function pseudonymKeyOf(
  db: Kysely<AssignmentsTables>,
  assignmentId: string,
): Promise<string | null> {
  return (await pseudonymKeys(db, [assignmentId])).get(assignmentId) ?? null;
}

/** Those of the assignments whose names are hidden, with their keys. */
export async function pseudonymKeys(
  db: Kysely<AssignmentsTables>,
  assignmentIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (assignmentIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("assignment_grading")
    .select(["assignment_id", "pseudonym_key"])
    .where("assignment_id", "in", [...new Set(assignmentIds)])
    .where("pseudonym_key", "is not", null)
    .where("names_shown_at", "is", null)
    .execute();
  return new Map(rows.map((row) => [row.assignment_id, row.pseudonym_key ?? ""]));
}

/** How graders of the assignment see these students. Where names are hidden, none is even looked up. */
export async function nameView(
  db: Kysely<AssignmentsTables>,
  assignmentId: string,
  studentIds: Iterable<string>,
): Promise<NameView> {
  const key = await pseudonymKeyOf(db, assignmentId);
  return key === null ? openNames(await peopleByIds(db, studentIds)) : hiddenNames(key);
}

export function openNames(people: ReadonlyMap<string, Pick<Person, "name">>): NameView {
  return {
    hidesNames: false,
    idOf: (studentId) => studentId,
    nameOf: (studentId) => people.get(studentId)?.name ?? "",
    fileNameOf: (_studentId, fileName) => fileName,
  };
}

export function hiddenNames(key: string): NameView {
  return {
    hidesNames: true,
    idOf: (studentId) => pseudonymOf(key, studentId).id,
    nameOf: (studentId) => pseudonymOf(key, studentId).name,
    fileNameOf(studentId, fileName, place = 1) {
      const ending = /\.[A-Za-z0-9]{1,8}$/.exec(fileName)?.[0].toLowerCase() ?? "";
      return `${pseudonymOf(key, studentId).name.replaceAll(" ", "-").toLowerCase()}-${place}${ending}`;
    },
  };
}

/** The assignments of a course whose names are hidden, as a query. */
export function hiddenAssignments(db: Kysely<AssignmentsTables>, courseId: string) {
  return db
    .selectFrom("assignment_grading")
    .select("assignment_id")
    .where("course_id", "=", courseId)
    .where("pseudonym_key", "is not", null)
    .where("names_shown_at", "is", null);
}
