/**
 * What a student or group is about to hand in, kept on the server: a text and files. Its version grows with every change
 * and never starts anew, so that a page which lay open elsewhere cannot overwrite what it has not seen.
 */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import type { CommandContext } from "#kernel/operation.ts";
import { fileOf } from "./assignments.ts";
import type { Standing } from "./handing-in.ts";
import type { Draft } from "./schema.ts";
import type { AssignmentsTables, SubmissionDraftFilesTable, SubmissionDraftsTable } from "./tables.ts";

/** Under which name the file of a draft is held. */
export function draftHolder(fileId: string): string {
  return `submission_drafts:${fileId}`;
}

type Place = {
  readonly assignment: { readonly id: string };
  readonly owner: { readonly key: string };
};

export function draftRow(
  db: Kysely<AssignmentsTables>,
  { assignment, owner }: Place,
): Promise<SubmissionDraftsTable | undefined> {
  return db
    .selectFrom("submission_drafts")
    .selectAll()
    .where("assignment_id", "=", assignment.id)
    .where("owner_key", "=", owner.key)
    .executeTakeFirst();
}

export function draftFiles(
  db: Kysely<AssignmentsTables>,
  { assignment, owner }: Place,
): Promise<SubmissionDraftFilesTable[]> {
  return db
    .selectFrom("submission_draft_files")
    .selectAll()
    .where("assignment_id", "=", assignment.id)
    .where("owner_key", "=", owner.key)
    .orderBy("id")
    .execute();
}

/** The draft as the wire names it; an empty one of version 0 before there is any. */
export async function draftOf(db: Kysely<AssignmentsTables>, place: Place): Promise<Draft> {
  const row = await draftRow(db, place);
  const files = row === undefined ? [] : await draftFiles(db, place);
  return {
    text: row?.text ?? "",
    files: files.map((file) => ({ fileId: file.id, file: fileOf(file) })),
    version: row?.version ?? 0,
    savedAt: row?.updated_at ?? null,
  };
}

/** Refuses a change by a page that has not seen the latest one. */
export function requireDraftVersion(row: SubmissionDraftsTable | undefined, version: number): void {
  if ((row?.version ?? 0) !== version)
    throw new Refusal(
      "stale_version",
      "This draft was changed in another window or on another device, or handed in from there. Nothing was overwritten: look at it again.",
    );
}

/** Writes the draft's text, or only notes that its files have changed. */
export async function touchDraft(
  { tx, now }: Pick<CommandContext<AssignmentsTables, unknown, unknown>, "tx" | "now">,
  { assignment, owner }: Standing,
  personId: string,
  row: SubmissionDraftsTable | undefined,
  text: string,
): Promise<void> {
  const changes = { text, version: (row?.version ?? 0) + 1, updated_by: personId, updated_at: now };
  await tx
    .insertInto("submission_drafts")
    .values({
      assignment_id: assignment.id,
      owner_key: owner.key,
      course_id: assignment.course_id,
      ...changes,
    })
    .onConflict((conflict) => conflict.columns(["assignment_id", "owner_key"]).doUpdateSet(changes))
    .execute();
}
