/** The audit trail. */
import { z } from "zod";
import { auditPage } from "#kernel/audit-search.ts";
import { pageFields, pageOf } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { AuditEntry, auditFilterFields, namedEntries, requireRange } from "./audit-schema.ts";
import { operation } from "./schema.ts";

/** Who did what, the newest first. */
export const listAuditEntries = operation({
  name: "system.listAuditEntries",
  summary: "Lists who did what with what, when and from where, the newest first.",
  kind: "read",
  // A search for what is rare may look through two years of commands.
  cost: "heavy",
  input: z.strictObject({ ...pageFields, ...auditFilterFields }),
  output: pageOf(AuditEntry),
  policy: hasRole("admin"),
  examples: [
    { summary: "The last commands", input: {} },
    { summary: "Who made courses", input: { operation: "courses.createCourse" } },
    { summary: "What was refused at the command line", input: { door: "cli", outcome: "refused" } },
  ],
  async handle({ input, db, slices }) {
    requireRange(input);
    const { items, nextCursor } = await auditPage(db, input);
    return { items: await namedEntries(db, slices, items), nextCursor };
  },
});
