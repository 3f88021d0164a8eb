/** Table of contents of assignments: what students are asked to do, what they hand in, and what it was worth. */
import type { Slice } from "#kernel/slice.ts";
import { assignments } from "./migrations/0001-assignments.ts";

export const assignmentsSlice: Slice = {
  name: "assignments",
  grpcService: "AssignmentsService",
  summary: "Assignments, the work that students hand in, and its grades.",
  operations: [],
  migrations: [assignments],
  tables: {
    assignments: { personal: [] },
    submissions: { personal: ["student_id"] },
    submission_attempts: { personal: ["file_name"] },
    grades: { personal: ["student_id", "points_hundredths", "feedback"] },
  },
};
