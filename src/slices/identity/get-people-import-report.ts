/** What an import did, as a table for other programs. */
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { importById } from "./imports.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lines in one answer. */
const linesMax = 2_000;
const titles = ["line", "outcome", "name", "email", "roles", "reason", "not applied because"];

/** Pieces that make one CSV file when they are put together in order. */
export const getPeopleImportReport = operation({
  name: "identity.getPeopleImportReport",
  summary: "Gives the report of an import as CSV, in pieces of 2,000 lines.",
  kind: "read",
  input: z.strictObject({ importId: idField, cursor: z.string().max(200).optional() }),
  output: z.object({ csv: z.string(), nextCursor: z.string().nullable() }).meta({ id: "PeopleImportReport" }),
  policy: hasRole("admin"),
  async handle({ input, db }) {
    const { id } = await importById(db, input.importId);
    const after = input.cursor === undefined ? -1 : decodeCursor(input.cursor, ["integer"])[0];
    const rows = await db
      .selectFrom("people_import_rows")
      .selectAll()
      .where("import_id", "=", id)
      .where("position", ">", after)
      .orderBy("position")
      .limit(linesMax)
      .execute();
    const cells = rows.map((row) => [
      row.line,
      row.outcome,
      row.name,
      row.email,
      row.roles,
      row.reason,
      row.skipped,
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
