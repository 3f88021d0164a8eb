/** The rows that the grades slice owns. Points and percentages are whole hundredths, so that sums are exact. */
import { courseLifeFor, coursePartFor } from "#kernel/course-life.ts";
import { jobFor } from "#kernel/job.ts";
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";
import { scheduleFor } from "#kernel/slice-schedule.ts";
import type {
  GradeImportOutcome,
  GradeImportState,
  ImportChoice,
  MissingPolicy,
  TotalMethod,
} from "./schema.ts";

/** How a course comes to its totals; a course without a row goes by the usual. */
export interface GradingSchemesTable {
  course_id: string;
  method: TotalMethod;
  missing: MissingPolicy;
  /** JSON: a list of `{ letter, from }`, `from` in hundredths of a percent. */
  letters: string;
  shows_total: 0 | 1;
  version: number;
  updated_by: string;
  updated_at: number;
}

export interface GradeCategoriesTable {
  id: string;
  course_id: string;
  title: string;
  weight: number;
  drop_lowest: number;
  position: number;
}

/**
 * A column of a gradebook. Those of assignments bear the assignment's id and have a row only once something was said of
 * them here; their title, points and date are the assignment's.
 */
export interface GradeColumnsTable {
  id: string;
  course_id: string;
  assignment_id: string | null;
  category_id: string | null;
  title: string;
  hundredths_max: number;
  posted: 0 | 1;
  counts: 0 | 1;
  created_at: number;
}

/** What was set in the gradebook for a student in a column: a mark, over the assignment's where there is one, or an excuse. */
export interface GradeCellsTable {
  column_id: string;
  student_id: string;
  course_id: string;
  hundredths: number | null;
  excused: 0 | 1;
  version: number;
}

/** Every change of a cell, for ever with it. */
export interface GradeCellChangesTable {
  id: string;
  column_id: string;
  student_id: string;
  course_id: string;
  hundredths_before: number | null;
  hundredths_after: number | null;
  excused_before: 0 | 1;
  excused_after: 0 | 1;
  reason: string;
  changed_by: string;
  changed_at: number;
  /** The import that it came by; null where somebody set it by hand. */
  import_id: string | null;
}

/** A file of marks that somebody has sent: its preview, and how far it is applied. */
export interface GradeImportsTable {
  id: string;
  course_id: string;
  file_name: string;
  sha256: string;
  state: GradeImportState;
  problem: string | null;
  /** JSON: titles of columns that are no marks of this gradebook. */
  ignored_columns: string;
  /** When the file was exported; null where it was made elsewhere. */
  exported_at: number | null;
  lines_read: number;
  cells_same: number;
  changes: number;
  conflicts: number;
  newer: number;
  invalid: number;
  skipped: number;
  /** Conflicts that somebody chose one by one. */
  chosen: number;
  /** For all conflicts that nobody chose one by one. */
  default_choice: ImportChoice | null;
  /** Cells up to this position are applied. */
  applied_to: number;
  applied: number;
  made_by: string;
  made_at: number;
  applied_by: string | null;
  ended_at: number | null;
}

/** What an import makes of one cell of its file; cells that are as they were have no row. */
export interface GradeImportCellsTable {
  import_id: string;
  position: number;
  course_id: string;
  line: number;
  /** Empty where the file's line or column could not be understood. */
  column_id: string;
  student_id: string;
  /** Whom and what the file names. */
  student_label: string;
  column_label: string;
  outcome: GradeImportOutcome;
  file_text: string;
  hundredths: number | null;
  excused: 0 | 1;
  here_hundredths: number | null;
  here_excused: 0 | 1;
  here_version: number;
  here_by: string | null;
  here_at: number | null;
  choice: ImportChoice | null;
  reason: string | null;
  skipped: string | null;
}

export interface GradesTables {
  grading_schemes: GradingSchemesTable;
  grade_categories: GradeCategoriesTable;
  grade_columns: GradeColumnsTable;
  grade_cells: GradeCellsTable;
  grade_cell_changes: GradeCellChangesTable;
  grade_imports: GradeImportsTable;
  grade_import_cells: GradeImportCellsTable;
}

/** Every table, with the columns that hold personal data. */
export const gradesTables: Readonly<Record<keyof GradesTables, TableFacts>> = {
  grading_schemes: { personal: ["updated_by"] },
  grade_categories: { personal: [] },
  grade_columns: { personal: [] },
  grade_cells: { personal: ["student_id", "hundredths", "excused"] },
  grade_cell_changes: {
    personal: [
      "student_id",
      "hundredths_before",
      "hundredths_after",
      "excused_before",
      "excused_after",
      "reason",
      "changed_by",
    ],
  },
  grade_imports: { personal: ["made_by", "applied_by"] },
  grade_import_cells: {
    personal: [
      "student_id",
      "student_label",
      "file_text",
      "hundredths",
      "excused",
      "here_hundredths",
      "here_excused",
      "here_by",
    ],
  },
};

/** Declares an operation over these tables. */
export const operation = operationFor<GradesTables>();
/** Declares a job over these tables. */
export const job = jobFor<GradesTables>();
/** Declares a schedule over these tables. */
export const schedule = scheduleFor<GradesTables>();
/** Declares a part of a course that is copied with it. */
export const coursePart = coursePartFor<GradesTables>();
/** Declares how these tables go with their course. */
export const courseLife = courseLifeFor<GradesTables>();
