/**
 * The inspector's far side: a program that opens one PDF, handed over as an open file, says what it found, and is
 * killed. It reads only the parts of the file that the PDF library asks for, so the size of the file matters little.
 */
import { fstatSync, read } from "node:fs";
import { Worker } from "node:worker_threads";
import { getDocument, PDFDataRangeTransport, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";

/** What the process says of the file. */
export type Finding =
  | { readonly kind: "pages"; readonly pages: number }
  | { readonly kind: "locked" | "empty" }
  | { readonly kind: "broken"; readonly reason: string };

/** The descriptor after the standard three and the channel to the parent. */
const fileDescriptor = 4;
const headBytes = 64 * 1024;
/** So many pages are opened, spread over the whole, to see whether they are there. */
const pagesOpenedMax = 50;

async function inspect(): Promise<Finding> {
  const bytes = fstatSync(fileDescriptor).size;
  if (bytes === 0) return { kind: "empty" };
  try {
    const loading = getDocument({
      range: new FileRange(bytes, await bytesAt(0, Math.min(bytes, headBytes))),
      disableAutoFetch: true,
      disableStream: true,
      stopAtErrors: true,
      enableXfa: false,
      disableFontFace: true,
      useWorkerFetch: false,
      useSystemFonts: false,
      verbosity: 0,
    });
    // Without an answer the library would wait for a password for ever.
    loading.onPassword = () => {
      throw new LockedError();
    };
    const document = await loading.promise;
    await openPages(document);
    return { kind: "pages", pages: document.numPages };
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (error instanceof LockedError || name === "PasswordException") return { kind: "locked" };
    return { kind: "broken", reason: error instanceof Error ? error.message : String(error) };
  }
}

class LockedError extends Error {}

async function openPages(document: PDFDocumentProxy): Promise<void> {
  const step = Math.max(1, Math.ceil(document.numPages / pagesOpenedMax));
  for (let number = 1; number <= document.numPages; number += step) await document.getPage(number);
  if (document.numPages > 0) await document.getPage(document.numPages);
}

/** Gives the library the parts of the file that it asks for. */
class FileRange extends PDFDataRangeTransport {
  override requestDataRange(begin: number, end: number): void {
    void bytesAt(begin, end).then((chunk) => this.onDataRange(begin, chunk));
  }
}

function bytesAt(begin: number, end: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const buffer = new Uint8Array(end - begin);
    read(fileDescriptor, buffer, 0, buffer.byteLength, begin, (error, count) => {
      if (error === null) resolve(buffer.subarray(0, count));
      else reject(error);
    });
  });
}

// The parent stops this process in time. Should the parent have died, a thread of its own does, whatever the library
// is busy with.
const deadline = `setTimeout(() => process.kill(process.pid, "SIGKILL"), ${Number(process.argv[2])} + 1000)`;
new Worker(deadline, { eval: true });
process.once("disconnect", () => process.exit());
process.send?.(await inspect());
