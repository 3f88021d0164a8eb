/** Table of contents of courses: what a school teaches, and who is in it. */
import type { Slice } from "#kernel/slice.ts";
import { courses } from "./migrations/0001-courses.ts";

export const coursesSlice: Slice = {
  name: "courses",
  grpcService: "CoursesService",
  summary: "Courses, and who teaches, attends and observes them.",
  operations: [],
  migrations: [courses],
  tables: {
    courses: { personal: [] },
    enrolments: { personal: ["person_id"] },
  },
};
