/** Files that graders give back with a piece of work. */
import type { Kysely } from "kysely";
import type { FeedbackFile } from "./grading-schema.ts";
import type { FeedbackFilesTable } from "./grading-tables.ts";
import type { AssignmentsTables } from "./tables.ts";

/** The files given back with each of these submissions, in the order in which they were added. */
export async function feedbackFilesOf(
  db: Kysely<AssignmentsTables>,
  submissionIds: readonly string[],
): Promise<ReadonlyMap<string, readonly FeedbackFile[]>> {
  if (submissionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom("feedback_files")
    .selectAll()
    .where("submission_id", "in", [...new Set(submissionIds)])
    .orderBy("id")
    .execute();
  const bySubmission = new Map<string, FeedbackFile[]>();
  for (const row of rows)
    bySubmission.set(row.submission_id, [
      ...(bySubmission.get(row.submission_id) ?? []),
      feedbackFileOf(row),
    ]);
  return bySubmission;
}

export function feedbackFileOf(row: FeedbackFilesTable): FeedbackFile {
  return {
    feedbackFileId: row.id,
    file: { fileName: row.file_name, mediaType: row.media_type, bytes: row.bytes, sha256: row.sha256 },
    addedAt: row.added_at,
  };
}

/** Under which name a file given back is held. */
export function feedbackFileHolder(feedbackFileId: string): string {
  return `feedback:${feedbackFileId}`;
}
