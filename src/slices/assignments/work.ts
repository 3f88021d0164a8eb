/** Students' work as graders see it: submissions with their latest files and grades, in a fixed number of queries. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import { gradeOf, gradeParts } from "./assignments.ts";
import { attemptKey, filesOfAttempts } from "./attempts.ts";
import { isLate } from "./dates.ts";
import { datesOf, extensionKey, extensionsOf } from "./extensions.ts";
import { nameView } from "./pseudonyms.ts";
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
  const attempts = await db
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
  const files = await filesOfAttempts(db, attempts);
  const attemptBy = new Map(attempts.map((attempt) => [attempt.submission_id, attempt]));
  const extensions = await extensionsOf(db, [assignment.id], rows.map(ownerKey));
  const members = await membersOf(db, rows);
  const gradeBy = new Map(grades.map((grade) => [gradeKey(grade.submission_id, grade.student_id), grade]));
  const names = await nameView(db, assignment.id, [
    ...rows.map((row) => row.student_id),
    ...[...members.values()].flat(),
  ]);
  const parts = await gradeParts(db, grades);
  return rows.map((row) => {
    const attempt = present(attemptBy.get(row.id), "every submission has its latest attempt");
    const ofAttempt = (files.get(attemptKey(attempt)) ?? []).map((file, at) => ({
      ...file,
      fileName: names.fileNameOf(row.student_id, file.fileName, at + 1),
    }));
    const { dueAt } = datesOf(assignment, extensions.get(extensionKey(assignment.id, ownerKey(row))));
    const grade = gradeBy.get(gradeKey(row.id, row.student_id));
    const name = (personId: string) => ({ personId: names.idOf(personId), name: names.nameOf(personId) });
    return {
      submissionId: row.id,
      studentId: names.idOf(row.student_id),
      studentName: name(row.student_id).name,
      attempt: row.attempt,
      file: ofAttempt[0] ?? null,
      files: ofAttempt,
      text: attempt.text_answer,
      receivedAt: attempt.received_at,
      dueAt,
      late: isLate(dueAt, attempt.received_at),
      groupId: names.hidesNames ? null : row.group_id,
      members: (members.get(row.id) ?? [row.student_id]).map(name),
      grade: grade === undefined ? null : gradeOf(grade, assignment.points_max_hundredths, parts),
      version: row.version,
    };
  });
}

/** A mark belongs to a submission and a student, both: it can never stand beside another's name. */
function gradeKey(submissionId: string, studentId: string): string {
  return `${submissionId} ${studentId}`;
}

/** What extensions of a submission are kept under. */
export function ownerKey(row: Pick<SubmissionsTable, "student_id" | "group_id">): string {
  return row.group_id ?? row.student_id;
}

/** Whom the work of groups counts for, by the submission: who was in the group when the latest attempt came in. */
async function membersOf(
  db: Kysely<AssignmentsTables>,
  rows: readonly SubmissionsTable[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = rows.filter(({ group_id }) => group_id !== null).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const members = await db
    .selectFrom("submission_members")
    .innerJoin("submissions", (join) =>
      join
        .onRef("submissions.id", "=", "submission_members.submission_id")
        .onRef("submissions.attempt", "=", "submission_members.attempt"),
    )
    .select(["submission_members.submission_id as id", "submission_members.student_id as studentId"])
    .where("submission_members.submission_id", "in", ids)
    .execute();
  const byId = Map.groupBy(members, ({ id }) => id);
  return new Map(ids.map((id) => [id, (byId.get(id) ?? []).map(({ studentId }) => studentId)]));
}
