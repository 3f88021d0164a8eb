/**
 * Finds the rows of a table that name a person, whatever indexes it has: piece by piece along the primary key, each on a
 * snapshot of its own, so that a table of millions of rows holds nobody up.
 */
import { type Kysely, sql } from "kysely";
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { PersonTableSpec } from "./person-life.ts";

/** Rows of a table that are looked through at once. */
const rowsPerLook = 4_000;

type AnyRow = Record<string, unknown>;
type AnyTables = Record<string, AnyRow>;
type Plan = PersonTableSpec<AnyRow>;
/** A row by its primary key. */
export type Key = readonly unknown[];

export type Read = <Result>(work: (database: Database) => Promise<Result>) => Promise<Result>;

const db = (database: Database): Kysely<AnyTables> => tablesOf<AnyTables>(database);

/** The keys of the rows in which one of `columns` is one of `personIds`, in pieces as they are found. */
export async function* rowsNaming(
  read: Read,
  {
    table,
    key,
    columns,
    personIds,
  }: {
    readonly table: string;
    readonly key: Plan["key"];
    readonly columns: readonly string[];
    readonly personIds: readonly string[];
  },
): AsyncGenerator<readonly Key[]> {
  if (columns.length === 0) return;
  let after: Key | null = null;
  for (;;) {
    const from: Key | null = after;
    const { end, found } = await read(async (database) => {
      const end: AnyRow | undefined = await behind(db(database), table, key, from)
        .offset(rowsPerLook - 1)
        .limit(1)
        .executeTakeFirst();
      let select = behind(db(database), table, key, from).where((each) =>
        each.or(columns.map((column) => each(column, "in", personIds))),
      );
      if (end !== undefined) select = select.where(comparison(key, "<=", keyOf(key, end)));
      return { end, found: await select.execute() };
    });
    if (found.length > 0) yield found.map((row) => keyOf(key, row));
    if (end === undefined) return;
    after = keyOf(key, end);
  }
}

/** The keys of the rows that `isWanted`, by the columns of the plan that say who somebody is; in pieces. */
export async function* rowsSaying(
  read: Read,
  { table, plan }: { readonly table: string; readonly plan: Plan },
  isWanted: (row: AnyRow) => boolean,
): AsyncGenerator<readonly Key[]> {
  if ((plan.named ?? []).length === 0) return;
  let after: Key | null = null;
  for (;;) {
    const from: Key | null = after;
    const rows: AnyRow[] = await read((database) =>
      behind(db(database), table, plan.key, from)
        .select([...(plan.named ?? []), ...(plan.theirs ?? [])])
        .limit(rowsPerLook)
        .execute(),
    );
    const found = rows.filter(isWanted);
    if (found.length > 0) yield found.map((row) => keyOf(plan.key, row));
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsPerLook) return;
    after = keyOf(plan.key, last);
  }
}

/** One row of a table as it is now, or undefined where it has gone. */
export function rowWith(
  database: Database,
  { table, plan }: { readonly table: string; readonly plan: Plan },
  values: Key,
): Promise<AnyRow | undefined> {
  return db(database).selectFrom(table).selectAll().where(isRow(plan.key, values)).executeTakeFirst();
}

function behind(from: Kysely<AnyTables>, table: string, key: Plan["key"], after: Key | null) {
  let select = from.selectFrom(table).select([...key]);
  for (const column of key) select = select.orderBy(column);
  return after === null ? select : select.where(comparison(key, ">", after));
}

/** The primary key of a row. */
export function keyOf(key: Plan["key"], row: AnyRow): Key {
  return key.map((column) => row[column]);
}

function comparison(key: Plan["key"], operator: ">" | "<=" | "=", values: Key) {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  const sign = sql.raw(operator);
  return sql<boolean>`(${columns}) ${sign} (${sql.join(values.map((value) => sql`${value}`))})`;
}

/** The row with this key, for a where clause. */
export function isRow(key: Plan["key"], values: Key) {
  return comparison(key, "=", values);
}

/** The rows that come after this one in the order of the key, for a where clause. */
export function isBehind(key: Plan["key"], values: Key) {
  return comparison(key, ">", values);
}

/** Deletes these rows as far as they are still theirs; gives how many. */
export async function deleteRows(
  database: Database,
  {
    table,
    plan,
    personIds,
  }: { readonly table: string; readonly plan: Plan; readonly personIds: readonly string[] },
  keys: readonly Key[],
): Promise<number> {
  let rows = 0;
  for (const values of keys) {
    const result = await db(database)
      .deleteFrom(table)
      .where(isRow(plan.key, values))
      .where((each) => each.or((plan.theirs ?? []).map((column) => each(column, "in", personIds))))
      .executeTakeFirst();
    rows += Number(result.numDeletedRows);
  }
  return rows;
}

/** Writes `to` wherever the authored columns of these rows say one of `personIds`; gives how many rows that were. */
export async function rewriteAuthors(
  database: Database,
  {
    table,
    plan,
    personIds,
    to,
  }: {
    readonly table: string;
    readonly plan: Plan;
    readonly personIds: readonly string[];
    readonly to: string;
  },
  keys: readonly Key[],
): Promise<number> {
  let rows = 0;
  for (const values of keys) {
    const columns = plan.authored ?? [];
    const result = await db(database)
      .updateTable(table)
      .set((each) =>
        Object.fromEntries(
          columns.map((column) => [
            column,
            each.case().when(column, "in", personIds).then(to).else(each.ref(column)).end(),
          ]),
        ),
      )
      .where(isRow(plan.key, values))
      .where((each) => each.or(columns.map((column) => each(column, "in", personIds))))
      .executeTakeFirst();
    rows += Number(result.numUpdatedRows);
  }
  return rows;
}
