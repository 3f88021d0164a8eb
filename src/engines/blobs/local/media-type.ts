/**
 * What a file is, told from its bytes alone: the name and type that a sender claims prove nothing. Looks at the
 * beginning only, except for text, which must be text to its end.
 */
import { fileTypeFromBuffer } from "file-type";
import type { PortFile } from "./file-port.ts";

/** What is said of bytes that show nothing. */
export const unknownMediaType = "application/octet-stream";

const headBytesMax = 256 * 1024;
const pieceBytes = 1024 * 1024;

/** The media type of the first `bytes` bytes of `file`. */
export async function mediaTypeOf(file: PortFile, bytes: number): Promise<string> {
  const head = new Uint8Array(Math.min(bytes, headBytesMax));
  await file.read(head, 0);
  const known = await fileTypeFromBuffer(head);
  if (known !== undefined) return known.mime;
  if (bytes === 0 || !(await isText(file, bytes))) return unknownMediaType;
  return textTypeOf(new TextDecoder().decode(head));
}

/** UTF-8 from the first byte to the last, without the control characters that no text has. */
async function isText(file: PortFile, bytes: number): Promise<boolean> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const buffer = new Uint8Array(Math.min(bytes, pieceBytes));
  for (let position = 0; position < bytes; ) {
    const count = await file.read(buffer.subarray(0, Math.min(pieceBytes, bytes - position)), position);
    if (count === 0) return false;
    const piece = buffer.subarray(0, count);
    if (piece.some(isNoTextByte)) return false;
    position += count;
    try {
      decoder.decode(piece, { stream: position < bytes });
    } catch (error) {
      if (error instanceof TypeError) return false;
      throw error;
    }
  }
  return true;
}

/** Control characters, other than tab, line feed, form feed, carriage return and escape (coloured transcripts). */
function isNoTextByte(byte: number): boolean {
  return (
    byte === 0x7f ||
    (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d && byte !== 0x1b)
  );
}

/** Which kind of text. What a browser would run when it is served under its own name is named, so it can be refused. */
function textTypeOf(text: string): string {
  const start = text
    .replace(/^\uFEFF/, "")
    .trimStart()
    .slice(0, 1_000)
    .toLowerCase();
  if (/^(<!--[\s\S]*?-->\s*)*<(!doctype html|html|head|body|script|iframe)\b/.test(start)) return "text/html";
  if (/^(<!--[\s\S]*?-->\s*)*(<!doctype svg\b[^>]*>\s*)?<svg\b/.test(start)) return "image/svg+xml";
  return looksLikeMarkdown(text) ? "text/markdown" : "text/plain";
}

/** Two different marks of Markdown, or a heading with prose below it: one alone may be a comment or a shell prompt. */
function looksLikeMarkdown(text: string): boolean {
  const marks = [
    /^#{1,6} \S/m,
    /^(```|~~~)/m,
    /\[[^\]\n]+\]\([^)\s]+\)/,
    /^(?:[-*+] \S.*\n){2}/m,
    /\*\*[^*\n]+\*\*/,
    /^> \S/m,
    /^\|?[ :]*-{3,}[ :]*\|/m,
  ].filter((mark) => mark.test(text)).length;
  return marks >= 2 || /^\uFEFF?# [^\n]+\r?\n\r?\n[A-Za-z\u00C0-\uFFFF]/.test(text);
}
