/** The rows that the assignments slice owns. Points are whole hundredths, so that sums and comparisons are exact. */
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";

export interface AssignmentsTable {
  id: string;
  course_id: string;
  title: string;
  instructions: string;
  points_max_hundredths: number;
  due_at: number | null;
  /** The order of the list: `due_at`, or past every date when it is never due. */
  due_key: number;
  published: 0 | 1;
  version: number;
  created_by: string;
  created_at: number;
  updated_by: string;
  updated_at: number;
}

/** One student's work on one assignment: one row, whatever the number of attempts. */
export interface SubmissionsTable {
  id: string;
  course_id: string;
  assignment_id: string;
  student_id: string;
  /** The number of the latest attempt. */
  attempt: number;
  /** Grows with each attempt and each grading. */
  version: number;
  /** Who changed it last, and when. */
  updated_by: string;
  updated_at: number;
}

export interface SubmissionAttemptsTable {
  submission_id: string;
  attempt: number;
  file_name: string;
  media_type: string;
  bytes: number;
  sha256: string;
  received_at: number;
  late: 0 | 1;
}

/** The mark for one submission. The student's id is part of the key, so that it can stand beside no other name. */
export interface GradesTable {
  submission_id: string;
  student_id: string;
  course_id: string;
  assignment_id: string;
  attempt: number;
  points_hundredths: number;
  feedback: string;
  graded_by: string;
  graded_at: number;
  released_at: number | null;
}

export interface AssignmentsTables {
  assignments: AssignmentsTable;
  submissions: SubmissionsTable;
  submission_attempts: SubmissionAttemptsTable;
  grades: GradesTable;
}

/** Every table, with the columns that hold personal data. */
export const assignmentsTables: Readonly<Record<keyof AssignmentsTables, TableFacts>> = {
  assignments: { personal: ["created_by", "updated_by"] },
  submissions: { personal: ["student_id", "updated_by"] },
  submission_attempts: { personal: ["file_name"] },
  grades: { personal: ["student_id", "points_hundredths", "feedback", "graded_by"] },
};

/** Declares an operation over these tables. */
export const operation = operationFor<AssignmentsTables>();
