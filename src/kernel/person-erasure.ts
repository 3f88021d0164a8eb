/**
 * Erasing a person from everything that the slices hold, in small steps, table by table: the rows that are theirs, with
 * what hangs on them, then those that say who they are without an id, then their name in what stays. The last slice goes
 * first, since it refers to those before it.
 */
import { type Database, tablesOf } from "#engines/store/port.ts";
import { type EraseStep, erasedPersonId, type PersonTableSpec, type RowErasure } from "./person-life.ts";
import {
  deleteRows,
  isRow,
  type Key,
  type Read,
  rewriteAuthors,
  rowsNaming,
  rowsSaying,
  rowWith,
} from "./person-rows.ts";
import { type PersonWords, saysOneOf, wordsIn } from "./person-words.ts";
import type { Slice } from "./slice.ts";
import type { Step, Steps } from "./step.ts";

/** What became of a slice's share, or would become of it. */
export interface ErasedShare {
  readonly slice: string;
  /** Rows deleted or emptied. */
  readonly removed: number;
  /** Rows that stay, and name nobody any more. */
  readonly kept: number;
  /** Files that this person's rows no longer refer to. */
  readonly files: number;
}

export interface ErasureParts {
  readonly slices: readonly Slice[];
  readonly steps: Pick<Steps<never>, "read" | "write">;
  /** Their account, and those that were merged into it. */
  readonly personIds: readonly string[];
  readonly words: PersonWords;
  readonly signal: AbortSignal;
}

type AnyRow = Record<string, unknown>;
type Plan = PersonTableSpec<AnyRow>;

/** Rows that one step deletes or rewrites: with their indexes a small transaction. */
const rowsPerStep = 200;

/** What rows that are theirs say of them beside their id: addresses that they had, names as files wrote them. */
export async function wordsOf({
  slices,
  steps,
  personIds,
  signal,
}: Omit<ErasureParts, "words">): Promise<string[]> {
  const words = new Set<string>();
  for (const slice of slices)
    for (const [table, plan] of plansOf(slice)) {
      if ((plan.named ?? []).length === 0) continue;
      const theirs = { table, key: plan.key, columns: plan.theirs ?? [], personIds };
      for await (const keys of rowsNaming(steps.read as Read, theirs))
        for (let from = 0; from < keys.length; from += rowsPerStep) {
          signal.throwIfAborted();
          const rows = await (steps.read as Read)((database) =>
            tablesOf<Record<string, AnyRow>>(database)
              .selectFrom(table)
              .select([...(plan.named ?? [])])
              .where((each) =>
                each.or(keys.slice(from, from + rowsPerStep).map((key) => isRow(plan.key, key))),
              )
              .execute(),
          );
          for (const word of wordsIn(plan, rows)) words.add(word);
        }
    }
  return [...words];
}

/** How many rows are theirs and how many name them, slice by slice; changes nothing. */
export async function countPerson(parts: ErasureParts): Promise<ErasedShare[]> {
  const shares: ErasedShare[] = [];
  for (const slice of parts.slices) {
    const share = { slice: slice.name, removed: 0, kept: 0, files: 0 };
    for (const [table, plan] of plansOf(slice)) {
      const theirs = await count(parts, table, plan.key, plan.theirs ?? []);
      const named = await count(parts, table, plan.key, [...(plan.theirs ?? []), ...(plan.authored ?? [])]);
      share.removed += theirs + (await countSaying(parts, table, plan));
      share.kept += named - theirs;
    }
    if (share.removed + share.kept > 0) shares.push(share);
  }
  return shares;
}

/** Erases the person from every slice; `done` hears of each share as it is done. May be run again at any time. */
export async function erasePerson(
  parts: ErasureParts,
  done: (share: ErasedShare) => Promise<void>,
): Promise<void> {
  for (const slice of [...parts.slices].reverse()) {
    const share = await eraseFrom(parts, slice);
    if (share.removed + share.kept + share.files > 0) await done(share);
  }
}

async function eraseFrom(parts: ErasureParts, slice: Slice): Promise<ErasedShare> {
  const { personIds } = parts;
  const share = { slice: slice.name, removed: 0, kept: 0, files: 0 };
  for (const [table, plan] of plansOf(slice)) {
    const theirs = { table, key: plan.key, columns: plan.theirs ?? [] };
    if (plan.erase !== undefined) await eraseOneByOne(parts, { ...theirs, erase: plan.erase }, share);
    share.removed += await inSteps(parts, theirs, (database, keys) =>
      deleteRows(database, { table, plan, personIds }, keys),
    );
    await eraseSaying(parts, table, plan, share);
    const authored = { ...theirs, columns: plan.authored ?? [] };
    share.kept += await inSteps(parts, authored, (database, keys) =>
      rewriteAuthors(database, { table, plan, personIds, to: erasedPersonId }, keys),
    );
  }
  return share;
}

/** Rows that take more than deleting, each in steps of its own. */
async function eraseOneByOne(
  parts: ErasureParts,
  {
    erase,
    ...where
  }: {
    readonly table: string;
    readonly key: Plan["key"];
    readonly columns: readonly string[];
    readonly erase: RowErasure;
  },
  share: { removed: number; files: number },
): Promise<void> {
  // Each account by itself: a row may be about more than one person, and what goes depends on whom.
  for (const personId of parts.personIds)
    for await (const keys of rowsNaming(parts.steps.read as Read, { ...where, personIds: [personId] }))
      for (const key of keys)
        await eraseRow(parts, share, (step) => erase(step as never, key.map(String), personId));
}

/** Rows that say who they are, with no id of theirs. */
async function eraseSaying(
  parts: ErasureParts,
  table: string,
  plan: Plan,
  share: { removed: number; files: number },
): Promise<void> {
  const saysWho = saysOneOf(plan, parts.words);
  for await (const keys of rowsSaying(parts.steps.read as Read, { table, plan }, saysWho))
    for (const key of keys)
      await eraseRow(parts, share, async (step) => {
        const database = step.tx as Database;
        // Meanwhile it may have been found whom it is about.
        const row = await rowWith(database, { table, plan }, key);
        if (row === undefined || !saysWho(row)) return false;
        if (plan.erase !== undefined)
          return plan.erase(step as never, key.map(String), parts.personIds[0] ?? "");
        await tablesOf<Record<string, AnyRow>>(database)
          .deleteFrom(table)
          .where(isRow(plan.key, key))
          .execute();
        step.count({ rows: 1 });
        return false;
      });
}

/** Erases one row in as many steps as it takes. */
async function eraseRow(
  { steps, signal }: ErasureParts,
  share: { removed: number; files: number },
  erase: (step: EraseStep<never>) => Promise<boolean>,
): Promise<void> {
  for (let more = true; more; ) {
    signal.throwIfAborted();
    const counted = { rows: 0, files: 0 };
    more = await steps.write((step) => {
      // A transaction may be run twice; what was counted in the first does not count.
      Object.assign(counted, { rows: 0, files: 0 });
      return erase(counting(step, counted));
    });
    share.removed += counted.rows;
    share.files += counted.files;
  }
}

function counting(step: Step<never>, counted: { rows: number; files: number }): EraseStep<never> {
  return {
    ...step,
    count({ rows = 0, files = 0 }) {
      counted.rows += rows;
      counted.files += files;
    },
  };
}

async function inSteps(
  { steps, personIds, signal }: ErasureParts,
  where: { readonly table: string; readonly key: Plan["key"]; readonly columns: readonly string[] },
  change: (database: Database, keys: readonly Key[]) => Promise<number>,
): Promise<number> {
  let rows = 0;
  for await (const keys of rowsNaming(steps.read as Read, { ...where, personIds }))
    for (let from = 0; from < keys.length; from += rowsPerStep) {
      signal.throwIfAborted();
      const piece = keys.slice(from, from + rowsPerStep);
      rows += await steps.write(({ tx }) => change(tx as Database, piece));
    }
  return rows;
}

async function count(
  { steps, personIds, signal }: ErasureParts,
  table: string,
  key: Plan["key"],
  columns: readonly string[],
): Promise<number> {
  let rows = 0;
  for await (const keys of rowsNaming(steps.read as Read, { table, key, columns, personIds })) {
    signal.throwIfAborted();
    rows += keys.length;
  }
  return rows;
}

async function countSaying(
  { steps, words, signal }: ErasureParts,
  table: string,
  plan: Plan,
): Promise<number> {
  let rows = 0;
  for await (const keys of rowsSaying(steps.read as Read, { table, plan }, saysOneOf(plan, words))) {
    signal.throwIfAborted();
    rows += keys.length;
  }
  return rows;
}

function plansOf({ person }: Slice): (readonly [string, Plan])[] {
  return Object.entries(person.tables).flatMap(([table, plan]) =>
    plan === "nobody" ? [] : [[table, plan] as const],
  );
}
