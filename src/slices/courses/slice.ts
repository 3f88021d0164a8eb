/** Table of contents of courses: what a school teaches, and who is in it. */
import type { Slice } from "#kernel/slice.ts";
import { createCourse } from "./create-course.ts";
import { endEnrolment } from "./end-enrolment.ts";
import { enrolPerson } from "./enrol-person.ts";
import { getCourse } from "./get-course.ts";
import { joinCourse } from "./join-course.ts";
import { listAnnouncements } from "./list-announcements.ts";
import { listCourses } from "./list-courses.ts";
import { listEnrolments } from "./list-enrolments.ts";
import { courses } from "./migrations/0001-courses.ts";
import { announcements } from "./migrations/0002-announcements.ts";
import { postAnnouncement } from "./post-announcement.ts";
import { removeAnnouncement } from "./remove-announcement.ts";
import { renewJoinCode } from "./renew-join-code.ts";
import { coursesTables } from "./tables.ts";
import { updateCourse } from "./update-course.ts";

export const coursesSlice = {
  name: "courses",
  grpcService: "CoursesService",
  summary: "Courses, and who teaches, attends and observes them.",
  operations: [
    createCourse,
    updateCourse,
    listCourses,
    getCourse,
    joinCourse,
    renewJoinCode,
    enrolPerson,
    listEnrolments,
    endEnrolment,
    postAnnouncement,
    removeAnnouncement,
    listAnnouncements,
  ],
  migrations: [courses, announcements],
  tables: coursesTables,
} as const satisfies Slice;
