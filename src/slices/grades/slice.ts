/** Table of contents of grades: the gradebook of a course, and how its totals come about. */
import type { Slice } from "#kernel/slice.ts";
import { addGradeColumn } from "./add-grade-column.ts";
import { gradesLife } from "./course-life.ts";
import { getGradebook } from "./get-gradebook.ts";
import { getStudentGrades } from "./get-student-grades.ts";
import { listGradeChanges } from "./list-grade-changes.ts";
import { listGradebookRows } from "./list-gradebook-rows.ts";
import { grades } from "./migrations/0001-grades.ts";
import { gradesPerson } from "./person-life.ts";
import { removeGradeColumn } from "./remove-grade-column.ts";
import { setGradeCells } from "./set-grade-cells.ts";
import { gradesTables } from "./tables.ts";
import { updateGradeColumn } from "./update-grade-column.ts";
import { updateGradingScheme } from "./update-grading-scheme.ts";

export const gradesSlice = {
  name: "grades",
  grpcService: "GradesService",
  summary:
    "The gradebook of a course: categories, weights, marks of its own, totals that explain themselves.",
  operations: [
    getGradebook,
    listGradebookRows,
    getStudentGrades,
    updateGradingScheme,
    addGradeColumn,
    updateGradeColumn,
    removeGradeColumn,
    setGradeCells,
    listGradeChanges,
  ],
  migrations: [grades],
  tables: gradesTables,
  course: gradesLife,
  person: gradesPerson,
} as const satisfies Slice;
