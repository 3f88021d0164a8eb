/** Paging by cursor: stable while rows come and go, and as cheap on the last page as on the first. */
import { type SelectQueryBuilder, sql } from "kysely";
import { z } from "zod";
import { invalidField } from "./errors.ts";

export const pageLimitMax = 100;
export const pageLimitDefault = 50;

/** Spread into the input of a read that gives a list. */
export const pageFields = {
  limit: z
    .int()
    .min(1)
    .max(pageLimitMax)
    .default(pageLimitDefault)
    .meta({ description: `How many items to give, 1 to ${pageLimitMax}; ${pageLimitDefault} when absent.` }),
  cursor: z
    .string()
    .max(1_000)
    .optional()
    .meta({ description: "The `nextCursor` of the page before; absent for the first page." }),
};

/** The output of a read that gives a list of `item`. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: "Give it as `cursor` to get the next page; null on the last." }),
  });
}

export type CursorValue = string | number;

/** A cursor that continues after the row with these sort values. Opaque to clients. */
export function encodeCursor(values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

type Kind = "text" | "integer";

/** The sort values in `cursor`, each of its kind; refuses a cursor that this read did not make. */
export function decodeCursor<const Kinds extends readonly Kind[]>(
  cursor: string,
  kinds: Kinds,
): { [index in keyof Kinds]: Kinds[index] extends "integer" ? number : string } {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const fits =
      Array.isArray(values) &&
      values.length === kinds.length &&
      values.every((value, index) => isOfKind(value, kinds[index]));
    if (fits) return values as unknown as ReturnType<typeof decodeCursor<Kinds>>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalidField(
    "cursor",
    "This cursor is not one that this list gave. Leave it out to start from the top.",
  );
}

/** What every engine can compare with a column of this kind; a forged value must not fail inside the store. */
function isOfKind(value: unknown, kind: Kind | undefined): boolean {
  return kind === "integer"
    ? Number.isSafeInteger(value)
    : typeof value === "string" && !value.includes("\0");
}

/**
 * Cuts `rows`, fetched with a limit of `limit + 1`, to a page: the extra row only tells that there are more.
 */
export function cutPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => readonly CursorValue[],
  itemOf: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(itemOf),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(cursorOf(last)) : null,
  };
}

/**
 * A page of the rows of `select` in the order of their ids, which is that in which they were made. `idColumn` says which
 * id that is where several tables are joined; each row has it as `id`.
 */
export async function pageById<Tables, From extends keyof Tables, Row extends { readonly id: string }>(
  select: SelectQueryBuilder<Tables, From, Row>,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  order: "newest first" | "oldest first",
  idColumn = "id",
): Promise<{ items: Row[]; nextCursor: string | null }> {
  const id = sql.ref<string>(idColumn);
  let page = select.orderBy(id, order === "newest first" ? "desc" : "asc").limit(limit + 1);
  if (cursor !== undefined) {
    const [last] = decodeCursor(cursor, ["text"]);
    page = page.where(id, order === "newest first" ? "<" : ">", last);
  }
  return cutPage(
    await page.execute(),
    limit,
    (row) => [row.id],
    (row) => row,
  );
}
