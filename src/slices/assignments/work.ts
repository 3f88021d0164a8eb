/** Students' work as graders see it: submissions with their latest files and grades, in a fixed number of queries. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { fileOf, gradeOf } from "./assignments.ts";
import type { SubmittedWork } from "./schema.ts";
import type { AssignmentsTable, AssignmentsTables, SubmissionsTable } from "./tables.ts";

/** The work in `rows`, all of it on `assignment`, in the same order. */
export async function workOf(
  db: Kysely<AssignmentsTables>,
  assignment: AssignmentsTable,
  rows: readonly SubmissionsTable[],
): Promise<SubmittedWork[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const files = await db
    .selectFrom("submissions")
    .innerJoin("submission_attempts", (join) =>
      join
        .onRef("submission_attempts.submission_id", "=", "submissions.id")
        .onRef("submission_attempts.attempt", "=", "submissions.attempt"),
    )
    .selectAll("submission_attempts")
    .where("submissions.id", "in", ids)
    .execute();
  const grades = await db.selectFrom("grades").selectAll().where("submission_id", "in", ids).execute();
  const fileBy = new Map(files.map((file) => [file.submission_id, file]));
  const gradeBy = new Map(grades.map((grade) => [gradeKey(grade.submission_id, grade.student_id), grade]));
  const people = await peopleByIds(db, [
    ...rows.map((row) => row.student_id),
    ...grades.map((grade) => grade.graded_by),
  ]);
  return rows.map((row) => {
    const file = present(fileBy.get(row.id), "every submission has the file of its latest attempt");
    const grade = gradeBy.get(gradeKey(row.id, row.student_id));
    return {
      submissionId: row.id,
      studentId: row.student_id,
      studentName: people.get(row.student_id)?.name ?? "",
      attempt: row.attempt,
      file: fileOf(file),
      receivedAt: file.received_at,
      late: file.late === 1,
      grade: grade === undefined ? null : gradeOf(grade, assignment.points_max_hundredths, people),
      version: row.version,
    };
  });
}

/** A mark belongs to a submission and a student, both: it can never stand beside another's name. */
function gradeKey(submissionId: string, studentId: string): string {
  return `${submissionId} ${studentId}`;
}
