/** The rows of links into a course and of imports of its members. */
import type { TableFacts } from "#kernel/slice.ts";
import type { LinkRole } from "./course-link-schema.ts";
import type { RosterOutcome, RosterState } from "./roster-schema.ts";
import type { CourseRole } from "./schema.ts";

export interface CourseLinksTable {
  id: string;
  course_id: string;
  label: string;
  role: LinkRole;
  /** What the secret is derived from, under the master key. */
  secret_id: string;
  secret_hash: string;
  uses: number;
  uses_max: number | null;
  expires_at: number;
  made_by: string;
  made_at: number;
  revoked_at: number | null;
  revoked_by: string | null;
}

/** A file of members that somebody brought, and how far it is. */
export interface RosterImportsTable {
  id: string;
  course_id: string;
  /** The set that the file's groups are of; null where it is not about groups. */
  group_set_id: string | null;
  file_name: string;
  sha256: string;
  state: RosterState;
  problem: string | null;
  /** A JSON array. */
  ignored_columns: string;
  remove_missing: 0 | 1;
  invite_unknown: 0 | 1;
  by_mail: 0 | 1;
  rows_read: number;
  rows_applied: number;
  adds: number;
  changes: number;
  same: number;
  kept: number;
  removals: number;
  unknown: number;
  invalid: number;
  new_groups: number;
  invited: number;
  skipped: number;
  /** How many were in the course when the file was compared. */
  members: number;
  made_by: string;
  made_at: number;
  applied_by: string | null;
  ended_at: number | null;
}

export interface RosterImportRowsTable {
  import_id: string;
  /** The order in which lines are applied. */
  position: number;
  line: number | null;
  outcome: RosterOutcome;
  person_id: string | null;
  name: string;
  email: string;
  /** What the person will be, and in which group. */
  role: CourseRole | null;
  group_name: string | null;
  /** What the file said, to compare the next one with. */
  said_role: CourseRole | null;
  said_group: string | null;
  reason: string | null;
  skipped: string | null;
}

/** What the last import said of a member. */
export interface CourseRosterTable {
  course_id: string;
  person_id: string;
  import_id: string;
  role: CourseRole;
  group_name: string | null;
  /** 1 where an import took the person out. */
  removed: 0 | 1;
}

export interface RosterTables {
  course_links: CourseLinksTable;
  roster_imports: RosterImportsTable;
  roster_import_rows: RosterImportRowsTable;
  course_roster: CourseRosterTable;
}

export const rosterTables: Readonly<Record<keyof RosterTables, TableFacts>> = {
  course_links: { personal: ["made_by", "revoked_by"] },
  roster_imports: { personal: ["made_by", "applied_by", "file_name"] },
  roster_import_rows: { personal: ["person_id", "name", "email", "reason"] },
  course_roster: { personal: ["person_id"] },
};
