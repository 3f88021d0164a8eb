/** Table of contents of courses: what a school teaches, and who is in it. */
import type { Slice } from "#kernel/slice.ts";
import { createCourse } from "./create-course.ts";
import { createModule } from "./create-module.ts";
import { createSection } from "./create-section.ts";
import { endEnrolment } from "./end-enrolment.ts";
import { enrolPerson } from "./enrol-person.ts";
import { getCourse } from "./get-course.ts";
import { getOutline } from "./get-outline.ts";
import { joinCourse } from "./join-course.ts";
import { listAnnouncements } from "./list-announcements.ts";
import { listCourses } from "./list-courses.ts";
import { listEnrolments } from "./list-enrolments.ts";
import { courses } from "./migrations/0001-courses.ts";
import { announcements } from "./migrations/0002-announcements.ts";
import { outline } from "./migrations/0003-outline.ts";
import { moveModule } from "./move-module.ts";
import { moveSection } from "./move-section.ts";
import { postAnnouncement } from "./post-announcement.ts";
import { removeAnnouncement } from "./remove-announcement.ts";
import { removeModule } from "./remove-module.ts";
import { removeSection } from "./remove-section.ts";
import { renewJoinCode } from "./renew-join-code.ts";
import { restoreModule } from "./restore-module.ts";
import { coursesTables } from "./tables.ts";
import { updateCourse } from "./update-course.ts";
import { updateModule } from "./update-module.ts";
import { updateSection } from "./update-section.ts";

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
    createSection,
    updateSection,
    moveSection,
    removeSection,
    createModule,
    updateModule,
    moveModule,
    removeModule,
    restoreModule,
    getOutline,
  ],
  migrations: [courses, announcements, outline],
  tables: coursesTables,
} as const satisfies Slice;
