/**
 * Reads the text of files into the index of this node, one file after the other: PDFs page by page in the inspector's
 * process, office documents section by section there too, texts here. What cannot be read is given up with the reason; what is not here at present is tried again.
 */
import { BlobError } from "#engines/blobs/port.ts";
import { Unavailable } from "#engines/errors.ts";
import { type DocumentSection, documentFormatOf, UnreadableFile } from "#engines/inspector/port.ts";
import type { QueuedFile } from "#engines/text-index/port.ts";
import type { IndexEntry } from "#kernel/indexed-source.ts";
import type { NodeSchedule } from "#kernel/node-schedule.ts";
import type { Services } from "#kernel/services.ts";
import { piecesOf, sectionsOf } from "./sections.ts";

/** More of a text file is not indexed. */
export const textBytesMax = 8 * 1024 ** 2;
const attemptsMax = 10;
const retryMsMin = 5_000;
const retryMsMax = 3_600_000;
const entriesAtOnce = 64;

export const readFiles: NodeSchedule = {
  name: "search.readFiles",
  everyMs: 2_000,
  async run({ now, services, signal }) {
    const { textIndex } = services;
    const file = await textIndex.nextFile(now);
    if (file === null || signal.aborted) return false;
    try {
      await textIndex.beginFile(file);
      // Copies of a course hold the files of the old one: what is read once need not be read again.
      if (!(await textIndex.copyFile(file))) await readFile(file, services, signal);
      await textIndex.settleFile(file, { problem: null, retryAt: null });
    } catch (error) {
      // Whatever ends with the node is begun anew when it starts.
      if (signal.aborted) return false;
      const isPassing = error instanceof Unavailable || error instanceof BlobError;
      if (!isPassing && !(error instanceof UnreadableFile)) throw error;
      const retryAt =
        isPassing && file.attempts < attemptsMax
          ? now + Math.min(retryMsMax, retryMsMin * 2 ** file.attempts)
          : null;
      await textIndex.settleFile(file, { problem: error.message, retryAt });
    }
    return true;
  },
};

async function readFile(file: QueuedFile, services: Services, signal: AbortSignal): Promise<void> {
  const { blobs, inspector, textIndex } = services;
  if (file.mediaType === "application/pdf") {
    const path = await blobs.localPath(file.sha256);
    let isWanted = true;
    const onPages = async (pages: readonly { readonly page: number; readonly text: string }[]) => {
      const entries = pages
        .filter(({ text }) => text.trim() !== "")
        .map(({ page, text }): IndexEntry => ({ place: `page=${page}`, title: "", heading: "", body: text }));
      isWanted = await textIndex.addFileEntries(file, entries);
      return isWanted;
    };
    await inspector.readPdf(path, onPages, signal).catch((error: unknown) => {
      if (isWanted) throw error;
    });
  }
  const format = documentFormatOf(file.mediaType);
  if (format !== null) {
    const path = await blobs.localPath(file.sha256);
    const { sections } = await inspector.readDocument(path, format, signal);
    return addEntries(file, sections.flatMap(entriesOfSection), textIndex);
  }
  if (file.mediaType !== "text/plain" && file.mediaType !== "text/markdown") return;
  const text = await textOf(file, services);
  const entries = file.mediaType === "text/markdown" ? sectionsOf(text) : piecesOf(text);
  await addEntries(file, entries, textIndex);
}

/** A section of a document, or a slide or sheet, opens at its heading. */
function entriesOfSection({ number, heading, text }: DocumentSection): IndexEntry[] {
  const place = number === 0 ? "" : `heading=${number}`;
  const pieces = piecesOf(text);
  if (pieces.length === 0) return [{ place, title: "", heading, body: "" }];
  return pieces.map(({ body }) => ({ place, title: "", heading, body }));
}

async function addEntries(
  file: QueuedFile,
  entries: readonly IndexEntry[],
  textIndex: Services["textIndex"],
): Promise<void> {
  for (let from = 0; from < entries.length; from += entriesAtOnce)
    if (!(await textIndex.addFileEntries(file, entries.slice(from, from + entriesAtOnce)))) return;
}

async function textOf({ sha256, bytes }: QueuedFile, { blobs }: Services): Promise<string> {
  if (bytes === 0) return "";
  const end = Math.min(bytes, textBytesMax) - 1;
  const chunks: Buffer[] = [];
  for await (const chunk of await blobs.open(sha256, { start: 0, end })) chunks.push(chunk as Buffer);
  return new TextDecoder().decode(Buffer.concat(chunks));
}
