/** The rows that the courses slice owns. */
import type { CourseRole, EnrolmentOrigin } from "./schema.ts";

export interface CoursesTable {
  id: string;
  code: string;
  /** The code folded (`foldKey`), for uniqueness and look-ups. */
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

export interface CoursesTables {
  courses: CoursesTable;
  enrolments: EnrolmentsTable;
}
