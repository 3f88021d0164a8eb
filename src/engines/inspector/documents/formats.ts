/** The office documents whose content we can read, by their media types. */

export const documentFormats = ["docx", "pptx", "xlsx", "odt", "odp", "ods"] as const;
export type DocumentFormat = (typeof documentFormats)[number];

const office = "application/vnd.openxmlformats-officedocument";
const openDocument = "application/vnd.oasis.opendocument";

const mediaTypes: Readonly<Record<DocumentFormat, string>> = {
  docx: `${office}.wordprocessingml.document`,
  pptx: `${office}.presentationml.presentation`,
  xlsx: `${office}.spreadsheetml.sheet`,
  odt: `${openDocument}.text`,
  odp: `${openDocument}.presentation`,
  ods: `${openDocument}.spreadsheet`,
};
export const documentMediaTypes: readonly string[] = Object.values(mediaTypes);

export function mediaTypeOfDocument(format: DocumentFormat): string {
  return mediaTypes[format];
}

/**
 * The format of an office document; null for whatever is none. Some programs write documents whose bytes show no more
 * than the archive around them: of those, the name says it.
 */
export function documentFormatOf(mediaType: string, fileName = ""): DocumentFormat | null {
  const ending = /\.(\w+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
  if (mediaType === "application/zip") return isDocumentFormat(ending) ? ending : null;
  return documentFormats.find((format) => mediaTypes[format] === mediaType) ?? null;
}

export function isDocumentFormat(name: string): name is DocumentFormat {
  return documentFormats.some((format) => format === name);
}

/** A larger document is not read: it is downloaded and opened on the reader's device. */
export const documentBytesMax = 50 * 1024 ** 2;
