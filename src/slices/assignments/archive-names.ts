/** Names in an archive: safe on every file system, one folder a student, none twice; and a list of what is inside. */
import { stringify } from "csv-stringify/sync";
import { cleanFileName } from "#engines/blobs/file-name.ts";

/** What Windows takes for a device, with or without an ending. */
const reserved = /^(con|prn|aux|nul|com[1-9]|lpt[1-9])(\.|$)/i;

/** A name that every file system takes: no signs that mean something to one, no device's name, no dot at its end. */
export function safeName(name: string): string {
  const clean = cleanFileName(name.replaceAll(/[/\\]/g, "-"))
    .replaceAll(/[<>:"|?*]/g, "-")
    .replace(/[. ]+$/, "");
  if (clean === "") return "file";
  return reserved.test(clean) ? `_${clean}` : clean;
}

/** Gives names out, none twice on a file system that takes capitals and small letters for the same. */
export function uniqueNames(): (name: string) => string {
  const given = new Set<string>();
  return (name) => {
    const safe = safeName(name);
    const ending = /\.[\p{L}\p{N}]{1,12}$/u.exec(safe)?.[0] ?? "";
    const stem = safe.slice(0, safe.length - ending.length);
    for (let count = 1; ; count++) {
      const candidate = count === 1 ? safe : `${stem} (${count})${ending}`;
      const key = candidate.normalize("NFKC").toLowerCase();
      if (given.has(key)) continue;
      given.add(key);
      return candidate;
    }
  };
}

/** A table as CSV that spreadsheets read as text: a cell that looks like a formula begins with an apostrophe. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  const harmless = rows.map((row) => row.map((cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell)));
  return stringify(harmless, { bom: true, record_delimiter: "windows" });
}
