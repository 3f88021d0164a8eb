/** One student's grades in a course, explained. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { courseIdField, courseName, loadStanding, PersonName, teaches } from "#slices/courses/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { loadBook, loadLines } from "./gradebook.ts";
import { seesGrades } from "./policy.ts";
import { Gradebook, GradeCell, GradeTotal, studentIdField } from "./schema.ts";
import { requireStudent } from "./students.ts";
import { operation } from "./tables.ts";

/**
 * The marks that a student sees in a course, and how they come to the total. Those who teach may ask for any student, an
 * observer for theirs, and get what that student sees: what is not posted or not released is no part of it.
 */
export const getStudentGrades = operation({
  name: "grades.getStudentGrades",
  summary: "Shows a student's grades in a course, and how the total comes about.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField,
    studentId: studentIdField.optional().meta({ description: "Whose; absent: your own." }),
  }),
  output: Gradebook.extend({
    student: PersonName,
    cells: z.array(GradeCell),
    total: GradeTotal.nullable().meta({ description: "Null where the course does not show totals." }),
  }),
  policy: seesGrades,
  async handle({ input, actor, db, now }) {
    const { courseId } = input;
    const { personId } = personOf(actor);
    const studentId = input.studentId ?? personId;
    // An observer sees what the student sees; those who teach do not, where they grade without names.
    const isStaff = studentId !== personId && teaches(await loadStanding(db, actor, courseId));
    const reader = isStaff ? "staff_as_student" : "own";
    if (input.studentId !== undefined) await requireStudent(db, courseId, studentId);
    const book = await loadBook(db, courseId);
    const line = (await loadLines(db, book, { studentIds: [studentId], reader, now })).get(studentId);
    const people = await peopleByIds(db, [studentId]);
    return {
      course: await courseName(db, courseId),
      student: { personId: studentId, name: people.get(studentId)?.name ?? "" },
      scheme: book.scheme,
      columns: book.columns.filter(({ posted }) => posted),
      cells: [...(line?.cells ?? [])],
      total: book.scheme.showsTotal ? (line?.total ?? null) : null,
    };
  },
});
