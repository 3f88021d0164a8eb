/** Looking into files that people send: in a program of its own, because whoever sends a file may mean harm. */
import type { DocumentFormat } from "./documents/formats.ts";

export {
  type DocumentFormat,
  documentBytesMax,
  documentFormatOf,
  documentFormats,
  documentMediaTypes,
  mediaTypeOfDocument,
} from "./documents/formats.ts";

export interface FileInspector {
  /**
   * Opens a PDF and gives its number of pages. Throws `UnreadableFile` with what is wrong with the file, and
   * `Unavailable` when too many files wait to be looked into.
   */
  inspectPdf(localPath: string): Promise<{ readonly pages: number }>;
  /**
   * Reads the text of a PDF, page by page, and hands it over as it comes; a page whose text cannot be read is empty.
   * Reading waits for its own turn, so that whoever sends a file does not wait behind it. Throws as `inspectPdf` does,
   * after what was read before; and stops when `signal` is aborted or `onPages` gives false.
   */
  readPdf(
    localPath: string,
    onPages: (pages: readonly PageText[]) => Promise<boolean>,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Reads an office document of at most `documentBytesMax`. Waits for its turn and throws as `readPdf` does; a page shows
   * what it gives.
   */
  readDocument(localPath: string, format: DocumentFormat, signal?: AbortSignal): Promise<ReadDocument>;
}

export interface ReadDocument {
  /** What is in it, cleaned: nothing in it runs, and nothing is loaded from elsewhere. Images are part of it. */
  readonly html: string;
  /** Whether something was left out: rows beyond a limit, images that browsers do not show. */
  readonly isCut: boolean;
  readonly sections: readonly DocumentSection[];
}

/** The text under one heading of a document. */
export interface DocumentSection {
  /** Which heading of its HTML that is, from 1; 0 for what stands before the first. */
  readonly number: number;
  readonly heading: string;
  readonly text: string;
}

export interface PageText {
  /** From 1. */
  readonly page: number;
  readonly text: string;
}

/** What is wrong with a file, for the person who sent it. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
  readonly code: "file_broken" | "file_locked" | "file_empty" | "file_too_complex";

  constructor(code: UnreadableFile["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
