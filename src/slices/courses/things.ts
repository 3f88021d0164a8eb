/** What courses and what belongs to them alone are called, and what may be done with a course. */
import { tablesOf } from "#engines/store/port.ts";
import type { ThingKind } from "#kernel/things.ts";
import type { CoursesTables } from "./tables.ts";

const ofCourse = ({ id }: { readonly id: string }) => ({ courseId: id });

export const coursesThings: readonly ThingKind[] = [
  {
    kind: "course",
    acts: [
      { act: "see", operation: "courses.getCourse", input: ofCourse },
      { act: "contents", operation: "materials.getCourseContents", input: ofCourse },
      { act: "people", operation: "courses.listEnrolments", input: ofCourse },
      {
        act: "own_grades",
        operation: "grades.getStudentGrades",
        input: ({ id, personId }) => ({ courseId: id, studentId: personId }),
      },
      { act: "gradebook", operation: "grades.getGradebook", input: ofCourse },
      { act: "change", operation: "courses.updateCourse", input: ({ id }) => ({ courseId: id, version: 1 }) },
    ],
    async named(database, ids) {
      const rows = await tablesOf<CoursesTables>(database)
        .selectFrom("courses")
        .select(["id", "code", "title"])
        .where("id", "in", ids)
        .execute();
      return new Map(rows.map(({ id, code, title }) => [id, { title: `${code} ${title}`, courseId: id }]));
    },
  },
  {
    kind: "announcement",
    acts: [],
    async named(database, ids) {
      const rows = await tablesOf<CoursesTables>(database)
        .selectFrom("announcements")
        .select(["id", "title", "course_id"])
        .where("id", "in", ids)
        .execute();
      return new Map(rows.map(({ id, title, course_id }) => [id, { title, courseId: course_id }]));
    },
  },
];
