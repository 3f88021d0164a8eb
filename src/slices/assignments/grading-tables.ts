/** The rows of grading: rubrics, marks, releases, appeals and what graders keep. Points are whole hundredths. */
import type { TableFacts } from "#kernel/slice.ts";

/** Each change of a rubric is a row of its own, so that old marks can still be read. */
export interface RubricsTable {
  assignment_id: string;
  version: number;
  course_id: string;
  /** JSON: criteria with their levels. None: grading goes by points. */
  criteria: string;
  /** What the best levels give together. */
  points_max_hundredths: number;
  /** `proposed` while marks would move and nobody has said yes; `applying` while they do. */
  state: "proposed" | "applying" | "current" | "past";
  /** Of the marks under the rubric before it: how many there are, and how many have been looked at. */
  marks: number;
  marks_done: number;
  made_by: string;
  made_at: number;
  applied_at: number | null;
}

/** How an assignment is graded; the defaults hold where there is no row. */
export interface AssignmentGradingTable {
  assignment_id: string;
  course_id: string;
  marking: "single" | "double_blind" | "second_reads_first";
  /** For how many days after a release students may appeal; null: not at all. */
  appeal_days: number | null;
  /** What pseudonyms are made from; null where names are shown from the start. */
  pseudonym_key: string | null;
  names_shown_at: number | null;
  names_shown_by: string | null;
  names_shown_reason: string | null;
  version: number;
  updated_by: string;
  updated_at: number;
}

/** Who marks where there are two; with nobody named, everyone who teaches may. */
export interface AssignmentMarkersTable {
  assignment_id: string;
  place: "first" | "second";
  marker_id: string;
}

/** The mark of one of two markers, kept apart from the other's and from the grade that they agree on. */
export interface MarksTable {
  submission_id: string;
  place: "first" | "second";
  assignment_id: string;
  course_id: string;
  marker_id: string;
  attempt: number;
  points_hundredths: number;
  /** JSON: the chosen levels with their notes; null for a mark by points. */
  levels: string | null;
  rubric_version: number | null;
  feedback: string;
  marked_at: number;
}

/** Everything that ever happened to a grade. Never changed, only added to. */
export interface GradeChangesTable {
  id: string;
  submission_id: string;
  student_id: string;
  assignment_id: string;
  course_id: string;
  kind: "graded" | "agreed" | "rubric" | "released" | "hidden";
  attempt: number;
  from_hundredths: number | null;
  to_hundredths: number;
  raw_hundredths: number;
  late_percent: number;
  levels: string | null;
  rubric_version: number | null;
  feedback: string;
  reason: string;
  changed_by: string;
  changed_at: number;
}

/** Grades that were released, or hidden again, in one go. */
export interface GradeReleasesTable {
  id: string;
  assignment_id: string;
  course_id: string;
  kind: "release" | "hide";
  /** The release that a `hide` takes back; null where it hides chosen ones. */
  undoes: string | null;
  /** JSON: the ids of the chosen submissions; null for all. */
  chosen: string | null;
  reason: string;
  total: number;
  done: number;
  finished_at: number | null;
  made_by: string;
  made_at: number;
}

export interface AppealsTable {
  id: string;
  submission_id: string;
  student_id: string;
  assignment_id: string;
  course_id: string;
  /** The release that it is about. */
  released_at: number;
  points_hundredths: number;
  reason: string;
  state: "open" | "answered";
  outcome: "changed" | "unchanged" | null;
  answer: string;
  opened_at: number;
  answered_by: string | null;
  answered_at: number | null;
  /** Whether the student may appeal once more against the same release. */
  reopened: 0 | 1;
  version: number;
  updated_by: string;
  updated_at: number;
}

/** A file that a grader gives back with a piece of work. */
export interface FeedbackFilesTable {
  id: string;
  submission_id: string;
  assignment_id: string;
  course_id: string;
  file_name: string;
  media_type: string;
  bytes: number;
  sha256: string;
  added_by: string;
  added_at: number;
}

/** What a grader often writes, to use again. */
export interface GradingCommentsTable {
  id: string;
  owner_id: string;
  text: string;
  created_at: number;
}

export interface GradingTables {
  rubrics: RubricsTable;
  assignment_grading: AssignmentGradingTable;
  assignment_markers: AssignmentMarkersTable;
  marks: MarksTable;
  grade_changes: GradeChangesTable;
  grade_releases: GradeReleasesTable;
  appeals: AppealsTable;
  feedback_files: FeedbackFilesTable;
  grading_comments: GradingCommentsTable;
}

/** Every table, with the columns that hold personal data. */
export const gradingTables: Readonly<Record<keyof GradingTables, TableFacts>> = {
  rubrics: { personal: ["made_by"] },
  assignment_grading: { personal: ["names_shown_by", "names_shown_reason", "updated_by"] },
  assignment_markers: { personal: ["marker_id"] },
  marks: { personal: ["marker_id", "points_hundredths", "levels", "feedback"] },
  grade_changes: {
    personal: [
      "student_id",
      "from_hundredths",
      "to_hundredths",
      "raw_hundredths",
      "levels",
      "feedback",
      "reason",
      "changed_by",
    ],
  },
  grade_releases: { personal: ["reason", "made_by"] },
  appeals: {
    personal: ["student_id", "points_hundredths", "reason", "answer", "answered_by", "updated_by"],
  },
  feedback_files: { personal: ["file_name", "added_by"] },
  grading_comments: { personal: ["owner_id", "text"] },
};
