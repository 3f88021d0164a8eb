/** A line of an import that named somebody who is erased: it stays, so that the report adds up, and says nothing any more. */
import type { Kysely } from "kysely";
import { rowErasureFor } from "#kernel/person-life.ts";
import type { IdentityTables } from "./tables.ts";

export const eraseImportRow = rowErasureFor<IdentityTables>()(
  async ({ tx, count }, [importId = "", position = "0"]) => {
    count({ rows: await emptyImportRow(tx, { importId, position: Number(position) }) });
    return false;
  },
);

/** Takes everything personal out of a line; it is not applied any more either. Gives how many lines that were. */
export async function emptyImportRow(
  tx: Kysely<IdentityTables>,
  { importId, position }: { readonly importId: string; readonly position: number },
): Promise<number> {
  const result = await tx
    .updateTable("people_import_rows")
    .set({ person_id: null, name: "", email: "", said_name: "", reason: null, outcome: "invalid" })
    .where("import_id", "=", importId)
    .where("position", "=", position)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}
