/** The preview of an import of marks, cell by cell; afterwards its report. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { idField } from "#slices/courses/api.ts";
import { importCellsOf } from "./grade-imports.ts";
import { keepsGradebookOfImport } from "./policy.ts";
import { GradeImportCell, GradeImportOutcome } from "./schema.ts";
import { operation } from "./tables.ts";

/** In the order of the file. Cells that are as they were are only counted. */
export const listGradeImportCells = operation({
  name: "grades.listGradeImportCells",
  summary: "Lists what an import makes of each cell that is not as it was, or of those with one outcome.",
  kind: "read",
  input: z.strictObject({
    importId: idField("the import"),
    outcome: GradeImportOutcome.optional(),
    ...pageFields,
  }),
  output: pageOf(GradeImportCell),
  policy: keepsGradebookOfImport,
  async handle({ input, db }) {
    let select = db.selectFrom("grade_import_cells").selectAll().where("import_id", "=", input.importId);
    if (input.outcome !== undefined) select = select.where("outcome", "=", input.outcome);
    if (input.cursor !== undefined)
      select = select.where("position", ">", decodeCursor(input.cursor, ["integer"])[0]);
    const rows = await select
      .orderBy("position")
      .limit(input.limit + 1)
      .execute();
    const page = cutPage(
      rows,
      input.limit,
      (row) => [row.position],
      (row) => row,
    );
    return { items: await importCellsOf(db, page.items), nextCursor: page.nextCursor };
  },
});
