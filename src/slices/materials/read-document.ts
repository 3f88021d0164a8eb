/** Reading an office document in the background, in the inspector's process. */
import { Readable } from "node:stream";
import { z } from "zod";
import type { BlobStore } from "#engines/blobs/port.ts";
import { type ReadDocument, UnreadableFile } from "#engines/inspector/port.ts";
import { documentHolder } from "./documents.ts";
import { readDocumentType } from "./read-document-type.ts";
import { job, type MaterialDocumentsTable } from "./tables.ts";

/** Reads the document and keeps what is in it as a file beside it; what cannot be read is written down with the reason. */
export const readDocument = job<{ sha256: string }, { state: string }>({
  name: readDocumentType.name,
  summary: "Reads an office document, so that it can be shown in the browser.",
  inputSchema: z.object({ sha256: z.string() }),
  leaseMs: 180_000,
  async run({ input: { sha256 }, read, write, services, signal }) {
    const row = await read((db) =>
      db.selectFrom("material_documents").selectAll().where("sha256", "=", sha256).executeTakeFirst(),
    );
    if (row?.state !== "waiting") return { state: row?.state ?? "gone" };
    const settle = (changes: Partial<MaterialDocumentsTable>) =>
      write(async ({ tx, blobs }) => {
        const settled = await tx
          .updateTable("material_documents")
          .set(changes)
          .where("sha256", "=", sha256)
          .where("state", "=", "waiting")
          .returning(["html_sha256 as html", "html_bytes as bytes"])
          .executeTakeFirst();
        if (settled !== undefined && settled.html !== "")
          await blobs.hold({ sha256: settled.html, bytes: settled.bytes }, documentHolder(sha256));
      });
    let document: ReadDocument;
    try {
      const path = await services.blobs.localPath(sha256);
      document = await services.inspector.readDocument(path, row.format, signal);
    } catch (error) {
      if (!(error instanceof UnreadableFile) || signal.aborted) throw error;
      await settle({ state: "failed", problem: error.message });
      return { state: "failed" };
    }
    const { uploadId, html } = await keep(services.blobs, `${sha256}.html`, document.html);
    const is_cut = document.isCut ? 1 : 0;
    await settle({ state: "ready", html_sha256: html.sha256, html_bytes: html.bytes, is_cut });
    await services.blobs.abandonUpload(uploadId);
    return { state: "ready" };
  },
});

/** Puts the text among the files; the upload is given up once a row holds what came of it. */
async function keep(blobs: BlobStore, fileName: string, text: string) {
  const bytes = Buffer.from(text);
  const upload = await blobs.beginUpload({
    owner: "system:materials",
    fileName,
    bytesExpected: bytes.length,
  });
  const { finished } =
    bytes.length === 0 ? upload : await blobs.appendToUpload(upload.id, 0, Readable.from([bytes]));
  if (finished === null) throw new Error("the upload has all of its bytes");
  return { uploadId: upload.id, html: { sha256: finished.sha256, bytes: finished.bytes } };
}
