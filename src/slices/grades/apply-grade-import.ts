/** The second half of an import of marks: doing what the preview showed, and what was chosen. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { applyRefusals, requireApplicable } from "#kernel/staged-import.ts";
import { changedBy, idField } from "#slices/courses/api.ts";
import { applyGradeImportType, importById, importOf } from "./grade-imports.ts";
import { keepsGradebookOfImport } from "./policy.ts";
import { GradeImport } from "./schema.ts";
import { operation } from "./tables.ts";

/** Begins; a job sets cell by cell and comes to an end whatever happens to nodes in between. One at a time in a course. */
export const applyGradeImport = operation({
  name: "grades.applyGradeImport",
  summary: "Applies an import of marks as its preview shows it, once every conflict is decided.",
  kind: "command",
  input: z.strictObject({ importId: idField("the import") }),
  output: GradeImport,
  policy: keepsGradebookOfImport,
  refusals: {
    ...applyRefusals,
    conflicts_open: "failed_precondition",
  },
  async handle({ input, tx, actor, enqueue }) {
    const row = await importById(tx, input.importId);
    const running = await tx
      .selectFrom("grade_imports")
      .select("file_name")
      .where("course_id", "=", row.course_id)
      .where("state", "=", "applying")
      .executeTakeFirst();
    requireApplicable(row, running);
    const { openConflicts } = await importOf(tx, row.id);
    if (openConflicts > 0)
      throw new Refusal(
        "conflicts_open",
        `In ${openConflicts} cells it is not decided which value holds: the file's or the one that is here.`,
      );
    await tx
      .updateTable("grade_imports")
      .set({ state: "applying", applied_by: changedBy(actor) })
      .where("id", "=", row.id)
      .execute();
    await enqueue(applyGradeImportType, { importId: row.id });
    return importOf(tx, row.id);
  },
});
