/** What kind of file something is, for its icon, its name and the way it is shown. */
import type { Material, MaterialFile } from "../contract.ts";
import type { IconName } from "../ui/icon.tsx";
import type { MessageKey } from "../ui/text.ts";

export type FileKind =
  | "pdf"
  | "image"
  | "text"
  | "markdown"
  | "slides"
  | "document"
  | "sheet"
  | "audio"
  | "video"
  | "archive"
  | "link"
  | "page"
  | "file";

export function kindOf({ mediaType, fileName }: Pick<MaterialFile, "mediaType" | "fileName">): FileKind {
  if (mediaType === "application/pdf") return "pdf";
  if (["image/png", "image/jpeg", "image/webp", "image/gif"].includes(mediaType)) return "image";
  if (mediaType === "text/markdown" || (mediaType === "text/plain" && /\.(md|markdown)$/i.test(fileName)))
    return "markdown";
  if (mediaType === "text/plain") return "text";
  if (mediaType.startsWith("audio/")) return "audio";
  if (mediaType.startsWith("video/")) return "video";
  const ending = /\.(\w+)$/.exec(fileName)?.[1]?.toLowerCase() ?? "";
  // Some programs write office documents whose bytes show no more than the archive around them.
  const named = mediaType === "application/zip" ? kindByEnding[ending] : undefined;
  if (named !== undefined) return named;
  if (/presentation(ml|$)/.test(mediaType)) return "slides";
  if (mediaType.includes("spreadsheet")) return "sheet";
  if (mediaType.includes("document") || mediaType === "application/msword") return "document";
  return mediaType === "application/zip" ? "archive" : "file";
}

const kindByEnding: Readonly<Record<string, FileKind>> = {
  ...{ docx: "document", odt: "document", pptx: "slides", odp: "slides", xlsx: "sheet", ods: "sheet" },
};

/** What a material is; of a locked file no more is known than that it is one. */
export function kindOfMaterial({ kind, file }: Pick<Material, "kind" | "file">): FileKind {
  if (kind !== "file") return kind;
  return file === null ? "file" : kindOf(file);
}

export function iconOfKind(kind: FileKind): IconName {
  if (kind === "link") return "next";
  if (kind === "audio" || kind === "video") return "play";
  return kind === "pdf" || kind === "page" ? "book" : "file";
}

export function kindKey(kind: FileKind): MessageKey {
  return `kind.${kind}`;
}

/** A title for a file: its name without the ending, underscores as blanks. */
export function titleOfFile(fileName: string): string {
  const stem = fileName
    .replace(/\.[^.]{1,8}$/u, "")
    .replaceAll("_", " ")
    .trim();
  return (stem === "" ? fileName : stem).slice(0, 200);
}
