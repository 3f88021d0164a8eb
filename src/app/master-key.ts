/**
 * The master key: 32 bytes under which the school's secrets in the store are locked. It lies in a file of its own, which
 * no backup holds, so that a stolen backup opens nothing.
 */
import { existsSync } from "node:fs";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Random } from "#base/random.ts";
import { masterKeyBytes } from "#kernel/keyring.ts";
import { ConfigError } from "./config.ts";

/** Reads the key at `file`, or makes one there while the school is new. */
export async function masterKeyAt(options: {
  readonly file: string;
  readonly random: Random;
  /** Whether there are secrets already that only the old key opens. */
  readonly isSchoolNew: boolean;
}): Promise<Uint8Array> {
  const { file, random, isSchoolNew } = options;
  if (!existsSync(file)) {
    if (!isSchoolNew)
      throw new ConfigError(
        `The master key is missing: ${file} is not there. Put back the file that this school was made with, ` +
          "or name its place with LYCEUM_MASTER_KEY.",
      );
    await putKey(file, random.bytes(masterKeyBytes));
  }
  const bytes = Buffer.from((await readFile(file, "utf8")).trim(), "base64url");
  if (bytes.length !== masterKeyBytes)
    throw new ConfigError(`${file} is no master key: it must hold ${masterKeyBytes} bytes in base64url.`);
  return bytes;
}

/** Keeps the key that a cluster handed over. Refuses a place that holds another one. */
export async function keepMasterKey(file: string, key: Uint8Array): Promise<void> {
  await putKey(file, key);
  const kept = Buffer.from((await readFile(file, "utf8")).trim(), "base64url");
  if (!kept.equals(key))
    throw new ConfigError(
      `${file} holds the master key of another school. Move it away, or name another place with LYCEUM_MASTER_KEY.`,
    );
}

/** Written aside and linked into place, so that two processes that start at once agree on one key. */
async function putKey(file: string, key: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const aside = `${file}.${process.pid}`;
  await writeFile(aside, `${Buffer.from(key).toString("base64url")}\n`, { mode: 0o600, flush: true });
  await chmod(aside, 0o600);
  try {
    await link(aside, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}
