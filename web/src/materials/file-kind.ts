/** What kind of file something is, for its icon, its name and the way it is shown. */
import type { Material } from "../contract.ts";
import type { MessageKey } from "../ui/text.ts";

export type FileKind =
  | "pdf"
  | "image"
  | "text"
  | "markdown"
  | "slides"
  | "document"
  | "audio"
  | "video"
  | "archive"
  | "file";

export function kindOf({ mediaType, fileName }: Pick<Material["file"], "mediaType" | "fileName">): FileKind {
  if (mediaType === "application/pdf") return "pdf";
  if (["image/png", "image/jpeg", "image/webp", "image/gif"].includes(mediaType)) return "image";
  if (mediaType === "text/markdown" || (mediaType === "text/plain" && /\.(md|markdown)$/i.test(fileName)))
    return "markdown";
  if (mediaType === "text/plain") return "text";
  if (mediaType.startsWith("audio/")) return "audio";
  if (mediaType.startsWith("video/")) return "video";
  if (mediaType.includes("presentation")) return "slides";
  if (mediaType.includes("document") || mediaType === "application/msword") return "document";
  return mediaType === "application/zip" ? "archive" : "file";
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
