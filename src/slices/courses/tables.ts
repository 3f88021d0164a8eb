/** The rows that the courses slice owns. */
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";
import type { CourseRole, EnrolmentOrigin } from "./schema.ts";

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
  /** When the present enrolment began: the first time, or the last revival. */
  since: number;
  ended_at: number | null;
  ended_by: string | null;
}

export interface AnnouncementsTable {
  id: string;
  course_id: string;
  title: string;
  body: string;
  posted_by: string;
  posted_at: number;
  removed_at: number | null;
}

export interface CoursesTables {
  courses: CoursesTable;
  enrolments: EnrolmentsTable;
  announcements: AnnouncementsTable;
}

/** Every table, with the columns that hold personal data. */
export const coursesTables: Readonly<Record<keyof CoursesTables, TableFacts>> = {
  courses: { personal: ["created_by", "updated_by"] },
  enrolments: { personal: ["person_id", "ended_by"] },
  announcements: { personal: ["title", "body", "posted_by"] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<CoursesTables>();
