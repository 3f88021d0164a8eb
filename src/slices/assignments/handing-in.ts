/** Taking work as the next attempt of a student or group, with a receipt. Every way of handing in comes through here. */
import { createHash } from "node:crypto";
import { Refusal } from "#kernel/errors.ts";
import type { HeldBlobs } from "#kernel/held-blobs.ts";
import type { CommandContext } from "#kernel/operation.ts";
import { assignmentRow, fileOf, holderOfAttempt } from "./assignments.ts";
import { type AssignmentDates, isLate, windowAt } from "./dates.ts";
import { submissionReceived } from "./events.ts";
import { datesOf, extensionOf } from "./extensions.ts";
import { type Owner, ownerOf, submissionOf } from "./owners.ts";
import { type Sign, writeReceipt } from "./receipt.ts";
import type { SubmissionReceipt } from "./schema.ts";
import { type Allowance, handIn, type SubmissionState } from "./submission.ts";
import type {
  AssignmentExtensionsTable,
  AssignmentsTable,
  AssignmentsTables,
  FileColumns,
  SubmissionsTable,
} from "./tables.ts";

/** What handing in may be refused with, beside what is said about files. */
export const handInRefusals = {
  already_graded: "failed_precondition",
  attempts_exhausted: "failed_precondition",
  not_open: "failed_precondition",
  closed: "failed_precondition",
  no_group: "failed_precondition",
} as const;

/** What changing a draft may be refused with. */
export const openRefusals = {
  not_open: handInRefusals.not_open,
  closed: handInRefusals.closed,
  no_group: handInRefusals.no_group,
} as const;

type Context = Pick<CommandContext<AssignmentsTables, unknown, unknown>, "tx" | "now" | "newId" | "emit"> & {
  readonly blobs: HeldBlobs;
};

/** What one student or group has to do with an assignment at present. */
export interface Standing {
  readonly assignment: AssignmentsTable;
  readonly owner: Owner;
  readonly extension: AssignmentExtensionsTable | undefined;
  readonly dates: AssignmentDates;
}

export async function standingOf(
  tx: Context["tx"],
  assignmentId: string,
  personId: string,
): Promise<Standing> {
  const assignment = await assignmentRow(tx, assignmentId);
  const owner = await ownerOf(tx, assignment, personId);
  const extension = await extensionOf(tx, assignmentId, owner.key);
  return { assignment, owner, extension, dates: datesOf(assignment, extension) };
}

/** Refuses work before the assignment opens, after it has ended for this student, and of somebody without a group. */
export function requireOpen({ owner, dates }: Pick<Standing, "owner" | "dates">, now: number): void {
  const window = windowAt(dates, now);
  if (window === "upcoming")
    throw new Refusal("not_open", "This assignment is not open yet. Nothing was handed in.");
  if (window === "closed")
    throw new Refusal(
      "closed",
      "This assignment has ended: nothing is taken any more. Your draft is kept; speak to those who teach the course.",
    );
  if (owner.lacksGroup)
    throw new Refusal(
      "no_group",
      "Groups hand this in together, and you are in no group yet. Choose one, or ask those who teach the course.",
    );
}

export interface Work {
  readonly files: readonly FileColumns[];
  readonly text: string | null;
}

/** Makes `work` the next attempt. The caller has checked what it is; here it is whether it may be handed in now. */
export async function takeAttempt(
  { tx, now, newId, emit, blobs }: Context,
  { assignment, owner, extension, dates }: Standing,
  personId: string,
  { files, text }: Work,
  sign: Sign,
): Promise<SubmissionReceipt> {
  requireOpen({ owner, dates }, now);
  const earlier = await submissionOf(tx, assignment.id, owner);
  const state = earlier === undefined ? null : await stateOf(tx, earlier);
  const next = handIn(state, await allowanceOf(tx, assignment, extension, dates, earlier));
  const { attempt } = next;
  const submissionId = earlier?.id ?? newId();
  const moved = {
    attempt,
    withdrawn_at: null,
    version: next.version,
    updated_by: personId,
    updated_at: now,
  };
  if (earlier === undefined)
    await tx
      .insertInto("submissions")
      .values({
        id: submissionId,
        course_id: assignment.course_id,
        assignment_id: assignment.id,
        student_id: personId,
        group_id: owner.groupId,
        ...moved,
      })
      .execute();
  else await tx.updateTable("submissions").set(moved).where("id", "=", submissionId).execute();

  for (const file of files) await blobs.hold(file, holderOfAttempt(submissionId, attempt));
  const late = isLate(dates.dueAt, now);
  const textFacts = text === null ? null : factsOfText(text);
  const receipt = writeReceipt(
    {
      submissionId,
      assignmentId: assignment.id,
      assignmentTitle: assignment.title,
      attempt,
      handedInBy: personId,
      receivedAt: now,
      late,
      files: files.map(fileOf),
      text: textFacts,
    },
    sign,
  );
  const [first, ...further] = files;
  await tx
    .insertInto("submission_attempts")
    .values({
      submission_id: submissionId,
      attempt,
      ...(first === undefined ? noFile : fileColumnsOf(first)),
      received_at: now,
      late: late ? 1 : 0,
      handed_in_by: personId,
      text_answer: text,
      text_sha256: textFacts?.sha256 ?? null,
      receipt_text: receipt,
      withdrawn_at: null,
    })
    .execute();
  if (further.length > 0)
    await tx
      .insertInto("submission_files")
      .values(
        further.map((file, at) => ({
          submission_id: submissionId,
          attempt,
          place: at + 2,
          ...fileColumnsOf(file),
        })),
      )
      .execute();
  if (owner.groupId !== null)
    await tx
      .insertInto("submission_members")
      .values(
        owner.memberIds.map((student_id) => ({
          submission_id: submissionId,
          attempt,
          student_id,
          assignment_id: assignment.id,
        })),
      )
      .execute();
  emit(submissionReceived, {
    assignmentId: assignment.id,
    courseId: assignment.course_id,
    submissionId,
    studentId: personId,
    studentIds: owner.groupId === null ? [personId] : [...owner.memberIds],
    attempt,
  });
  return {
    submissionId,
    assignmentId: assignment.id,
    attempt,
    fileName: first?.file_name ?? "",
    bytes: first?.bytes ?? 0,
    sha256: first?.sha256 ?? "",
    receivedAt: now,
    late,
    files: files.map(fileOf),
    textSha256: textFacts?.sha256 ?? null,
    receipt,
  };
}

const noFile: FileColumns = { file_name: "", media_type: "", bytes: 0, sha256: "" };

function fileColumnsOf({ file_name, media_type, bytes, sha256 }: FileColumns): FileColumns {
  return { file_name, media_type, bytes, sha256 };
}

function factsOfText(text: string) {
  const bytes = Buffer.from(text);
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Where a submission stands, with its grade. */
export async function stateOf(tx: Context["tx"], row: SubmissionsTable): Promise<SubmissionState> {
  const grade = await tx
    .selectFrom("grades")
    .select(["attempt", "points_hundredths as hundredths", "released_at as releasedAt"])
    .where("submission_id", "=", row.id)
    .orderBy("attempt", "desc")
    .limit(1)
    .executeTakeFirst();
  const { attempt, version } = row;
  return { attempt, withdrawn: row.withdrawn_at !== null, version, grade: grade ?? null };
}

/** How often this student or group may still hand in. */
export async function allowanceOf(
  tx: Context["tx"],
  assignment: AssignmentsTable,
  extension: AssignmentExtensionsTable | undefined,
  dates: AssignmentDates,
  submission: Pick<SubmissionsTable, "id"> | undefined,
): Promise<Allowance> {
  const used =
    submission === undefined
      ? 0
      : await tx
          .selectFrom("submission_attempts")
          .select((each) => each.fn.countAll<number>().as("count"))
          .where("submission_id", "=", submission.id)
          .where("withdrawn_at", "is", null)
          .executeTakeFirstOrThrow()
          .then(({ count }) => Number(count));
  return {
    used,
    attemptsMax: dates.attemptsMax,
    mayFollowGrade: assignment.resubmission === "after_release" || (extension?.extra_attempts ?? 0) > 0,
  };
}
