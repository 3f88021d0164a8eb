/** The audit trail for other programs. */
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { auditPage } from "#kernel/audit-search.ts";
import { hasRole } from "#kernel/policy.ts";
import { TextFile } from "#kernel/text-file.ts";
import { type AuditEntry, auditFilterFields, namedEntries, requireRange } from "./audit-schema.ts";
import { operation } from "./schema.ts";

/** Lines in one answer. */
export const exportLinesMax = 5_000;

const titles = [
  ...["time (UTC)", "actor", "actor's name", "command", "outcome"],
  ...["about", "ids", "door", "address", "client", "request"],
];

/** CSV; where there is more than fits into one answer, pieces that make one file when they are put together in order. */
export const exportAuditEntries = operation({
  name: "system.exportAuditEntries",
  summary: "Gives the audit trail as CSV, the newest first, in pieces of 5,000 lines.",
  kind: "read",
  cost: "heavy",
  returns: "text",
  input: z.strictObject({
    ...auditFilterFields,
    cursor: z
      .string()
      .max(1_000)
      .optional()
      .meta({ description: "The `nextCursor` of the piece before; absent for the first." }),
  }),
  output: TextFile.extend({
    nextCursor: z.string().nullable().meta({ description: "Null with the last piece." }),
  }).meta({ id: "AuditExport" }),
  policy: hasRole("admin"),
  examples: [{ summary: "What was done by one person", input: { actor: "person:01890a5d-ac96-774b" } }],
  async handle({ input, db, slices }) {
    requireRange(input);
    const { items, nextCursor } = await auditPage(db, { ...input, limit: exportLinesMax });
    const lines = (await namedEntries(db, slices, items)).map(lineOf);
    return {
      fileName: "audit-trail.csv",
      mediaType: "text/csv",
      // A cell that begins like a formula is text to a spreadsheet too.
      text: stringify(input.cursor === undefined ? [titles, ...lines] : lines, {
        escape_formulas: true,
        record_delimiter: "windows",
      }),
      nextCursor,
    };
  },
});

function lineOf(entry: AuditEntry): (string | null)[] {
  const { actor, actorName, operation: command, outcome, about, door, address, agent, requestId } = entry;
  return [
    ...[new Date(entry.at).toISOString(), actor, actorName, command, outcome],
    about.map(({ field, name }) => `${field.replace(/Id$/, "")}: ${name ?? "?"}`).join("; "),
    about.map(({ field, id }) => `${field}=${id}`).join(" "),
    ...[door, address, agent, requestId],
  ];
}
