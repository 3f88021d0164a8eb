/** The preview of an import, line by line; afterwards the report. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { managesCourseOfImport } from "./policy.ts";
import { RosterRow, rosterImportIdField, rosterOutcomeField } from "./roster-schema.ts";
import { rosterRowOf } from "./rosters.ts";
import { operation } from "./tables.ts";

/** In the order of the file; those who are missing from it come last. */
export const listRosterRows = operation({
  name: "courses.listRosterRows",
  summary: "Lists what an import of members makes of each line, or of the lines with one outcome.",
  kind: "read",
  input: z.strictObject({
    importId: rosterImportIdField,
    outcome: rosterOutcomeField.optional(),
    ...pageFields,
  }),
  output: pageOf(RosterRow),
  policy: managesCourseOfImport,
  async handle({ input, db }) {
    let select = db.selectFrom("roster_import_rows").selectAll().where("import_id", "=", input.importId);
    if (input.outcome !== undefined) select = select.where("outcome", "=", input.outcome);
    if (input.cursor !== undefined) {
      const [after] = decodeCursor(input.cursor, ["integer"]);
      select = select.where("position", ">", after);
    }
    const rows = await select
      .orderBy("position")
      .limit(input.limit + 1)
      .execute();
    return cutPage(rows, input.limit, (row) => [row.position], rosterRowOf);
  },
});
