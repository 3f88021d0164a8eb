/** Pages: their text at a revision, and what a page that is none is told. */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import type { MaterialsTable, MaterialsTables } from "./tables.ts";

export function requirePage(row: MaterialsTable): void {
  if (row.kind !== "page") throw new Refusal("not_a_page", `This material is a ${row.kind}, not a page.`);
}

/** The Markdown of a page at one of its revisions. */
export async function pageText(
  db: Kysely<MaterialsTables>,
  materialId: string,
  revision: number,
): Promise<string> {
  const row = await db
    .selectFrom("material_page_texts")
    .select("text")
    .where("material_id", "=", materialId)
    .where("revision", "=", revision)
    .executeTakeFirst();
  if (row === undefined) throw new Refusal("not_found", `Revision ${revision} of this page is not kept.`);
  return row.text;
}
