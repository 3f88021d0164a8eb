/** The grades of a course. */
import { z } from "zod";
import { cutPage, decodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { personOf } from "#kernel/policy.ts";
import { courseIdField, idField, loadStanding, teaches } from "#slices/courses/api.ts";
import { gradeOf, gradeParts } from "./assignments.ts";
import { takesPartInCourse } from "./policy.ts";
import { hiddenAssignments, hiddenNames, openNames, pseudonymKeys } from "./pseudonyms.ts";
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
      .orderBy("grades.submission_id")
      .orderBy("grades.student_id");
    const isStaff = teaches(await loadStanding(db, actor, courseId));
    if (!isStaff)
      select = select
        .where("grades.student_id", "=", personOf(actor).personId)
        .where("grades.released_at", "is not", null);
    if (studentId !== undefined) {
      select = select.where("grades.student_id", "=", studentId);
      // Whose it is would be told by the question alone.
      if (isStaff) select = select.where("grades.assignment_id", "not in", hiddenAssignments(db, courseId));
    }
    if (assignmentId !== undefined) select = select.where("grades.assignment_id", "=", assignmentId);
    if (input.cursor !== undefined) {
      const [after, afterStudent] = decodeCursor(input.cursor, ["text", "text"]);
      select = select.where((each) =>
        each.or([
          each("grades.submission_id", ">", after),
          each.and([each("grades.submission_id", "=", after), each("grades.student_id", ">", afterStudent)]),
        ]),
      );
    }
    const rows = await select.limit(input.limit + 1).execute();
    const parts = await gradeParts(
      db,
      rows,
      rows.map((row) => row.student_id),
    );
    const open = openNames(parts.people);
    const keys = isStaff
      ? await pseudonymKeys(
          db,
          rows.map((row) => row.assignment_id),
        )
      : new Map<string, string>();
    const namesOf = (assignmentId: string) => {
      const key = keys.get(assignmentId);
      return key === undefined ? open : hiddenNames(key);
    };
    return cutPage(
      rows,
      input.limit,
      (row) => [row.submission_id, row.student_id],
      ({ title, hundredthsMax, ...row }) => ({
        assignmentId: row.assignment_id,
        assignmentTitle: title,
        submissionId: row.submission_id,
        studentId: namesOf(row.assignment_id).idOf(row.student_id),
        studentName: namesOf(row.assignment_id).nameOf(row.student_id),
        grade: gradeOf(row, hundredthsMax, parts),
      }),
    );
  },
});
