/** Letting the preview of an import of marks go. */
import { z } from "zod";
import { cancelRefusals, requireNotApplied } from "#kernel/staged-import.ts";
import { idField } from "#slices/courses/api.ts";
import { holderOfImport, importById, importOf } from "./grade-imports.ts";
import { keepsGradebookOfImport } from "./policy.ts";
import { GradeImport } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives an import up before it is applied. One that has begun goes on to its end, so that nothing is half done. */
export const cancelGradeImport = operation({
  name: "grades.cancelGradeImport",
  summary: "Gives up an import of marks that has not been applied.",
  kind: "command",
  input: z.strictObject({ importId: idField("the import") }),
  output: GradeImport,
  policy: keepsGradebookOfImport,
  refusals: cancelRefusals,
  async handle({ input: { importId }, tx, now, blobs }) {
    const row = await importById(tx, importId);
    requireNotApplied(row);
    if (row.state !== "cancelled") {
      await tx
        .updateTable("grade_imports")
        .set({ state: "cancelled", ended_at: now })
        .where("id", "=", importId)
        .execute();
      if (row.state === "reading") await blobs.release(row.sha256, holderOfImport(importId));
    }
    return importOf(tx, importId);
  },
});
