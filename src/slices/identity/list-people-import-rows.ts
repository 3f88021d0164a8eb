/** The preview, line by line; afterwards the report. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { importById, importOutcomeField, importRowOf, PeopleImportRow } from "./imports.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** In the order of the file; those who are missing from it come last. */
export const listPeopleImportRows = operation({
  name: "identity.listPeopleImportRows",
  summary: "Lists what an import makes of each line, or of the lines with one outcome.",
  kind: "read",
  input: z.strictObject({ ...pageFields, importId: idField, outcome: importOutcomeField.optional() }),
  output: pageOf(PeopleImportRow),
  policy: hasRole("admin"),
  async handle({ input, db }) {
    const { id } = await importById(db, input.importId);
    let select = db.selectFrom("people_import_rows").selectAll().where("import_id", "=", id);
    if (input.outcome !== undefined) select = select.where("outcome", "=", input.outcome);
    if (input.cursor !== undefined) {
      const [after] = decodeCursor(input.cursor, ["integer"]);
      select = select.where("position", ">", after);
    }
    const rows = await select
      .orderBy("position")
      .limit(input.limit + 1)
      .execute();
    return cutPage(rows, input.limit, (row) => [row.position], importRowOf);
  },
});
