/** Rows of imports, as the operations give them. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { denyNotFound, refusalOfDecision } from "#kernel/policy.ts";
import { importOutcomes } from "./import-decisions.ts";
import { needsConfirmation } from "./import-limits.ts";
import { roleField } from "./schema.ts";
import type { IdentityTables, PeopleImportRowsTable, PeopleImportsTable } from "./tables.ts";

export const importStates = ["reading", "ready", "failed", "applying", "done", "cancelled"] as const;
export type ImportState = (typeof importStates)[number];

export const importOutcomeField = z.enum(importOutcomes).meta({
  id: "ImportOutcome",
  description: "What comes of a line; `kept`: what was changed here by hand stays.",
});

const count = z.int().nonnegative();

export const PeopleImport = z
  .object({
    id: z.string(),
    fileName: z.string(),
    state: z.enum(importStates).meta({ id: "ImportState" }),
    problem: z.string().nullable().meta({ description: "Why the file could not be read." }),
    ignoredColumns: z.array(z.string()),
    deactivateMissing: z.boolean(),
    rowsRead: count.meta({ description: "Lines so far, while it is being read." }),
    rowsApplied: count.meta({ description: "Lines so far, while it is being applied." }),
    adds: count,
    changes: count,
    same: count,
    kept: count,
    deactivations: count,
    invalid: count,
    skipped: count.meta({
      description: "Lines that were not applied, because the person was changed meanwhile.",
    }),
    mustConfirm: z.boolean().meta({
      description: "Whether `applyPeopleImport` wants the number of deactivations typed.",
    }),
    madeAt: z.int(),
    endedAt: z.int().nullable(),
  })
  .meta({ id: "PeopleImport" });
export type PeopleImport = z.output<typeof PeopleImport>;

export const PeopleImportRow = z
  .object({
    line: z
      .int()
      .nullable()
      .meta({ description: "The line of the file; null for somebody who is not in it." }),
    outcome: importOutcomeField,
    personId: z.string().nullable(),
    name: z.string(),
    email: z.string(),
    roles: z.array(roleField),
    reason: z
      .string()
      .nullable()
      .meta({ description: "What changes, what is wrong, or why nothing changes." }),
    skipped: z.string().nullable().meta({ description: "Why the line was not applied after all." }),
  })
  .meta({ id: "PeopleImportRow" });

/** The import; refuses with `not_found`. */
export async function importById(db: Kysely<IdentityTables>, id: string): Promise<PeopleImportsTable> {
  const row = await db.selectFrom("people_imports").selectAll().where("id", "=", id).executeTakeFirst();
  if (row === undefined) throw refusalOfDecision(denyNotFound("import"));
  return row;
}

export function importOfRow(row: PeopleImportsTable): PeopleImport {
  return {
    id: row.id,
    fileName: row.file_name,
    state: row.state,
    problem: row.problem,
    ignoredColumns: JSON.parse(row.ignored_columns) as string[],
    deactivateMissing: row.deactivate_missing === 1,
    rowsRead: row.rows_read,
    rowsApplied: row.rows_applied,
    adds: row.adds,
    changes: row.changes,
    same: row.same,
    kept: row.kept,
    deactivations: row.deactivations,
    invalid: row.invalid,
    skipped: row.skipped,
    mustConfirm: row.state === "ready" && needsConfirmation(row.deactivations, row.active_people),
    madeAt: row.made_at,
    endedAt: row.ended_at,
  };
}

export function importRowOf(row: PeopleImportRowsTable): z.output<typeof PeopleImportRow> {
  return {
    line: row.line,
    outcome: row.outcome,
    personId: row.person_id,
    name: row.name,
    email: row.email,
    roles: rolesOfText(row.roles),
    reason: row.reason,
    skipped: row.skipped,
  };
}

/** Roles as rows keep them: names with a blank between. */
export function rolesOfText(text: string): PeopleImportRowsRoles {
  return text.split(" ").filter(Boolean) as PeopleImportRowsRoles;
}

type PeopleImportRowsRoles = z.output<typeof roleField>[];

/** How a file is held that an import reads. */
export function holderOfImport(id: string): string {
  return `identity-import:${id}`;
}
