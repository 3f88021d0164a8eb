/**
 * Makes many of one: the rows of the template's course, again and again, with ids, people and marks of their own. The
 * rows come from the operations, so whatever a column is for stands in it as it does in a school that grew by itself.
 * What is not made anew: the signatures of receipts stay the template's.
 */
import { sql } from "kysely";
import { present } from "#base/assert.ts";
import { seededRandom } from "#base/random.ts";
import { type Store, tablesOf } from "#engines/store/port.ts";
import type { Kernel } from "#kernel/kernel.ts";
import { changesOf, type PersonFacts } from "./people.ts";
import type { Template } from "./template.ts";

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;

/** Tables that follow from others, or whose rows are of the day. */
const leftOut = new Set([
  "sessions",
  "mails",
  "sign_in_challenges",
  "notice_mails",
  "invitations",
  "password_resets",
]);
/** Tables of the kernel that grow with the work of people. */
const kernelTables = ["audit_entries", "blob_holders"];
/** Older notices are trimmed in a school that grew by itself. */
const noticesEach = 6;
const rowsPerStatement = 200;
const rowsPerCommand = 2_000;
const idsIn = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** What a row of the template is made again for. */
type Scope = "teacher" | "student" | "course" | "member";
type Maker = (ids: ReadonlyMap<string, string>, facts: PersonFacts) => Record<string, Value>;

export interface Plan {
  readonly makers: Readonly<Record<Scope, readonly { readonly table: string; readonly make: Maker }[]>>;
  /** Ids of things in the template, which each copy has ones of its own for; in the order of their making. */
  readonly ids: Readonly<Record<Scope, readonly string[]>>;
}

/** Reads the template's rows, and finds out what each belongs to by the ids that it names. */
export async function readPlan(kernel: Kernel, template: Template): Promise<Plan> {
  const tables = [...kernel.registry.slices.flatMap((slice) => Object.keys(slice.tables)), ...kernelTables];
  const rows: { table: string; row: Row; names: readonly string[] }[] = [];
  await kernel.store.read(async (database) => {
    for (const table of tables.filter((each) => !leftOut.has(each))) {
      const found = await sql<Row>`select * from ${sql.table(table)}`.execute(tablesOf(database));
      for (const row of newestNotices(table, found.rows))
        rows.push({ table, row, names: Object.values(row).flatMap(namedIn) });
    }
  });
  const owned = ownership(rows, template);
  const makers: Record<Scope, { table: string; make: Maker }[]> = {
    teacher: [],
    student: [],
    course: [],
    member: [],
  };
  for (const { table, row, names } of rows) {
    const scope = scopeOf(names, owned, template);
    if (scope !== null) makers[scope].push({ table, make: compile(table, row, owned, template) });
  }
  const idsOf = (scope: Scope) =>
    [...owned]
      .filter(([, owner]) => owner === scope)
      .map(([id]) => id)
      .sort();
  const ids = {
    teacher: idsOf("teacher"),
    student: idsOf("student"),
    course: idsOf("course"),
    member: idsOf("member"),
  };
  return { makers, ids };
}

function newestNotices(table: string, rows: readonly Row[]): readonly Row[] {
  if (table !== "notices") return rows;
  const each = new Map<Value, number>();
  return rows
    .toSorted((a, b) => Number(b.created_at) - Number(a.created_at))
    .filter(({ person_id: person = null }) => {
      each.set(person, (each.get(person) ?? 0) + 1);
      return (each.get(person) ?? 0) <= noticesEach;
    });
}

function namedIn(value: Value): string[] {
  return typeof value === "string" ? (value.match(idsIn) ?? []) : [];
}

/** Of each id that a row has as its own: whether each course has one, or each student in it, or each person. */
function ownership(
  rows: readonly { readonly row: Row; readonly names: readonly string[] }[],
  { courseId, studentId, teacherId, askerId }: Template,
): ReadonlyMap<string, Scope> {
  const people = [studentId, teacherId, askerId];
  const owned = new Map<string, Scope>([[courseId, "course"]]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const { row, names } of rows) {
      const id = row.id;
      if (typeof id !== "string" || people.includes(id) || !names.includes(id)) continue;
      const others = names.filter((name) => name !== id);
      const isMembers = others.includes(studentId) || others.some((name) => owned.get(name) === "member");
      if (!isMembers && !others.some((name) => owned.has(name))) continue;
      const owner = isMembers ? "member" : "course";
      grew ||= owned.get(id) !== owner;
      owned.set(id, owner);
    }
  }
  owned.delete(courseId);
  for (const { row, names } of rows) {
    const id = row.id;
    if (typeof id !== "string" || people.includes(id) || owned.has(id) || id === courseId) continue;
    if (names.includes(studentId)) owned.set(id, "student");
    else if (names.includes(teacherId)) owned.set(id, "teacher");
  }
  return owned;
}

function scopeOf(
  names: readonly string[],
  owned: ReadonlyMap<string, Scope>,
  { courseId, studentId, teacherId }: Template,
): Scope | null {
  const isInCourse = names.some(
    (name) => name === courseId || ["course", "member"].includes(owned.get(name) ?? ""),
  );
  const isStudents = names.includes(studentId) || names.some((name) => owned.get(name) === "member");
  if (isInCourse) return isStudents ? "member" : "course";
  if (isStudents) return "student";
  return names.includes(teacherId) ? "teacher" : null;
}

/** A function that makes the row anew; what is the same each time is not looked at again. */
function compile(
  table: string,
  row: Row,
  owned: ReadonlyMap<string, string>,
  { courseId, studentId, teacherId, askerId }: Template,
): Maker {
  const isTheirs = (id: string) => owned.has(id) || [courseId, studentId, teacherId, askerId].includes(id);
  const moving = Object.entries(row).filter(([, value]) => namedIn(value).some(isTheirs));
  const changes = changesOf(table, row);
  return (ids, facts) => {
    const made: Record<string, Value> = { ...row };
    for (const [column, value] of moving) {
      const text = String(value);
      made[column] = ids.get(text) ?? text.replaceAll(idsIn, (id) => ids.get(id) ?? id);
    }
    return changes === null ? made : { ...made, ...changes(facts) };
  };
}

/** Ids whose order is that of their making, from a seed. */
export function idsFrom(seed: number, startsAt: number): () => string {
  const random = seededRandom(seed);
  let made = 0;
  return () => {
    // Four thousand of them a millisecond.
    const at = (startsAt + Math.floor(made / 4_096)).toString(16).padStart(12, "0");
    const nth = (made % 4_096).toString(16).padStart(3, "0");
    made += 1;
    const tail = Buffer.from(random.bytes(8));
    tail[0] = 0x80 | ((tail[0] ?? 0) & 0x3f);
    const hex = tail.toString("hex");
    return `${at.slice(0, 8)}-${at.slice(8)}-7${nth}-${hex.slice(0, 4)}-${hex.slice(4)}`;
  };
}

/** Rows on their way into the store, a good many in one command. */
export class Loading {
  readonly #store: Store;
  readonly #waiting = new Map<string, Record<string, Value>[]>();
  #rows = 0;
  written = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  add(table: string, row: Record<string, Value>): void {
    const rows = this.#waiting.get(table) ?? [];
    rows.push(row);
    this.#waiting.set(table, rows);
    this.#rows += 1;
  }

  /** Writes what waits, once that is worth a command. */
  async flush(isLast = false): Promise<void> {
    if (this.#rows === 0 || (!isLast && this.#rows < rowsPerCommand)) return;
    const batch = [...this.#waiting];
    await this.#store.write(async ({ database }) => {
      for (const [table, rows] of batch)
        for (let from = 0; from < rows.length; from += rowsPerStatement)
          await tablesOf<Record<string, Record<string, Value>>>(database)
            .insertInto(table)
            .values(rows.slice(from, from + rowsPerStatement))
            .execute();
    });
    this.written += this.#rows;
    this.#waiting.clear();
    this.#rows = 0;
  }
}

/** Adds everything of this scope to `loading`, under the ids that `ids` has for those of the template. */
export function multiply(
  { plan, loading }: { readonly plan: Plan; readonly loading: Loading },
  scope: Scope,
  ids: ReadonlyMap<string, string>,
  facts: PersonFacts,
): void {
  for (const { table, make } of plan.makers[scope]) loading.add(table, make(ids, facts));
}

/** `ids` and a fresh one for each of the template's `own`. */
export function withFresh(
  ids: ReadonlyMap<string, string>,
  own: readonly string[],
  newId: () => string,
): Map<string, string> {
  const all = new Map(ids);
  for (const id of own) all.set(id, newId());
  return all;
}

export function idFor(ids: ReadonlyMap<string, string>, id: string): string {
  return present(ids.get(id), `an id for ${id}`);
}
