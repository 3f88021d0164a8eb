/** Names of files as people see them: what a sender calls a file, made harmless, and never a path of ours. */

const fileNameBytesMax = 200;

/**
 * `name` without folders, control characters and the marks that turn the direction of writing (which make `exe.fdp`
 * look like `pdf.exe` the other way round); at most 200 bytes of UTF-8, its extension kept.
 */
export function cleanFileName(name: string): string {
  const base = name.normalize("NFC").split(/[/\\]/).at(-1) ?? "";
  const clean = base
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200E\u200F\u061C\u202A-\u202E\u2066-\u2069\uFEFF]/gu, "")
    .toWellFormed()
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/^\.+/, "");
  if (clean === "") return "file";
  const extension = /\.[\p{L}\p{N}]{1,12}$/u.exec(clean)?.[0] ?? "";
  const stem = clean.slice(0, clean.length - extension.length);
  return cutToBytes(stem === "" ? "file" : stem, fileNameBytesMax - Buffer.byteLength(extension)) + extension;
}

/** The longest beginning of `text` that fits `bytesMax` bytes of UTF-8 and cuts no character that people see. */
function cutToBytes(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  let cut = "";
  for (const { segment } of new Intl.Segmenter("und", { granularity: "grapheme" }).segment(text)) {
    if (Buffer.byteLength(cut) + Buffer.byteLength(segment) > bytesMax) break;
    cut += segment;
  }
  return cut;
}
