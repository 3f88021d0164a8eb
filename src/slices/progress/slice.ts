/** Table of contents of progress: what is due and new today, and how far students are in a course. */
import type { Slice } from "#kernel/slice.ts";
import { getCourseProgress } from "./get-course-progress.ts";
import { getObservedStudent } from "./get-observed-student.ts";
import { getToday } from "./get-today.ts";
import { listObservedStudents } from "./list-observed-students.ts";
import { listStudentProgress } from "./list-student-progress.ts";
import { progress } from "./migrations/0001-progress.ts";
import { progressPerson } from "./person-life.ts";
import { recordVisit } from "./record-visit.ts";
import { progressTables } from "./tables.ts";

export const progressSlice = {
  name: "progress",
  grpcService: "ProgressService",
  summary: "What is due and new today, how far a student is in a course, and who has fallen behind.",
  operations: [
    getToday,
    recordVisit,
    getCourseProgress,
    listStudentProgress,
    listObservedStudents,
    getObservedStudent,
  ],
  migrations: [progress],
  tables: progressTables,
  person: progressPerson,
} as const satisfies Slice;
