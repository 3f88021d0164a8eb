/** From the bytes of an office document to its content as HTML that runs and loads nothing. */
import type { DocumentFormat } from "./formats.ts";
import { readOpenPresentation, readOpenSheets, readOpenText } from "./open-document.ts";
import { type DocumentParts, openParts } from "./parts.ts";
import { readSheets } from "./sheets.ts";
import { readSlides } from "./slides.ts";
import { readWord } from "./word.ts";

export interface ReadHtml {
  readonly html: string;
  /** Whether something was left out that its reader would miss: rows beyond a limit, images of other kinds. */
  readonly isCut: boolean;
}

export type ReadFormat = (document: {
  readonly archive: Buffer;
  readonly parts: DocumentParts;
}) => Promise<ReadHtml>;

const readers: Readonly<Record<DocumentFormat, ReadFormat>> = {
  docx: readWord,
  pptx: readSlides,
  xlsx: readSheets,
  odt: readOpenText,
  odp: readOpenPresentation,
  ods: readOpenSheets,
};

/** Reads the document; throws where it is none of this format. */
export async function readDocumentBytes(archive: Buffer, format: DocumentFormat): Promise<ReadHtml> {
  // Opened first, whatever the format: an archive that unpacks to too much is found out before anything is unpacked.
  const parts = await openParts(archive);
  return readers[format]({ archive, parts });
}
