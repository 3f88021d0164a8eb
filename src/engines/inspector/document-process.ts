/**
 * A far side of the inspector: a program that reads one office document, handed over as an open file, says what is in
 * it, and is killed.
 */
import { fstatSync, readSync } from "node:fs";
import { isDocumentFormat } from "./documents/formats.ts";
import { htmlBytesMax, sectionsOfHtml } from "./documents/html.ts";
import { TooMuchInside } from "./documents/parts.ts";
import { readDocumentBytes } from "./documents/read-document.ts";
import { endInTime, fileDescriptor } from "./far-side.ts";
import type { ReadDocument } from "./port.ts";

/** What the process says of the document. */
export type DocumentFinding =
  | { readonly kind: "document"; readonly document: ReadDocument }
  | { readonly kind: "empty" }
  | { readonly kind: "broken" | "tooMuch"; readonly reason: string };

async function inspect(): Promise<DocumentFinding> {
  const { size } = fstatSync(fileDescriptor);
  if (size === 0) return { kind: "empty" };
  try {
    const archive = Buffer.alloc(size);
    for (let at = 0; at < size; ) {
      const count = readSync(fileDescriptor, archive, at, size - at, at);
      if (count === 0) throw new Error("the file ends too soon");
      at += count;
    }
    const format = process.argv[3] ?? "";
    if (!isDocumentFormat(format)) throw new Error(`${format} is no format of documents`);
    const { html, isCut } = await readDocumentBytes(archive, format);
    if (html.length > htmlBytesMax) return { kind: "tooMuch", reason: "it holds more than a page shows" };
    return { kind: "document", document: { html, isCut, sections: sectionsOfHtml(html) } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof TooMuchInside ? "tooMuch" : "broken", reason };
  }
}

endInTime();
process.send?.(await inspect());
