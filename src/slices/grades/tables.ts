/** The rows that the grades slice owns. Points and percentages are whole hundredths, so that sums are exact. */
import { courseLifeFor, coursePartFor } from "#kernel/course-life.ts";
import { operationFor } from "#kernel/operation.ts";
import type { TableFacts } from "#kernel/slice.ts";
import type { MissingPolicy, TotalMethod } from "./schema.ts";

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
}

export interface GradesTables {
  grading_schemes: GradingSchemesTable;
  grade_categories: GradeCategoriesTable;
  grade_columns: GradeColumnsTable;
  grade_cells: GradeCellsTable;
  grade_cell_changes: GradeCellChangesTable;
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
};

/** Declares an operation over these tables. */
export const operation = operationFor<GradesTables>();
/** Declares a part of a course that is copied with it. */
export const coursePart = coursePartFor<GradesTables>();
/** Declares how these tables go with their course. */
export const courseLife = courseLifeFor<GradesTables>();
