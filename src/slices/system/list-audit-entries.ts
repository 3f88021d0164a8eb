/** The audit trail. */
import { z } from "zod";
import { auditPage } from "#kernel/audit.ts";
import { pageFields, pageOf } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { AuditEntry, operation } from "./schema.ts";

const nameLengthMax = 200;

/** Who did what, the newest first. */
export const listAuditEntries = operation({
  name: "system.listAuditEntries",
  summary: "Lists who did what, when and from where, the newest first.",
  kind: "read",
  // A search for what is rare may look through two years of commands.
  cost: "heavy",
  input: z.strictObject({
    ...pageFields,
    actor: z
      .string()
      .max(nameLengthMax)
      .optional()
      .meta({ description: "Only what this actor did: person:<id>, system:<name> or anonymous." }),
    operation: z.string().max(nameLengthMax).optional().meta({ description: "Only this command." }),
  }),
  output: pageOf(AuditEntry),
  policy: hasRole("admin"),
  examples: [
    { summary: "The last commands", input: {} },
    { summary: "Who made courses", input: { operation: "courses.createCourse" } },
  ],
  async handle({ input, db }) {
    const { items, nextCursor } = await auditPage(db, input);
    return { items: items.map(({ origin, ...entry }) => ({ ...entry, ...origin })), nextCursor };
  },
});
