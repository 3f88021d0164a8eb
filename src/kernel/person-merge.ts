/**
 * Bringing what one account of a person holds into another one, in small steps: first what a slice unites in its own way,
 * then, table by table, every row that names the account. The last slice goes first, since it refers to those before it.
 */
import { type Kysely, sql } from "kysely";
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { AccountMerge, PersonTableSpec } from "./person-life.ts";
import { isRow, type Key, type Read, rowsNaming } from "./person-rows.ts";
import type { Slice } from "./slice.ts";
import type { Steps } from "./step.ts";

/** How many rows of a slice came over, and how many ended with the account or were there already. */
export interface MergedShare {
  readonly slice: string;
  readonly moved: number;
  readonly ended: number;
}

export interface MergeParts {
  readonly slices: readonly Slice[];
  readonly steps: Pick<Steps<never>, "read" | "write">;
  readonly merge: AccountMerge;
  readonly signal: AbortSignal;
}

type AnyRow = Record<string, unknown>;
type Plan = PersonTableSpec<AnyRow>;

/** Rows that one step moves: with their indexes a small transaction. */
const rowsPerStep = 100;

/** Merges slice by slice; `done` hears of each share as it is done. May be run again at any time. */
export async function mergePerson(
  parts: MergeParts,
  done: (share: MergedShare) => Promise<void>,
): Promise<void> {
  for (const slice of [...parts.slices].reverse()) await done(await mergeSlice(parts, slice));
}

async function mergeSlice(parts: MergeParts, slice: Slice): Promise<MergedShare> {
  const { steps, merge, signal } = parts;
  while (await steps.write((step) => slice.person.merge(step as never, merge))) signal.throwIfAborted();
  const share = { slice: slice.name, moved: 0, ended: 0 };
  for (const [table, plan] of plansOf(slice)) {
    const theirs = plan.whenMerged === "stays" ? [] : (plan.theirs ?? []);
    const columns = [...theirs, ...(plan.authored ?? [])];
    const found = rowsNaming(steps.read as Read, { table, key: plan.key, columns, personIds: [merge.from] });
    for await (const keys of found)
      for (let start = 0; start < keys.length; start += rowsPerStep) {
        signal.throwIfAborted();
        const piece = keys.slice(start, start + rowsPerStep);
        const counted = await steps.write(({ tx }) =>
          mergeRows(tablesOf<Record<string, AnyRow>>(tx as Database), { table, plan, columns, merge }, piece),
        );
        share.moved += counted.moved;
        share.ended += counted.ended;
      }
  }
  return share;
}

interface Place {
  readonly table: string;
  readonly plan: Plan;
  readonly columns: readonly string[];
  readonly merge: AccountMerge;
}

async function mergeRows(db: Kysely<Record<string, AnyRow>>, place: Place, keys: readonly Key[]) {
  const counted = { moved: 0, ended: 0 };
  for (const key of keys) {
    const outcome = await mergeRow(db, place, key);
    if (outcome !== null) counted[outcome]++;
  }
  return counted;
}

/** Null where the row has gone, or names the account no longer. */
async function mergeRow(
  db: Kysely<Record<string, AnyRow>>,
  { table, plan, columns, merge }: Place,
  key: Key,
): Promise<"moved" | "ended" | null> {
  const row = await db.selectFrom(table).selectAll().where(isRow(plan.key, key)).executeTakeFirst();
  if (row === undefined) return null;
  const named = columns.filter((column) => row[column] === merge.from);
  if (named.length === 0) return null;
  const changes = Object.fromEntries(named.map((column) => [column, merge.into]));
  const isEnded = plan.whenMerged === "ended" && named.some((column) => plan.theirs?.includes(column));
  if (isEnded || (await isThere(db, { table, plan }, { key, row, changes }))) {
    await db.deleteFrom(table).where(isRow(plan.key, key)).execute();
    return "ended";
  }
  await db.updateTable(table).set(changes).where(isRow(plan.key, key)).execute();
  return "moved";
}

/** Whether the kept account has a row already where only one can be. */
async function isThere(
  db: Kysely<Record<string, AnyRow>>,
  { table, plan }: Pick<Place, "table" | "plan">,
  { key, row, changes }: { readonly key: Key; readonly row: AnyRow; readonly changes: AnyRow },
): Promise<boolean> {
  for (const unique of [plan.key, ...(plan.unique ?? [])]) {
    if (!unique.some((column) => column in changes)) continue;
    const wanted = unique.map((column) => changes[column] ?? row[column]);
    const other = await db
      .selectFrom(table)
      .select(sql<number>`1`.as("found"))
      .where(isRow(unique, wanted))
      .where((each) => each.not(isRow(plan.key, key)))
      .limit(1)
      .executeTakeFirst();
    if (other !== undefined) return true;
  }
  return false;
}

/** What both accounts have of something that exports name. */
export interface AccountShares {
  readonly slice: string;
  readonly title: string;
  readonly from: number;
  readonly into: number;
}

/** Counts what both accounts have, under the headings of exports; changes nothing. */
export async function sharesOf(
  database: Database,
  slices: readonly Slice[],
  { from, into }: Pick<AccountMerge, "from" | "into">,
): Promise<AccountShares[]> {
  const db = tablesOf<Record<string, AnyRow>>(database);
  const shares = new Map<string, { slice: string; title: string; from: number; into: number }>();
  for (const slice of slices)
    for (const [table, plan] of plansOf(slice)) {
      const title = titleOf(slice, plan);
      if (title === null || plan.theirs === undefined || plan.whenMerged === "stays") continue;
      const known = shares.get(`${slice.name} ${title}`) ?? { slice: slice.name, title, from: 0, into: 0 };
      known.from += await countOf(db, table, plan.theirs, from);
      known.into += await countOf(db, table, plan.theirs, into);
      shares.set(`${slice.name} ${title}`, known);
    }
  return [...shares.values()].filter((share) => share.from + share.into > 0);
}

async function countOf(
  db: Kysely<Record<string, AnyRow>>,
  table: string,
  columns: readonly string[],
  personId: string,
): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select((each) => each.fn.countAll<number>().as("count"))
    .where((each) => each.or(columns.map((column) => each(column, "=", personId))))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function titleOf({ person }: Slice, { shown }: Plan): string | null {
  if (shown === undefined || typeof shown === "string") return shown ?? null;
  if ("never" in shown) return null;
  return person.sections.find(({ name }) => name === shown.by)?.title ?? null;
}

function plansOf({ person }: Slice): (readonly [string, Plan])[] {
  return Object.entries(person.tables).flatMap(([table, plan]) =>
    plan === "nobody" ? [] : [[table, plan] as const],
  );
}
