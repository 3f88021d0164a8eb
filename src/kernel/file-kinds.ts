/**
 * Which files are taken, told from their bytes: a table of media types with the endings that such files bear. A file
 * whose name says one thing and whose bytes another is refused, whatever harm it meant.
 */
import { type Problem, Refusal } from "./errors.ts";
import type { UploadedBlob } from "./held-blobs.ts";
import type { Services } from "./services.ts";

export interface FileKind {
  /** As people call it: `a PDF`. */
  readonly label: string;
  readonly mediaTypes: readonly string[];
  /** Endings that promise this kind, in lower case; none for plain text, which bears any. */
  readonly endings: readonly string[];
}

const office = "application/vnd.openxmlformats-officedocument";
const openDocument = "application/vnd.oasis.opendocument";

export const fileKinds = {
  pdf: { label: "a PDF", mediaTypes: ["application/pdf"], endings: ["pdf"] },
  png: { label: "a PNG image", mediaTypes: ["image/png", "image/apng"], endings: ["png", "apng"] },
  jpeg: { label: "a JPEG image", mediaTypes: ["image/jpeg"], endings: ["jpg", "jpeg"] },
  gif: { label: "a GIF image", mediaTypes: ["image/gif"], endings: ["gif"] },
  webp: { label: "a WebP image", mediaTypes: ["image/webp"], endings: ["webp"] },
  // Programs, data and notes bear many endings; their bytes say no more than that they are text.
  text: { label: "a text", mediaTypes: ["text/plain", "text/markdown"], endings: [] },
  document: {
    label: "an office document",
    mediaTypes: [
      `${office}.wordprocessingml.document`,
      `${office}.spreadsheetml.sheet`,
      `${office}.presentationml.presentation`,
      `${openDocument}.text`,
      `${openDocument}.spreadsheet`,
      `${openDocument}.presentation`,
    ],
    endings: ["docx", "xlsx", "pptx", "odt", "ods", "odp"],
  },
  zip: { label: "a ZIP archive", mediaTypes: ["application/zip"], endings: ["zip"] },
  epub: { label: "an EPUB book", mediaTypes: ["application/epub+zip"], endings: ["epub"] },
  audio: { label: "a sound recording", mediaTypes: ["audio/mpeg", "audio/ogg"], endings: ["mp3", "ogg"] },
  video: { label: "a video", mediaTypes: ["video/mp4", "video/webm"], endings: ["mp4", "webm"] },
} as const satisfies Record<string, FileKind>;

export type FileKindName = keyof typeof fileKinds;

/** What an operation declares that takes files: beside the wrong type, a PDF that cannot be read. */
export const fileRefusals = {
  unsupported_type: "unsupported_type",
  file_broken: "invalid_input",
  file_locked: "invalid_input",
  file_empty: "invalid_input",
  file_too_complex: "too_large",
  upload_expired: "failed_precondition",
} as const;

/** Takes a file of one of the kinds `allowed`; refuses with `unsupported_type` and a sentence that says why. */
export function requireKind(
  blob: Pick<UploadedBlob, "fileName" | "mediaType" | "bytes">,
  allowed: readonly FileKindName[],
): void {
  if (blob.bytes === 0)
    throw unsupported(`${blob.fileName} is empty: it has no bytes. Save it again and send it then.`);
  const kind = kindOf(blob.mediaType);
  if (kind === null || !allowed.includes(kind)) {
    const accepted = allowed.map((name) => fileKinds[name].label).join(", ");
    throw unsupported(`Files of the type ${blob.mediaType} are not taken here. Taken are: ${accepted}.`);
  }
  const promised = kindOfEnding(blob.fileName);
  if (promised === null || promised === kind) return;
  // Some programs write office documents and books whose bytes show no more than the ZIP archive around them.
  if (kind === "zip" && (promised === "document" || promised === "epub")) return;
  const [named, found] = [fileKinds[promised].label, fileKinds[kind].label];
  throw unsupported(
    `${blob.fileName} is named like ${named}, but its bytes are ${found}. Send the right file.`,
  );
}

/** The number of pages of a PDF, null for other files; refuses a PDF that is broken or locked. */
export async function pagesOf(
  blob: Pick<UploadedBlob, "mediaType" | "sha256">,
  services: Pick<Services, "blobs" | "inspector">,
): Promise<number | null> {
  if (blob.mediaType !== "application/pdf") return null;
  const { pages } = await services.inspector.inspectPdf(await services.blobs.localPath(blob.sha256));
  return pages;
}

export function kindOf(mediaType: string): FileKindName | null {
  return kindWhere((kind) => kind.mediaTypes.includes(mediaType));
}

function kindOfEnding(fileName: string): FileKindName | null {
  const ending = /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase();
  return ending === undefined ? null : kindWhere((kind) => kind.endings.includes(ending));
}

function kindWhere(fits: (kind: FileKind) => boolean): FileKindName | null {
  for (const [name, kind] of Object.entries(fileKinds)) if (fits(kind)) return name as FileKindName;
  return null;
}

function unsupported(message: string): Refusal {
  const problems: Problem[] = [{ field: "uploadId", message }];
  return new Refusal("unsupported_type", message, { problems });
}
