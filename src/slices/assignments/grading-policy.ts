/** Who may do what with grades, appeals and files that were given back. */
import type { Kysely } from "kysely";
import { tablesOf } from "#engines/store/port.ts";
import { noteFact } from "#kernel/explain-policy.ts";
import { allow, denyForbidden, denyNotFound, denyUnauthenticated, type Policy } from "#kernel/policy.ts";
import { idField, loadStanding, studies, teaches } from "#slices/courses/api.ts";
import type { AppealsTable } from "./grading-tables.ts";
import { gradesSubmission } from "./policy.ts";
import type { AssignmentsTables } from "./tables.ts";

export const appealIdField = idField("the appeal");
export const feedbackFileIdField = idField("the file that was given back");

/** The student whose released grade it is. A grade that is private does not exist for them. */
export const ownsGrade: Policy<{ readonly submissionId: string }> = {
  claim: "is the student whose released grade it is",
  async decide({ actor, input, database }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const rows = await tablesOf<AssignmentsTables>(database)
      .selectFrom("grades")
      .select(["student_id", "course_id", "released_at"])
      .where("submission_id", "=", input.submissionId)
      .execute();
    const [first] = rows;
    if (first === undefined) return denyNotFound("submission");
    const standing = await loadStanding(database, actor, first.course_id);
    const own = rows.find((row) => actor.kind === "person" && row.student_id === actor.personId);
    noteFact(database, "submission", input.submissionId, {
      ownGrade: own !== undefined,
      ...(own === undefined ? {} : { released: own.released_at !== null }),
    });
    if (studies(standing) && own !== undefined && own.released_at !== null) return allow;
    return teaches(standing)
      ? denyForbidden("Students appeal; those who teach answer.")
      : denyNotFound("submission");
  },
};

export function appealRow(db: Kysely<AssignmentsTables>, appealId: string): Promise<AppealsTable> {
  return db.selectFrom("appeals").selectAll().where("id", "=", appealId).executeTakeFirstOrThrow();
}

/** Those who may grade the work that the appeal is about. */
export const gradesAppeal: Policy<{ readonly appealId: string }> = {
  claim: "teaches the course of the appeal",
  async decide(question) {
    if (question.actor.kind === "anonymous") return denyUnauthenticated;
    const row = await tablesOf<AssignmentsTables>(question.database)
      .selectFrom("appeals")
      .select("submission_id")
      .where("id", "=", question.input.appealId)
      .executeTakeFirst();
    if (row === undefined) return denyNotFound("appeal");
    const decision = await gradesSubmission.decide({
      ...question,
      input: { submissionId: row.submission_id },
    });
    return decision.allowed || decision.kind !== "not_found" ? decision : denyNotFound("appeal");
  },
};

async function submissionOfFile(
  db: Kysely<AssignmentsTables>,
  feedbackFileId: string,
): Promise<string | null> {
  const row = await db
    .selectFrom("feedback_files")
    .select("submission_id")
    .where("id", "=", feedbackFileId)
    .executeTakeFirst();
  return row?.submission_id ?? null;
}

/** Those who may grade the work that the file was given back with. */
export const gradesFeedbackFile: Policy<{ readonly feedbackFileId: string }> = {
  claim: "teaches the course of the work",
  async decide(question) {
    if (question.actor.kind === "anonymous") return denyUnauthenticated;
    const db = tablesOf<AssignmentsTables>(question.database);
    const submissionId = await submissionOfFile(db, question.input.feedbackFileId);
    if (submissionId === null) return denyNotFound("file");
    const decision = await gradesSubmission.decide({ ...question, input: { submissionId } });
    return decision.allowed || decision.kind !== "not_found" ? decision : denyNotFound("file");
  },
};

/** Those who teach, and the students whose work it is once their grade is released. */
export const seesFeedbackFile: Policy<{ readonly feedbackFileId: string }> = {
  claim: "teaches the course of the work, or got it back with a released grade",
  async decide(question) {
    const { actor, database, input } = question;
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const submissionId = await submissionOfFile(tablesOf<AssignmentsTables>(database), input.feedbackFileId);
    if (submissionId === null) return denyNotFound("file");
    const graded = await gradesSubmission.decide({ ...question, input: { submissionId } });
    if (graded.allowed) return allow;
    const owned = await ownsGrade.decide({ ...question, input: { submissionId } });
    return owned.allowed ? allow : denyNotFound("file");
  },
};
