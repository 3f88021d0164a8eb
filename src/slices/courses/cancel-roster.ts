/** Letting the preview of an import go. */
import { z } from "zod";
import { cancelRefusals, requireNotApplied } from "#kernel/staged-import.ts";
import { managesCourseOfImport } from "./policy.ts";
import { RosterImport, rosterImportIdField } from "./roster-schema.ts";
import { findRoster, holderOfRoster, rosterOf } from "./rosters.ts";
import { operation } from "./tables.ts";

/** Gives an import up before it is applied. One that has begun goes on to its end, so that nothing is half done. */
export const cancelRoster = operation({
  name: "courses.cancelRoster",
  summary: "Gives up an import of members that has not been applied.",
  kind: "command",
  input: z.strictObject({ importId: rosterImportIdField }),
  output: RosterImport,
  policy: managesCourseOfImport,
  refusals: cancelRefusals,
  async handle({ input, actor, tx, now, blobs }) {
    const row = await findRoster(tx, input.importId);
    requireNotApplied(row);
    if (row.state !== "cancelled") {
      await tx
        .updateTable("roster_imports")
        .set({ state: "cancelled", ended_at: now })
        .where("id", "=", row.id)
        .execute();
      if (row.state === "reading") await blobs.release(row.sha256, holderOfRoster(row.id));
    }
    return rosterOf(tx, actor, row.id);
  },
});
