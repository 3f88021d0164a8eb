/** The file of settings in a data folder: what is the node's own, kept so that it starts with nothing but `--data`. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { saveSecret } from "#engines/peer/credentials-folder.ts";
import { folderFileName, settings } from "../config.ts";

/** What has no place in that file: the folder itself, and passwords. */
const neverKept: readonly string[] = [
  "config",
  ...Object.values(settings).flatMap((setting) =>
    setting.name === "data" || "secret" in setting ? [setting.name] : [],
  ),
];

/** Writes `given` (names as in the file) into the file of the folder, over what it said of them before. */
export async function keepSettings(
  folder: string,
  given: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const kept = Object.entries(given).filter(([name]) => !neverKept.includes(name));
  if (kept.length === 0) return [];
  const path = join(folder, folderFileName);
  const before = existsSync(path) ? (JSON.parse(await readFile(path, "utf8")) as object) : {};
  const after = { ...before, ...Object.fromEntries(kept.map(([name, text]) => [name, asWritten(text)])) };
  await saveSecret(path, `${JSON.stringify(after, null, 2)}\n`);
  return kept.map(([name]) => name);
}

/** As a person would write it: numbers without quotes. */
function asWritten(text: string): string | number {
  return /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : text;
}
