/** The rows that the assignments slice owns. Points are whole hundredths, so that sums and comparisons are exact. */
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";
import { type GradingTables, gradingTables } from "./grading-tables.ts";
import type { LatePolicyKind, Resubmission, Withdrawal } from "./schema.ts";

export interface AssignmentsTable {
  id: string;
  course_id: string;
  title: string;
  instructions: string;
  points_max_hundredths: number;
  /** Before this, students see that there is something and no more. */
  available_from: number | null;
  due_at: number | null;
  /** The order of the list: `due_at`, or past every date when it is never due. */
  due_key: number;
  /** After this, nothing is taken any more. */
  until_at: number | null;
  late_policy: LatePolicyKind;
  late_percent: number;
  late_floor_percent: number;
  /** JSON arrays; both empty where every kind of file is taken. */
  accepted_kinds: string;
  accepted_endings: string;
  file_bytes_max: number;
  /** Files of one attempt; 0 where only a text is handed in. */
  files_max: number;
  accepts_text: 0 | 1;
  /** Null where one may hand in as often as one likes. */
  attempts_max: number | null;
  resubmission: Resubmission;
  withdrawal: Withdrawal;
  /** Groups of this set hand in; null where each student does. */
  group_set_id: string | null;
  /** Whether graders do not see whose work it is. */
  anonymous: 0 | 1;
  published: 0 | 1;
  version: number;
  created_by: string;
  created_at: number;
  updated_by: string;
  updated_at: number;
}

/** The columns that a file of a piece of work or of an assignment fills. */
export interface FileColumns {
  file_name: string;
  media_type: string;
  bytes: number;
  sha256: string;
}

/** A file that belongs to an assignment's description; it is replaced by a new version, and older ones are kept. */
export interface AssignmentAttachmentsTable {
  id: string;
  course_id: string;
  assignment_id: string;
  version: number;
  removed_at: number | null;
}

export interface AssignmentAttachmentVersionsTable extends FileColumns {
  attachment_id: string;
  version: number;
  added_by: string;
  added_at: number;
}

/** Dates and attempts for one student, or for one group where groups hand in. */
export interface AssignmentExtensionsTable {
  id: string;
  course_id: string;
  assignment_id: string;
  /** The student's id, or the group's. */
  owner_key: string;
  /** Null where the assignment's own date holds. */
  due_at: number | null;
  until_at: number | null;
  extra_attempts: number;
  reason: string;
  version: number;
  updated_by: string;
  updated_at: number;
}

/** What a student, or a group, is about to hand in. The row stays after that, empty, so that versions only grow. */
export interface SubmissionDraftsTable {
  assignment_id: string;
  /** The student's id, or the group's. */
  owner_key: string;
  course_id: string;
  text: string;
  version: number;
  updated_by: string;
  updated_at: number;
}

export interface SubmissionDraftFilesTable extends FileColumns {
  id: string;
  assignment_id: string;
  owner_key: string;
  added_by: string;
  added_at: number;
}

/** One student's or group's work on one assignment: one row, whatever the number of attempts. */
export interface SubmissionsTable {
  id: string;
  course_id: string;
  assignment_id: string;
  /** Whose it is; for the work of a group, who first handed it in. */
  student_id: string;
  group_id: string | null;
  /** The number of the latest attempt. */
  attempt: number;
  /** Since when nothing is handed in any more, because the latest attempt was withdrawn; null while it stands. */
  withdrawn_at: number | null;
  /** Grows with each attempt, each withdrawal and each grading. */
  version: number;
  /** Who changed it last, and when. */
  updated_by: string;
  updated_at: number;
}

/** One handing in. The columns of a file are those of its first one; the name is empty where it has none. */
export interface SubmissionAttemptsTable extends FileColumns {
  submission_id: string;
  attempt: number;
  received_at: number;
  /** Whether it was late by the dates of that moment, as the receipt says. */
  late: 0 | 1;
  /** Null for those that were received before this was kept; then it was the student. */
  handed_in_by: string | null;
  text_answer: string | null;
  text_sha256: string | null;
  /** The receipt as it was given, with its signature; null for attempts that are older than those. */
  receipt_text: string | null;
  withdrawn_at: number | null;
}

/** The second file of an attempt and all further ones. */
export interface SubmissionFilesTable extends FileColumns {
  submission_id: string;
  attempt: number;
  place: number;
}

/** Who was in the group when an attempt was handed in: whom it counts for. */
export interface SubmissionMembersTable {
  submission_id: string;
  attempt: number;
  student_id: string;
  assignment_id: string;
}

/** Where an attempt is now that was part of another submission, as its receipt says. */
export interface MovedAttemptsTable {
  submission_id: string;
  attempt: number;
  course_id: string;
  to_submission_id: string;
  to_attempt: number;
}

/** The mark for one submission. The student's id is part of the key, so that it can stand beside no other name. */
export interface GradesTable {
  submission_id: string;
  student_id: string;
  course_id: string;
  assignment_id: string;
  attempt: number;
  /** What counts: after what lateness costs. */
  points_hundredths: number;
  /** What the grader gave; null where the two are the same, for grades from before this was kept. */
  raw_hundredths: number | null;
  late_percent: number;
  /** When it was due for this student, where lateness cost something. */
  late_due_at: number | null;
  /** JSON: the chosen levels with their notes; null for a grade by points. */
  levels: string | null;
  rubric_version: number | null;
  feedback: string;
  graded_by: string;
  graded_at: number;
  released_at: number | null;
  /** The release that showed it. */
  release_id: string | null;
}

export interface AssignmentsTables extends GradingTables {
  assignments: AssignmentsTable;
  assignment_attachments: AssignmentAttachmentsTable;
  assignment_attachment_versions: AssignmentAttachmentVersionsTable;
  assignment_extensions: AssignmentExtensionsTable;
  submission_drafts: SubmissionDraftsTable;
  submission_draft_files: SubmissionDraftFilesTable;
  submissions: SubmissionsTable;
  submission_attempts: SubmissionAttemptsTable;
  submission_files: SubmissionFilesTable;
  submission_members: SubmissionMembersTable;
  moved_attempts: MovedAttemptsTable;
  grades: GradesTable;
}

/** Every table, with the columns that hold personal data. */
export const assignmentsTables: Readonly<Record<keyof AssignmentsTables, TableFacts>> = {
  assignments: { personal: ["created_by", "updated_by"] },
  assignment_attachments: { personal: [] },
  assignment_attachment_versions: { personal: ["added_by"] },
  assignment_extensions: { personal: ["owner_key", "reason", "updated_by"] },
  submission_drafts: { personal: ["owner_key", "text", "updated_by"] },
  submission_draft_files: { personal: ["owner_key", "file_name", "added_by"] },
  submissions: { personal: ["student_id", "updated_by"] },
  submission_attempts: { personal: ["file_name", "handed_in_by", "text_answer", "receipt_text"] },
  submission_files: { personal: ["file_name"] },
  submission_members: { personal: ["student_id"] },
  moved_attempts: { personal: [] },
  grades: {
    personal: ["student_id", "points_hundredths", "raw_hundredths", "levels", "feedback", "graded_by"],
  },
  ...gradingTables,
};

/** Declares an operation over these tables. */
export const operation = operationFor<AssignmentsTables>();
