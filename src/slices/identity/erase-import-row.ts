/** A line of an import that named somebody who is erased: it stays, so that the report adds up, and says nothing any more. */
import { rowErasureFor } from "#kernel/person-life.ts";
import type { IdentityTables } from "./tables.ts";

/** Said of a line that was emptied; it may have been about a namesake. */
export const erasedLineReason =
  "Somebody with this name or address was erased. If it is somebody else, import the file again.";

/** Takes everything personal out of a line; it is not applied any more either. */
export const eraseImportRow = rowErasureFor<IdentityTables>()(
  async ({ tx, count }, [importId = "", position = "0"]) => {
    const reason = erasedLineReason;
    const result = await tx
      .updateTable("people_import_rows")
      .set({ person_id: null, name: "", email: "", said_name: "", reason, outcome: "invalid" })
      .where("import_id", "=", importId)
      .where("position", "=", Number(position))
      .executeTakeFirst();
    count({ rows: Number(result.numUpdatedRows) });
    return false;
  },
);
