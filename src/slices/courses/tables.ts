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
  /** The name of a zone in the IANA's database; null for courses from before, which go by the school's. */
  time_zone: string | null;
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

export interface CoursesTables {
  courses: CoursesTable;
  enrolments: EnrolmentsTable;
  announcements: AnnouncementsTable;
  course_sections: CourseSectionsTable;
  course_modules: CourseModulesTable;
}

/** Every table, with the columns that hold personal data. */
export const coursesTables: Readonly<Record<keyof CoursesTables, TableFacts>> = {
  courses: { personal: ["created_by", "updated_by"] },
  enrolments: { personal: ["person_id", "ended_by"] },
  announcements: { personal: ["title", "body", "posted_by"] },
  course_sections: { personal: ["updated_by"] },
  course_modules: { personal: ["updated_by"] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<CoursesTables>();
