/** The grades of a course. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { personOf } from "#kernel/policy.ts";
import { courseIdField, idField, loadStanding, teaches } from "#slices/courses/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { gradeOf } from "./assignments.ts";
import { takesPartInCourse } from "./policy.ts";
import { assignmentIdField, GradeEntry } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists grades: all of the course to those who teach it, to a student their own that are released. */
export const getGrades = operation({
  name: "assignments.getGrades",
  summary: "Lists the grades of a course: yours that are released, or all if you teach it.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField,
    assignmentId: assignmentIdField.optional(),
    studentId: idField("one student, for those who teach").optional(),
    ...pageFields,
  }),
  output: pageOf(GradeEntry),
  policy: takesPartInCourse,
  async handle({ input, actor, db }) {
    const { courseId, assignmentId, studentId } = input;
    let select = db
      .selectFrom("grades")
      .innerJoin("assignments", "assignments.id", "grades.assignment_id")
      .selectAll("grades")
      .select(["assignments.title as title", "assignments.points_max_hundredths as hundredthsMax"])
      .where("grades.course_id", "=", courseId)
      .orderBy("grades.submission_id");
    if (!teaches(await loadStanding(db, actor, courseId)))
      select = select
        .where("grades.student_id", "=", personOf(actor).personId)
        .where("grades.released_at", "is not", null);
    if (studentId !== undefined) select = select.where("grades.student_id", "=", studentId);
    if (assignmentId !== undefined) select = select.where("grades.assignment_id", "=", assignmentId);
    if (input.cursor !== undefined) {
      const [after] = decodeCursor(input.cursor, ["text"]);
      select = select.where("grades.submission_id", ">", after);
    }
    const rows = await select.limit(input.limit + 1).execute();
    const people = await peopleByIds(
      db,
      rows.flatMap((row) => [row.student_id, row.graded_by]),
    );
    return cutPage(
      rows,
      input.limit,
      (row) => [row.submission_id],
      ({ title, hundredthsMax, ...row }) => ({
        assignmentId: row.assignment_id,
        assignmentTitle: title,
        submissionId: row.submission_id,
        studentId: row.student_id,
        studentName: people.get(row.student_id)?.name ?? "",
        grade: gradeOf(row, hundredthsMax, people),
      }),
    );
  },
});
