/**
 * Office documents, read in the background into HTML that browsers show: by their content, so that copies of a course and
 * revisions that come back need no second reading.
 */
import { type DocumentFormat, documentFormatOf } from "#engines/inspector/port.ts";
import type { Step } from "#kernel/step.ts";
import { readDocumentType } from "./read-document-type.ts";
import type { MaterialDocumentsTable, MaterialsTables, RevisionColumns } from "./tables.ts";

/** Another number has every document read anew: for a reader that has learnt something. */
export const documentReaderVersion = 1;

/** The name under which what was read from a file is held. */
export function documentHolder(sha256: string): string {
  return `materials:document:${sha256}`;
}

/** What kind of office document a file is; null for any other file. */
export function formatOf({
  media_type,
  file_name,
}: Pick<RevisionColumns, "media_type" | "file_name">): DocumentFormat | null {
  return documentFormatOf(media_type, file_name);
}

/** Has an office document read, unless it was or is about to be; any other file is left as it is. */
export async function wantDocument(
  { tx, now, enqueue }: Pick<Step<MaterialsTables>, "tx" | "now" | "enqueue">,
  file: Pick<RevisionColumns, "sha256" | "media_type" | "file_name">,
): Promise<void> {
  const format = formatOf(file);
  if (format === null) return;
  const row: MaterialDocumentsTable = {
    sha256: file.sha256,
    state: "waiting",
    format,
    problem: "",
    html_sha256: "",
    html_bytes: 0,
    is_cut: 0,
    reader_version: documentReaderVersion,
    asked_at: now,
  };
  const added = await tx
    .insertInto("material_documents")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning("sha256")
    .execute();
  if (added.length > 0) await enqueue(readDocumentType, { sha256: file.sha256 });
}
