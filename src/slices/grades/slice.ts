/** Table of contents of grades: the gradebook of a course, and how its totals come about. */
import type { Slice } from "#kernel/slice.ts";
import { addGradeColumn } from "./add-grade-column.ts";
import { applyGradeImport } from "./apply-grade-import.ts";
import { applyGradeImportJob } from "./apply-grade-import-job.ts";
import { cancelGradeImport } from "./cancel-grade-import.ts";
import { gradesLife } from "./course-life.ts";
import { exportGradebook } from "./export-gradebook.ts";
import { forgetGradeImports } from "./forget-grade-imports.ts";
import { getGradeImport } from "./get-grade-import.ts";
import { getGradeImportReport } from "./get-grade-import-report.ts";
import { getGradebook } from "./get-gradebook.ts";
import { getStudentGrades } from "./get-student-grades.ts";
import { listGradeChanges } from "./list-grade-changes.ts";
import { listGradeImportCells } from "./list-grade-import-cells.ts";
import { listGradeImports } from "./list-grade-imports.ts";
import { listGradebookRows } from "./list-gradebook-rows.ts";
import { grades } from "./migrations/0001-grades.ts";
import { gradeImports } from "./migrations/0002-grade-imports.ts";
import { gradesPerson } from "./person-life.ts";
import { readGradeImport } from "./read-grade-import.ts";
import { removeGradeColumn } from "./remove-grade-column.ts";
import { resolveGradeConflicts } from "./resolve-grade-conflicts.ts";
import { setGradeCells } from "./set-grade-cells.ts";
import { gradesTables } from "./tables.ts";
import { updateGradeColumn } from "./update-grade-column.ts";
import { updateGradingScheme } from "./update-grading-scheme.ts";
import { uploadGradeImport } from "./upload-grade-import.ts";

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
    exportGradebook,
    uploadGradeImport,
    getGradeImport,
    listGradeImports,
    listGradeImportCells,
    resolveGradeConflicts,
    applyGradeImport,
    cancelGradeImport,
    getGradeImportReport,
  ],
  migrations: [grades, gradeImports],
  jobs: [readGradeImport, applyGradeImportJob],
  schedules: [forgetGradeImports],
  tables: gradesTables,
  course: gradesLife,
  person: gradesPerson,
} as const satisfies Slice;
