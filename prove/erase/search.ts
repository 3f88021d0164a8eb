/** Looks for words in every byte of every file below a folder, in each form in which they may stand there. */
import fs from "node:fs";
import { join, relative } from "node:path";

export interface Found {
  readonly files: number;
  readonly bytes: number;
  /** Where one of the words stands, and how often. */
  readonly places: ReadonlyMap<string, number>;
}

/** Searches `folder`; names of files count too. */
export function searchFolder(folder: string, words: readonly string[]): Found {
  const forms = [...new Set(words.flatMap(formsOf))];
  const places = new Map<string, number>();
  let files = 0;
  let bytes = 0;
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    let count = forms.filter((form) => Buffer.from(entry.name).includes(form)).length;
    if (entry.isFile()) {
      const content = fs.readFileSync(path);
      files++;
      bytes += content.length;
      for (const form of forms) count += countOf(content, form);
    }
    if (count > 0) places.set(name, count);
  }
  return { files, bytes, places };
}

/** UTF-8, as JSON escapes it (once and twice), folded for searching, and as the hexadecimal key that names sort by. */
function formsOf(word: string): string[] {
  const json = JSON.stringify(word).slice(1, -1);
  const folded = word.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return [word, json, JSON.stringify(json).slice(1, -1), folded, Buffer.from(folded).toString("hex")];
}

export function countOf(content: Buffer, form: string): number {
  const wanted = Buffer.from(form);
  let count = 0;
  for (let at = content.indexOf(wanted); at !== -1; at = content.indexOf(wanted, at + 1)) count++;
  return count;
}
