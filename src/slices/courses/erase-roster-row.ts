/** A line of an import of members that named somebody who is erased: it stays, so that the report adds up, and is empty. */
import { rowErasureFor } from "#kernel/person-life.ts";
import { erasedLineReason } from "#slices/identity/api.ts";
import type { CoursesTables } from "./tables.ts";

/** Takes everything personal out of a line; it is not applied any more either. */
export const eraseRosterRow = rowErasureFor<CoursesTables>()(
  async ({ tx, count }, [importId = "", position = "0"]) => {
    const result = await tx
      .updateTable("roster_import_rows")
      .set({
        ...{ person_id: null, name: "", email: "", role: null, group_name: null, said_role: null },
        ...{ said_group: null, reason: erasedLineReason, skipped: null, outcome: "invalid" },
      })
      .where("import_id", "=", importId)
      .where("position", "=", Number(position))
      .executeTakeFirst();
    count({ rows: Number(result.numUpdatedRows) });
    return false;
  },
);
