/** Deciding which of two values holds. */
import { z } from "zod";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { idField } from "#slices/courses/api.ts";
import { importById, importOf } from "./grade-imports.ts";
import { keepsGradebookOfImport } from "./policy.ts";
import { choicesPerCallMax, GradeImport, ImportChoice } from "./schema.ts";
import { operation } from "./tables.ts";

/** Chooses for some cells, or for all that nobody chose for one by one; it can be chosen anew until it is applied. */
export const resolveGradeConflicts = operation({
  name: "grades.resolveGradeConflicts",
  summary: "Decides in conflicts of an import whether the file's value holds, or the one that is here.",
  kind: "command",
  input: z.strictObject({
    importId: idField("the import"),
    choice: ImportChoice,
    positions: z
      .array(z.int().nonnegative())
      .max(choicesPerCallMax)
      .default([])
      .meta({ description: "Which cells, by their `position`; none: all that nobody chose for one by one." }),
  }),
  output: GradeImport,
  policy: keepsGradebookOfImport,
  refusals: { not_ready: "failed_precondition" },
  async handle({ input: { importId, choice, positions }, tx }) {
    const row = await importById(tx, importId);
    if (row.state !== "ready")
      throw new Refusal("not_ready", "Conflicts are decided after a file was read and before it is applied.");
    if (positions.length === 0) {
      await tx
        .updateTable("grade_imports")
        .set({ default_choice: choice })
        .where("id", "=", importId)
        .execute();
      return importOf(tx, importId);
    }
    const cells = await tx
      .selectFrom("grade_import_cells")
      .select(["position", "choice"])
      .where("import_id", "=", importId)
      .where("outcome", "=", "conflict")
      .where("position", "in", positions)
      .execute();
    if (cells.length < new Set(positions).size)
      throw invalidField("positions", "One of these cells is no conflict of this import.");
    await tx
      .updateTable("grade_import_cells")
      .set({ choice })
      .where("import_id", "=", importId)
      .where("position", "in", positions)
      .execute();
    const fresh = cells.filter((cell) => cell.choice === null).length;
    await tx
      .updateTable("grade_imports")
      .set({ chosen: row.chosen + fresh })
      .where("id", "=", importId)
      .execute();
    return importOf(tx, importId);
  },
});
