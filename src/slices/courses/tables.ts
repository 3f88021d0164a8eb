/** The rows that the courses slice owns. */
import { jobFor } from "#kernel/job.ts";
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";
import { type RosterTables, rosterTables } from "./roster-tables.ts";
import type { CopyState, CourseRole, EnrolmentOrigin } from "./schema.ts";

export interface CoursesTable {
  id: string;
  code: string;
  /** The code folded, for uniqueness and look-ups (`keys.ts`). */
  code_key: string;
  term: string;
  term_key: string;
  title: string;
  summary: string;
  /** Without the hyphen that people see in it. */
  join_code: string;
  /** 1 while nobody joins by it. */
  join_code_off: 0 | 1;
  /** The name of a zone in the IANA's database; null for courses from before, which go by the school's. */
  time_zone: string | null;
  /** A draft is there for those who teach it. */
  published: 0 | 1;
  /** 1 while a copy is being made: it is there for nobody. */
  staged: 0 | 1;
  archived_at: number | null;
  archived_by: string | null;
  trashed_at: number | null;
  trashed_by: string | null;
  /** What its files may take; null where the school's limit holds. */
  storage_bytes_max: number | null;
  version: number;
  created_by: string;
  created_at: number;
  updated_by: string;
  updated_at: number;
}

export interface EnrolmentsTable {
  id: string;
  course_id: string;
  person_id: string;
  role: CourseRole;
  origin: EnrolmentOrigin;
  /** The link or the import that it came by. */
  origin_id: string | null;
  /** When the present enrolment began: the first time, or the last revival. */
  since: number;
  ended_at: number | null;
  ended_by: string | null;
}

export type { CourseLinksTable, RosterImportRowsTable, RosterImportsTable } from "./roster-tables.ts";

export interface AnnouncementsTable {
  id: string;
  course_id: string;
  title: string;
  body: string;
  posted_by: string;
  /** When it was posted, or will be. */
  posted_at: number;
  /** 0 while it waits for its time: only those who teach see it. */
  posted: 0 | 1;
  pinned: 0 | 1;
  /** When what is said in it changed after it was posted. */
  edited_at: number | null;
  removed_at: number | null;
  version: number;
  updated_by: string;
  updated_at: number;
}

/** Who has read which announcement, and when. */
export interface AnnouncementReadsTable {
  announcement_id: string;
  person_id: string;
  course_id: string;
  read_at: number;
}

export interface AnnouncementFilesTable {
  id: string;
  course_id: string;
  /** Null until the announcement is posted that it is written for. */
  announcement_id: string | null;
  added_by: string;
  added_at: number;
  file_name: string;
  media_type: string;
  bytes: number;
  sha256: string;
}

/** A heading in a course's outline. */
export interface CourseSectionsTable {
  id: string;
  course_id: string;
  title: string;
  published: 0 | 1;
  /** Ascending within the course. */
  position: number;
  version: number;
  updated_by: string;
  updated_at: number;
}

export interface GroupSetsTable {
  id: string;
  course_id: string;
  name: string;
  /** The name folded: two sets of a course are told apart by it. */
  name_key: string;
  size_max: number | null;
  /** 1 where students choose their groups themselves. */
  sign_up: number;
  sign_up_until: number | null;
  removed_at: number | null;
  version: number;
  updated_by: string;
  updated_at: number;
}

/** What holds the things of a course together: a week, a topic. What stands in it is its own slice's to know. */
export interface CourseModulesTable {
  id: string;
  course_id: string;
  /** The heading that it stands under; null for those that come before the first one. */
  section_id: string | null;
  title: string;
  summary: string;
  published: 0 | 1;
  /** Ascending under its heading. */
  position: number;
  version: number;
  updated_by: string;
  updated_at: number;
  removed_at: number | null;
}

export interface CourseGroupsTable {
  id: string;
  group_set_id: string;
  name: string;
  name_key: string;
  removed_at: number | null;
}

/** Who is in a group now. */
export interface GroupMembersTable {
  group_set_id: string;
  person_id: string;
  group_id: string;
  since: number;
}

/** Who was in a group: work that a group handed in stays theirs. */
export interface FormerGroupMembersTable {
  id: string;
  group_set_id: string;
  group_id: string;
  person_id: string;
  since: number;
  until: number;
  ended_by: string;
}

export interface TermsTable {
  id: string;
  name: string;
  /** Folded as the terms of courses are: a course is in the term that bears its term's name. */
  name_key: string;
  /** `2026-09-01`, in the school's time zone. */
  first_day: string;
  last_day: string;
  current: 0 | 1;
  version: number;
  updated_by: string;
  updated_at: number;
}

/** A copy of a course that somebody asked for: under way, done, or not to be. */
export interface CourseCopiesTable {
  id: string;
  source_id: string;
  /** The new course, which is there for nobody until the copy is whole. */
  course_id: string;
  asked_by: string;
  asked_at: number;
  /** A JSON array. */
  choices: string;
  shift_days: number;
  state: CopyState;
  done: number;
  total: number | null;
  reason: string | null;
  ended_at: number | null;
}

/** One row, `school`: what holds for courses that say nothing else. */
export interface CourseDefaultsTable {
  id: string;
  storage_bytes_max: number;
}

export interface CoursesTables extends RosterTables {
  courses: CoursesTable;
  enrolments: EnrolmentsTable;
  announcements: AnnouncementsTable;
  announcement_reads: AnnouncementReadsTable;
  announcement_files: AnnouncementFilesTable;
  course_sections: CourseSectionsTable;
  course_modules: CourseModulesTable;
  group_sets: GroupSetsTable;
  course_groups: CourseGroupsTable;
  group_members: GroupMembersTable;
  former_group_members: FormerGroupMembersTable;
  terms: TermsTable;
  course_defaults: CourseDefaultsTable;
  course_copies: CourseCopiesTable;
}

/** Every table, with the columns that hold personal data. */
export const coursesTables: Readonly<Record<keyof CoursesTables, TableFacts>> = {
  courses: { personal: ["created_by", "updated_by", "archived_by", "trashed_by"] },
  enrolments: { personal: ["person_id", "ended_by"] },
  announcements: { personal: ["title", "body", "posted_by", "updated_by"] },
  announcement_reads: { personal: ["person_id", "read_at"] },
  announcement_files: { personal: ["added_by", "file_name"] },
  course_sections: { personal: ["updated_by"] },
  course_modules: { personal: ["updated_by"] },
  group_sets: { personal: ["updated_by"] },
  course_groups: { personal: [] },
  group_members: { personal: ["person_id"] },
  former_group_members: { personal: ["person_id", "ended_by"] },
  terms: { personal: ["updated_by"] },
  course_defaults: { personal: [] },
  course_copies: { personal: ["asked_by"] },
  ...rosterTables,
};

/** Declares an operation over these tables. */
export const operation = operationFor<CoursesTables>();
/** Declares a job over these tables. */
export const job = jobFor<CoursesTables>();
