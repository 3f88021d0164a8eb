/** Reading the rows of assignments and work, for the operations of this slice. */
import type { Kysely } from "kysely";
import type { FileReference } from "#kernel/held-blobs.ts";
import { type Person, peopleByIds } from "#slices/identity/api.ts";
import { isLate } from "./dates.ts";
import { feedbackFilesOf } from "./feedback-files.ts";
import type { ChosenLevel, FeedbackFile } from "./grading-schema.ts";
import { fromHundredths } from "./points.ts";
import { levelReader } from "./rubrics.ts";
import type { Assignment, Grade } from "./schema.ts";
import { settingsOf } from "./settings.ts";
import type { AssignmentsTable, AssignmentsTables, GradesTable, SubmissionAttemptsTable } from "./tables.ts";

/** The row of an assignment; for operations whose policy has found it there. */
export function assignmentRow(
  db: Kysely<AssignmentsTables>,
  assignmentId: string,
): Promise<AssignmentsTable> {
  return db.selectFrom("assignments").selectAll().where("id", "=", assignmentId).executeTakeFirstOrThrow();
}

/** The assignment as the wire names it; what is to be done is not told before it opens, but to those who teach. */
export function assignmentOf(
  row: AssignmentsTable,
  { now, timeZone, teaches }: { readonly now: number; readonly timeZone: string; readonly teaches: boolean },
): Assignment {
  const isHidden = !teaches && row.available_from !== null && now < row.available_from;
  return {
    assignmentId: row.id,
    courseId: row.course_id,
    ...settingsOf(row),
    ...(isHidden ? { instructions: "" } : {}),
    timeZone,
    mine: null,
    counts: null,
    attachments: [],
    isPastDue: isLate(row.due_at, now),
    state: row.published === 1 ? "published" : "draft",
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** What grades are shown with: the people that their graders are among, levels as they were, files given back. */
export interface GradeParts {
  readonly people: ReadonlyMap<string, Person>;
  readonly levels: (row: GradesTable) => ChosenLevel[];
  readonly files: ReadonlyMap<string, readonly FeedbackFile[]>;
}

/** Looks up, in a fixed number of queries, what these grades are shown with. */
export async function gradeParts(
  db: Kysely<AssignmentsTables>,
  rows: readonly GradesTable[],
  personIds: readonly string[] = [],
): Promise<GradeParts> {
  return {
    people: await peopleByIds(db, [...personIds, ...rows.map((row) => row.graded_by)]),
    levels: await levelReader(db, rows),
    files: await feedbackFilesOf(
      db,
      rows.map((row) => row.submission_id),
    ),
  };
}

/** The grade as the wire names it. */
export function gradeOf(row: GradesTable, pointsMaxHundredths: number, parts: GradeParts): Grade {
  return {
    points: fromHundredths(row.points_hundredths),
    pointsMax: fromHundredths(pointsMaxHundredths),
    feedback: row.feedback,
    attempt: row.attempt,
    gradedBy: { personId: row.graded_by, name: parts.people.get(row.graded_by)?.name ?? "" },
    gradedAt: row.graded_at,
    releasedAt: row.released_at,
    rawPoints: fromHundredths(row.raw_hundredths ?? row.points_hundredths),
    latePercent: row.late_percent,
    lateDueAt: row.late_due_at,
    levels: parts.levels(row),
    feedbackFiles: [...(parts.files.get(row.submission_id) ?? [])],
  };
}

/** The name under which an attempt refers to its blob. */
export function holderOfAttempt(submissionId: string, attempt: number): string {
  return `submissions:${submissionId}:${attempt}`;
}

export function fileOf(
  row: Pick<SubmissionAttemptsTable, "file_name" | "media_type" | "bytes" | "sha256">,
): FileReference {
  return { fileName: row.file_name, mediaType: row.media_type, bytes: row.bytes, sha256: row.sha256 };
}
