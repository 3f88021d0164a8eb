/** Rows of imports of members, as the operations give them. */
import type { Kysely } from "kysely";
import type { z } from "zod";
import { present } from "#base/assert.ts";
import type { Actor } from "#kernel/actor.ts";
import { needsConfirmation } from "#slices/identity/api.ts";
import { groupSetById } from "./groups-of-people.ts";
import { seesDrafts } from "./policy.ts";
import type { RosterImport, RosterRow } from "./roster-schema.ts";
import type { CoursesTables, RosterImportRowsTable, RosterImportsTable } from "./tables.ts";

type Db = Kysely<CoursesTables>;

/** How a file is held that an import reads. */
export function holderOfRoster(importId: string): string {
  return `courses-roster:${importId}`;
}

/** What a fresh comparison counts from. */
export const nothingRead = {
  ...{ rows_read: 0, adds: 0, changes: 0, same: 0, kept: 0, removals: 0, unknown: 0, invalid: 0 },
  new_groups: 0,
} as const;

/** The import; for operations whose policy has found it there. */
export async function findRoster(db: Db, importId: string): Promise<RosterImportsTable> {
  return db.selectFrom("roster_imports").selectAll().where("id", "=", importId).executeTakeFirstOrThrow();
}

/** The import as the asker sees it. */
export async function rosterOf(db: Db, actor: Actor, importId: string): Promise<RosterImport> {
  const [roster] = await rostersOf(db, actor, [await findRoster(db, importId)]);
  return present(roster, "one row makes one import");
}

export async function rostersOf(
  db: Db,
  actor: Actor,
  rows: readonly RosterImportsTable[],
): Promise<RosterImport[]> {
  const sets = new Map<string, string>();
  for (const id of new Set(rows.flatMap((row) => row.group_set_id ?? []))) {
    const set = await groupSetById(db, id);
    if (set !== null) sets.set(id, set.name);
  }
  return rows.map((row) => ({
    importId: row.id,
    courseId: row.course_id,
    fileName: row.file_name,
    state: row.state,
    problem: row.problem,
    ignoredColumns: JSON.parse(row.ignored_columns) as string[],
    groupSet:
      row.group_set_id === null
        ? null
        : { groupSetId: row.group_set_id, name: sets.get(row.group_set_id) ?? "" },
    removeMissing: row.remove_missing === 1,
    rowsRead: row.rows_read,
    rowsApplied: row.rows_applied,
    adds: row.adds,
    changes: row.changes,
    same: row.same,
    kept: row.kept,
    removals: row.removals,
    unknown: row.unknown,
    invalid: row.invalid,
    newGroups: row.new_groups,
    invited: row.invited,
    skipped: row.skipped,
    mustConfirm: row.state === "ready" && needsConfirmation(row.removals, row.members),
    mayInvite: invites(actor),
    madeAt: row.made_at,
    endedAt: row.ended_at,
  }));
}

/** Whether somebody may bring people into the school: its admins. */
export function invites(actor: Actor): boolean {
  return seesDrafts(actor);
}

export function rosterRowOf(row: RosterImportRowsTable): z.output<typeof RosterRow> {
  return {
    line: row.line,
    outcome: row.outcome,
    personId: row.person_id,
    name: row.name,
    email: row.email,
    role: row.role,
    group: row.group_name,
    reason: row.reason,
    skipped: row.skipped,
  };
}
