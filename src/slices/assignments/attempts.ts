/** Reading attempts with all of their files, in a fixed number of queries. */
import type { Kysely } from "kysely";
import type { FileReference } from "#kernel/held-blobs.ts";
import { fileOf } from "./assignments.ts";
import type { AssignmentsTables, FileColumns, SubmissionAttemptsTable } from "./tables.ts";

/** The files of an attempt in their order, given its row and those of its further files. */
export function filesOf(
  attempt: Pick<SubmissionAttemptsTable, keyof FileColumns>,
  further: readonly FileColumns[],
): FileReference[] {
  const first = attempt.file_name === "" ? [] : [fileOf(attempt)];
  return [...first, ...further.map(fileOf)];
}

/** The files of each attempt of these submissions, by `attemptKey`. */
export async function filesOfAttempts(
  db: Kysely<AssignmentsTables>,
  attempts: readonly SubmissionAttemptsTable[],
): Promise<ReadonlyMap<string, readonly FileReference[]>> {
  if (attempts.length === 0) return new Map();
  const further = await db
    .selectFrom("submission_files")
    .selectAll()
    .where("submission_id", "in", [...new Set(attempts.map((attempt) => attempt.submission_id))])
    .orderBy("submission_id")
    .orderBy("attempt")
    .orderBy("place")
    .execute();
  const byAttempt = Map.groupBy(further, attemptKey);
  return new Map(
    attempts.map((attempt) => [
      attemptKey(attempt),
      filesOf(attempt, byAttempt.get(attemptKey(attempt)) ?? []),
    ]),
  );
}

export function attemptKey(row: { readonly submission_id: string; readonly attempt: number }): string {
  return `${row.submission_id} ${row.attempt}`;
}
