/** What the student who asks has handed in and is about to hand in. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { type Person, peopleByIds } from "#slices/identity/api.ts";
import { appealsOf, mayAppeal } from "./appeal.ts";
import { gradeOf, gradeParts } from "./assignments.ts";
import { attemptKey, filesOfAttempts } from "./attempts.ts";
import { isLate, windowAt } from "./dates.ts";
import { draftOf } from "./drafts.ts";
import { gradingRow } from "./grading-settings.ts";
import { allowanceOf, requireOpen, type Standing, standingOf, stateOf } from "./handing-in.ts";
import { workThatCounts } from "./owners.ts";
import { handsInAssignment } from "./policy.ts";
import { assignmentIdField, Draft, MySubmission, MyTerms } from "./schema.ts";
import { handIn, type SubmissionState, withdraw } from "./submission.ts";
import {
  type AssignmentsTable,
  type AssignmentsTables,
  type GradesTable,
  operation,
  type SubmissionsTable,
} from "./tables.ts";

/**
 * Gives a student's own attempts with their receipts, the draft, the dates that hold for them, and the grade once it is
 * released; before, nothing tells that there is one.
 */
export const getMySubmission = operation({
  name: "assignments.getMySubmission",
  summary:
    "Gives what you have handed in and what you are about to, your dates, and your grade once released.",
  kind: "read",
  input: z.strictObject({ assignmentId: assignmentIdField }),
  output: z
    .object({
      submission: MySubmission.nullable().meta({ description: "Null before you have handed anything in." }),
      draft: Draft,
      terms: MyTerms,
    })
    .meta({ id: "MySubmissionAnswer" }),
  policy: handsInAssignment,
  async handle({ input, actor, db, now }) {
    const { personId } = personOf(actor);
    const standing = await standingOf(db, input.assignmentId, personId);
    const row = await workThatCounts(db, input.assignmentId, standing.owner, personId);
    return {
      submission: row === undefined ? null : await mySubmissionOf(db, standing, row, { personId, now }),
      draft: await draftOf(db, standing),
      terms: await termsOf(db, standing, row, now),
    };
  },
});

async function mySubmissionOf(
  db: Kysely<AssignmentsTables>,
  { assignment, dates }: Standing,
  row: SubmissionsTable,
  { personId, now }: { readonly personId: string; readonly now: number },
): Promise<MySubmission> {
  const attempts = await db
    .selectFrom("submission_attempts")
    .selectAll()
    .where("submission_id", "=", row.id)
    .orderBy("attempt", "desc")
    .execute();
  const files = await filesOfAttempts(db, attempts);
  const grades = await db
    .selectFrom("grades")
    .selectAll()
    .where("submission_id", "=", row.id)
    // A group's mark stands beside whoever handed in first, where no member has one of their own.
    .where("student_id", "in", [personId, row.student_id])
    .where("released_at", "is not", null)
    .execute();
  const grade = grades.find(({ student_id }) => student_id === personId) ?? grades[0];
  const people = await peopleByIds(db, [
    row.student_id,
    ...attempts.flatMap(({ handed_in_by }) => handed_in_by ?? []),
  ]);
  const parts = await gradeParts(db, grade === undefined ? [] : [grade]);
  return {
    submissionId: row.id,
    assignmentId: assignment.id,
    isHandedIn: row.withdrawn_at === null,
    attempts: attempts.map((each) => {
      const ofAttempt = files.get(attemptKey(each)) ?? [];
      return {
        attempt: each.attempt,
        file: ofAttempt[0] ?? null,
        files: [...ofAttempt],
        text: each.text_answer,
        receivedAt: each.received_at,
        late: isLate(dates.dueAt, each.received_at),
        handedInBy: personName(each.handed_in_by ?? row.student_id, people),
        withdrawnAt: each.withdrawn_at,
        receipt: each.receipt_text,
      };
    }),
    grade: grade === undefined ? null : gradeOf(grade, assignment.points_max_hundredths, parts),
    ...(await myAppeals(db, { assignment, submissionId: row.id, personId, grade, now })),
  };
}

/** What the student asked about the grade, and until when there may be more. */
async function myAppeals(
  db: Kysely<AssignmentsTables>,
  facts: {
    readonly assignment: AssignmentsTable;
    readonly submissionId: string;
    readonly personId: string;
    readonly grade: GradesTable | undefined;
    readonly now: number;
  },
): Promise<Pick<MySubmission, "appeals" | "appealUntil">> {
  const { assignment, submissionId, personId, grade, now } = facts;
  const rows = await db
    .selectFrom("appeals")
    .selectAll()
    .where("submission_id", "=", submissionId)
    .where("student_id", "=", personId)
    .orderBy("id", "desc")
    .execute();
  const decision = mayAppeal({
    releasedAt: grade?.released_at ?? null,
    appealDays: (await gradingRow(db, assignment)).appeal_days,
    earlier: rows[0] ?? null,
    now,
  });
  return { appeals: await appealsOf(db, rows), appealUntil: decision.may ? decision.until : null };
}

async function termsOf(
  db: Kysely<AssignmentsTables>,
  { assignment, owner, extension, dates }: Standing,
  row: SubmissionsTable | undefined,
  now: number,
): Promise<MyTerms> {
  const state = row === undefined ? null : await stateOf(db, row);
  const allowance = await allowanceOf(db, assignment, extension, dates, row);
  const whyNot = refusalOf(() => {
    requireOpen({ owner, dates }, now);
    handIn(state, allowance);
  });
  const people = await peopleByIds(db, [...owner.memberIds]);
  const { dueAt, untilAt } = dates;
  return {
    ...dates,
    isOwnDate: dueAt !== assignment.due_at || untilAt !== assignment.until_at,
    attemptsUsed: allowance.used,
    window: windowAt(dates, now),
    mayHandIn: whyNot === null,
    whyNot,
    mayWithdraw: state !== null && mayWithdraw(state, assignment.withdrawal, isLate(dueAt, now)),
    members: owner.memberIds.map((id) => personName(id, people)),
  };
}

function mayWithdraw(
  state: SubmissionState,
  rule: Parameters<typeof withdraw>[1]["rule"],
  isPastDue: boolean,
): boolean {
  return refusalOf(() => void withdraw(state, { rule, isPastDue })) === null;
}

/** What the person would be told, or null when it would be done. */
function refusalOf(step: () => void): string | null {
  try {
    step();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function personName(personId: string, people: ReadonlyMap<string, Person>) {
  return { personId, name: people.get(personId)?.name ?? "" };
}
