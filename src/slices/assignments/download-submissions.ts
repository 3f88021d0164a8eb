/** Everything that was handed in for an assignment, as one zip file. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Archive, type ArchiveEntry, archiveEntriesMax, textEntry } from "#kernel/archive.ts";
import { Refusal } from "#kernel/errors.ts";
import { csvOf, safeName, uniqueNames } from "./archive-names.ts";
import { assignmentRow } from "./assignments.ts";
import { attachmentsOf } from "./attachments.ts";
import { attemptKey, filesOfAttempts } from "./attempts.ts";
import { rosterFields } from "./list-submissions.ts";
import { teachesAssignment } from "./policy.ts";
import { hiddenNames, openNames, pseudonymKeyOf } from "./pseudonyms.ts";
import { rosterPage } from "./roster.ts";
import { assignmentIdField } from "./schema.ts";
import {
  type AssignmentsTable,
  type AssignmentsTables,
  operation,
  type SubmissionAttemptsTable,
} from "./tables.ts";

/** So many submissions go into one query. */
const perQuery = 500;
const columns = [
  "folder",
  "student",
  "student id",
  "attempt",
  "received (UTC)",
  "late",
  "state",
  "points",
  "file",
  "bytes",
  "sha256",
];

/** Names every file of the latest attempts, a folder for each student, with a list of them all; the doors make the zip. */
export const downloadSubmissions = operation({
  name: "assignments.downloadSubmissions",
  summary:
    "Gives what was handed in for an assignment as a zip, a folder for each student and a list of all files.",
  kind: "read",
  returns: "archive",
  input: z.strictObject({ assignmentId: assignmentIdField, ...rosterFields }),
  output: Archive,
  policy: teachesAssignment,
  refusals: { archive_too_long: "failed_precondition" },
  async handle({ input, db, now }) {
    const assignment = await assignmentRow(db, input.assignmentId);
    const key = await pseudonymKeyOf(db, assignment.id);
    const names = key === null ? openNames(new Map()) : hiddenNames(key);
    const { filter, sort, search } = input;
    const entries = await rosterPage(db, assignment, {
      ...{ filter, sort, search, after: null, limit: null },
      onlyWork: true,
    });
    const attempts = await latestAttempts(
      db,
      entries.flatMap(({ line }) => line.submissionId ?? []),
    );
    const files = await filesOfAttempts(db, [...attempts.values()]);
    const folderName = uniqueNames();
    const found = await descriptionEntries(db, assignment, folderName(descriptionFolder));
    const list: string[][] = [columns];
    for (const { line, studentId } of entries) {
      const attempt = attempts.get(line.submissionId ?? "");
      if (attempt === undefined) continue;
      const folder = folderName(line.studentName === "" ? line.studentId : line.studentName);
      const fileName = uniqueNames();
      const modifiedAt = attempt.received_at;
      const inFolder: ArchiveEntry[] = (files.get(attemptKey(attempt)) ?? []).map((file, at) => ({
        path: `${folder}/${fileName(names.fileNameOf(studentId, file.fileName, at + 1))}`,
        bytes: file.bytes,
        sha256: file.sha256,
        text: null,
        modifiedAt,
      }));
      if (attempt.text_answer !== null && attempt.text_answer !== "")
        inFolder.push(textEntry(`${folder}/${fileName("answer.md")}`, attempt.text_answer, modifiedAt));
      for (const entry of inFolder)
        list.push([
          folder,
          line.studentName,
          line.studentId,
          String(line.attempt),
          new Date(modifiedAt).toISOString(),
          line.isLate ? "late" : "",
          line.state,
          line.points === null ? "" : String(line.points),
          entry.path.slice(folder.length + 1),
          String(entry.bytes),
          entry.sha256 ?? "",
        ]);
      found.push(...inFolder);
    }
    if (found.length >= archiveEntriesMax)
      throw new Refusal(
        "archive_too_long",
        `These are ${found.length} files; a zip takes ${archiveEntriesMax - 1}. Filter the list and take them in parts.`,
      );
    return {
      fileName: `${safeName(assignment.title)}.zip`,
      entries: [textEntry("manifest.csv", csvOf(list), now), ...found],
    };
  },
});

/** The folder of the assignment itself. */
const descriptionFolder = "assignment";

/** What was to be done, where files belong to it: an archive that is opened years later explains itself. */
async function descriptionEntries(
  db: Kysely<AssignmentsTables>,
  assignment: AssignmentsTable,
  folder: string,
): Promise<ArchiveEntry[]> {
  const attachments = await attachmentsOf(db, assignment.id);
  if (attachments.length === 0) return [];
  const fileName = uniqueNames();
  const { instructions, updated_at: modifiedAt } = assignment;
  const text = instructions.trim() === "" ? [] : [`${folder}/${fileName("instructions.md")}`];
  return [
    ...text.map((path) => textEntry(path, instructions, modifiedAt)),
    ...attachments.map(({ file: { fileName: name, bytes, sha256 }, addedAt }) => ({
      path: `${folder}/${fileName(name)}`,
      bytes,
      sha256,
      text: null,
      modifiedAt: addedAt,
    })),
  ];
}

/** The latest attempts of these submissions, by the submission. */
async function latestAttempts(
  db: Kysely<AssignmentsTables>,
  submissionIds: readonly string[],
): Promise<ReadonlyMap<string, SubmissionAttemptsTable>> {
  const attempts = new Map<string, SubmissionAttemptsTable>();
  for (let at = 0; at < submissionIds.length; at += perQuery) {
    const rows = await db
      .selectFrom("submissions")
      .innerJoin("submission_attempts", (join) =>
        join
          .onRef("submission_attempts.submission_id", "=", "submissions.id")
          .onRef("submission_attempts.attempt", "=", "submissions.attempt"),
      )
      .selectAll("submission_attempts")
      .where("submissions.id", "in", submissionIds.slice(at, at + perQuery))
      .execute();
    for (const row of rows) attempts.set(row.submission_id, row);
  }
  return attempts;
}
