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

/** Said of a line that was emptied; it may have been about a namesake. */
const erasedReason =
  "Somebody with this name or address was erased. If it is somebody else, import the file again.";

/** Takes everything personal out of a line; it is not applied any more either. Gives how many lines that were. */
export async function emptyImportRow(
  tx: Kysely<IdentityTables>,
  {
    importId,
    position,
    ofNobody = false,
  }: {
    readonly importId: string;
    readonly position: number;
    /** Only where the line was not found to be about somebody: then that may be another person of the same name. */
    readonly ofNobody?: boolean;
  },
): Promise<number> {
  let update = tx
    .updateTable("people_import_rows")
    .set({ person_id: null, name: "", email: "", said_name: "", reason: erasedReason, outcome: "invalid" })
    .where("import_id", "=", importId)
    .where("position", "=", position);
  if (ofNobody) update = update.where("person_id", "is", null);
  const result = await update.executeTakeFirst();
  return Number(result.numUpdatedRows);
}
