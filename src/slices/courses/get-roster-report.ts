/** What an import of members did, as a table for other programs; or only the people whom the school does not know. */
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "#kernel/paging.ts";
import { managesCourseOfImport } from "./policy.ts";
import { rosterImportIdField, rosterOutcomeField } from "./roster-schema.ts";
import { operation } from "./tables.ts";

/** Lines in one answer. */
const linesMax = 2_000;
const titles = ["line", "outcome", "name", "email", "role", "group", "reason", "not applied because"];

/** Pieces that make one CSV file when they are put together in order. */
export const getRosterReport = operation({
  name: "courses.getRosterReport",
  summary: "Gives the report of an import of members as CSV, in pieces of 2,000 lines.",
  kind: "read",
  input: z.strictObject({
    importId: rosterImportIdField,
    outcome: rosterOutcomeField.optional(),
    cursor: z.string().max(200).optional(),
  }),
  output: z.object({ csv: z.string(), nextCursor: z.string().nullable() }).meta({ id: "RosterReport" }),
  policy: managesCourseOfImport,
  async handle({ input, db }) {
    const after = input.cursor === undefined ? -1 : decodeCursor(input.cursor, ["integer"])[0];
    let select = db
      .selectFrom("roster_import_rows")
      .selectAll()
      .where("import_id", "=", input.importId)
      .where("position", ">", after);
    if (input.outcome !== undefined) select = select.where("outcome", "=", input.outcome);
    const rows = await select.orderBy("position").limit(linesMax).execute();
    const cells = rows.map((row) => [
      ...[row.line, row.outcome, row.name, row.email],
      ...[row.role, row.group_name, row.reason, row.skipped],
    ]);
    const last = rows.at(-1);
    return {
      // A cell that begins like a formula is text to a spreadsheet too.
      csv: stringify(after === -1 ? [titles, ...cells] : cells, {
        escape_formulas: true,
        record_delimiter: "windows",
      }),
      nextCursor: rows.length === linesMax && last !== undefined ? encodeCursor([last.position]) : null,
    };
  },
});
