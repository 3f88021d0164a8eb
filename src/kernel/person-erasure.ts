/**
 * Erasing a person from everything that the slices hold, in small steps, table by table: the rows that are theirs, with
 * what hangs on them, then their name in what stays. The last slice goes first, since it refers to those before it.
 */
import type { Database } from "#engines/store/port.ts";
import { type EraseStep, erasedPersonId, type PersonTableSpec, type RowErasure } from "./person-life.ts";
import { deleteRows, type Key, type Read, rewriteAuthors, rowsNaming } from "./person-rows.ts";
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
  readonly personId: string;
  readonly signal: AbortSignal;
}

type Plan = PersonTableSpec<Record<string, unknown>>;

/** Rows that one step deletes or rewrites: with their indexes a small transaction. */
const rowsPerStep = 200;

/** How many rows are theirs and how many name them, slice by slice; changes nothing. */
export async function countPerson(parts: ErasureParts): Promise<ErasedShare[]> {
  const shares: ErasedShare[] = [];
  for (const slice of parts.slices) {
    const share = { slice: slice.name, removed: 0, kept: 0, files: 0 };
    for (const [table, plan] of plansOf(slice)) {
      const theirs = await count(parts, table, plan.key, plan.theirs ?? []);
      const named = await count(parts, table, plan.key, [...(plan.theirs ?? []), ...(plan.authored ?? [])]);
      share.removed += theirs;
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
  const { personId } = parts;
  const share = { slice: slice.name, removed: 0, kept: 0, files: 0 };
  for (const [table, plan] of plansOf(slice)) {
    const theirs = { table, key: plan.key, columns: plan.theirs ?? [] };
    if (plan.erase !== undefined) await eraseOneByOne(parts, { ...theirs, erase: plan.erase }, share);
    share.removed += await inSteps(parts, theirs, (database, keys) =>
      deleteRows(database, { table, plan, personId }, keys),
    );
    const authored = { ...theirs, columns: plan.authored ?? [] };
    share.kept += await inSteps(parts, authored, (database, keys) =>
      rewriteAuthors(database, { table, plan, personId, to: erasedPersonId }, keys),
    );
  }
  return share;
}

/** Rows that take more than deleting, each in steps of its own. */
async function eraseOneByOne(
  { steps, personId, signal }: ErasureParts,
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
  for await (const keys of rowsNaming(steps.read as Read, { ...where, personId }))
    for (const key of keys)
      for (let more = true; more; ) {
        signal.throwIfAborted();
        const counted = { rows: 0, files: 0 };
        more = await steps.write((step) => {
          // A transaction may be run twice; what was counted in the first does not count.
          Object.assign(counted, { rows: 0, files: 0 });
          return erase(counting(step, counted) as never, key.map(String), personId);
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
  { steps, personId, signal }: ErasureParts,
  where: { readonly table: string; readonly key: Plan["key"]; readonly columns: readonly string[] },
  change: (database: Database, keys: readonly Key[]) => Promise<number>,
): Promise<number> {
  let rows = 0;
  for await (const keys of rowsNaming(steps.read as Read, { ...where, personId }))
    for (let from = 0; from < keys.length; from += rowsPerStep) {
      signal.throwIfAborted();
      const piece = keys.slice(from, from + rowsPerStep);
      rows += await steps.write(({ tx }) => change(tx as Database, piece));
    }
  return rows;
}

async function count(
  { steps, personId, signal }: ErasureParts,
  table: string,
  key: Plan["key"],
  columns: readonly string[],
): Promise<number> {
  let rows = 0;
  for await (const keys of rowsNaming(steps.read as Read, { table, key, columns, personId })) {
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
