/**
 * The inspector's far side: a program that opens one PDF, handed over as an open file, says what it found, or hands its
 * text over page by page, and is killed. It reads only the parts of the file that the PDF library asks for, so the size of the file matters little.
 */
import { once } from "node:events";
import { fstatSync, read } from "node:fs";
import { getDocument, PDFDataRangeTransport, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { endInTime, fileDescriptor } from "./far-side.ts";
import type { PageText } from "./port.ts";

/** What the process says of the file. */
export type Finding =
  | { readonly kind: "pages"; readonly pages: number }
  | { readonly kind: "locked" | "empty" }
  | { readonly kind: "broken"; readonly reason: string };

/** Some pages' text; the next follow when the parent asks for more. */
export interface PagesRead {
  readonly kind: "text";
  readonly text: readonly PageText[];
}

const headBytes = 64 * 1024;
/** So many pages are opened, spread over the whole, to see whether they are there. */
const pagesOpenedMax = 50;
const handedOverLettersMax = 64 * 1024;
const pageLettersMax = 100_000;

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
    if (process.argv[3] === "read") await readPages(document);
    else await openPages(document);
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

async function readPages(document: PDFDocumentProxy): Promise<void> {
  let text: PageText[] = [];
  let letters = 0;
  const handOver = async () => {
    if (text.length === 0) return;
    const wantsMore = once(process, "message");
    process.send?.({ kind: "text", text } satisfies PagesRead);
    [text, letters] = [[], 0];
    await wantsMore;
  };
  for (let page = 1; page <= document.numPages; page++) {
    const read = { page, text: await textOf(document, page) };
    text.push(read);
    letters += read.text.length;
    if (letters > handedOverLettersMax) await handOver();
  }
  await handOver();
}

/** A page that cannot be read is empty; the others are no worse for it. */
async function textOf(document: PDFDocumentProxy, number: number): Promise<string> {
  try {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    page.cleanup();
    const lines = items
      .map((item) => ("str" in item ? `${item.str}${item.hasEOL ? "\n" : ""}` : ""))
      .join("");
    // Words that were broken at the end of a line are whole again.
    return lines.replace(/(\p{L})-\n(\p{Ll})/gu, "$1$2").slice(0, pageLettersMax);
  } catch {
    return "";
  }
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

endInTime();
process.send?.(await inspect());
