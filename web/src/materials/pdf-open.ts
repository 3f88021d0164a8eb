/** Opens a PDF by its signed address: only the parts that are looked at are fetched. This file is loaded with pdf.js. */
import {
  GlobalWorkerOptions,
  getDocument,
  type PDFDocumentLoadingTask,
  type PDFDocumentProxy,
  type PDFPageProxy,
  TextLayer,
} from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";

export type { PDFDocumentLoadingTask, PDFDocumentProxy, PDFPageProxy };
export { TextLayer };

GlobalWorkerOptions.workerSrc = workerUrl;

/** What pdf.js wants for some documents only: decoders of scanned images, fonts and alphabets that were left out. */
const extras = import.meta.glob<string>(
  [
    "../../../node_modules/pdfjs-dist/wasm/*.wasm",
    "../../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}",
    "../../../node_modules/pdfjs-dist/cmaps/*.bcmap",
    "!**/quickjs*",
  ],
  { query: "?url", import: "default" },
);
const extrasByName = new Map(Object.entries(extras).map(([path, load]) => [path.split("/").at(-1), load]));

/** The build names files by their content, so they are asked for by a table and not by a folder's address. */
class BuiltExtras {
  async fetch({ filename }: { readonly filename: string }): Promise<Uint8Array> {
    const load = extrasByName.get(filename);
    if (load === undefined) throw new Error(`There is no ${filename}.`);
    const response = await fetch(await load());
    if (!response.ok) throw new Error(`${filename} could not be loaded: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

export function openPdf(url: string): PDFDocumentLoadingTask {
  return getDocument({
    url,
    BinaryDataFactory: BuiltExtras,
    useWorkerFetch: false,
    cMapPacked: true,
    disableAutoFetch: true,
    // With a stream the whole file would come, looked at or not.
    disableStream: true,
    verbosity: 0,
  });
}

export function isLocked(error: unknown): boolean {
  return error instanceof Error && error.name === "PasswordException";
}
