/** Puts a backup into an empty data folder: everything is checked before anything is in its place. */
import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { placesIn } from "#engines/blobs/local/places.ts";
import { installSnapshot } from "#engines/store/sqlite/restore.ts";
import {
  type RestoredToMoment,
  restoreToMoment,
  type Until,
} from "#engines/store/sqlite/restore-to-moment.ts";
import { countRows } from "#engines/store/sqlite/snapshot-counts.ts";
import { type ArchiveEntry, readArchive } from "./archive.ts";
import { backupFormat, blobName, databaseName, Manifest, manifestName } from "./manifest.ts";

/** A backup that cannot be restored, or a place where it must not be; the message says what to do. */
export class RestoreRefused extends Error {
  override readonly name = "RestoreRefused";
}

const keyName = "master.key";

export interface Restored {
  readonly manifest: Manifest;
  readonly files: number;
  readonly bytes: number;
  readonly rows: number;
  /** What was added from the archive of the log; null where none was asked for. */
  readonly added: RestoredToMoment | null;
}

/** A moment later than the backup, and the archive of the log that leads there. */
export interface LaterMoment {
  readonly archiveFolder: string;
  readonly until: Until;
}

/** Reads the whole backup and compares every hash with its manifest; writes nothing. */
export async function checkBackup(
  path: string,
  onBytes: (bytes: number) => void = () => {},
): Promise<Manifest> {
  return unpack(path, onBytes, async ({ content }) => {
    for await (const piece of content) void piece;
  });
}

/** Restores `path` into the folders of a data folder that holds nothing yet. */
export async function restoreBackup(
  path: string,
  folders: { readonly data: string; readonly store: string; readonly blobs: string },
  onBytes: (bytes: number) => void = () => {},
  moment: LaterMoment | null = null,
): Promise<Restored> {
  await requireEmpty(folders.data);
  await mkdir(folders.data, { recursive: true, mode: 0o700 });
  const draft = join(folders.data, ".restoring");
  try {
    const manifest = await unpack(path, onBytes, async ({ name, content }) => {
      const target = placeOf(draft, name);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await pipeline(Readable.from(content), createWriteStream(target, { mode: 0o600, flush: true }));
    });
    compareRows(manifest, countRows(join(draft, databaseName)));
    await mkdir(join(draft, "blobs"), { recursive: true, mode: 0o700 });
    await rename(join(draft, "blobs"), folders.blobs);
    const store = { folder: folders.store, snapshotFile: join(draft, databaseName) };
    const added = moment === null ? null : await restoreToMoment({ ...store, ...moment });
    if (moment === null) await installSnapshot(store);
    await rm(draft, { recursive: true });
    return {
      manifest,
      added,
      files: manifest.files.length - 1,
      bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
      rows: Object.values(manifest.rows).reduce((sum, count) => sum + count, 0),
    };
  } catch (error) {
    // But for the key the folder was empty before, so all else that is in it came from here.
    for (const name of await readdir(folders.data))
      if (name !== keyName) await rm(join(folders.data, name), { recursive: true });
    throw error;
  }
}

/** Where an entry lies in the draft: the database by its name, the blobs as the blob store keeps them. */
function placeOf(draft: string, name: string): string {
  if (name === databaseName) return join(draft, name);
  return placesIn(join(draft, "blobs")).blob(name.slice(blobName("").length));
}

/** Gives every file but the manifest to `take`, hashing it on the way; then compares with the manifest. */
async function unpack(
  path: string,
  onBytes: (bytes: number) => void,
  take: (entry: ArchiveEntry) => Promise<void>,
): Promise<Manifest> {
  const found = new Map<string, { bytes: number; sha256: string }>();
  let manifest: Manifest | null = null;
  let total = 0;
  await readArchive(path, async (entry) => {
    const { name, bytes } = entry;
    if (name === manifestName) {
      manifest = parseManifest(path, await textOf(entry.content));
      return;
    }
    if (name !== databaseName && !/^blobs\/[0-9a-f]{64}$/.test(name))
      throw new RestoreRefused(`${path} holds ${JSON.stringify(name)}, which is no part of a backup.`);
    const hash = createHash("sha256");
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const piece of entry.content) {
        hash.update(piece);
        total += piece.length;
        onBytes(total);
        yield piece;
      }
    }
    await take({ name, bytes, content: hashed() });
    found.set(name, { bytes, sha256: hash.digest("hex") });
  });
  if (manifest === null)
    throw new RestoreRefused(`${path} was cut off: its manifest is missing. Use another backup.`);
  compareFiles(path, manifest, found);
  return manifest;
}

function compareFiles(
  path: string,
  manifest: Manifest,
  found: ReadonlyMap<string, { bytes: number; sha256: string }>,
): void {
  for (const { name, bytes, sha256 } of manifest.files) {
    const file = found.get(name);
    if (file === undefined)
      throw new RestoreRefused(`${path} is damaged: ${name} is missing. Use another backup.`);
    if (file.bytes !== bytes || file.sha256 !== sha256)
      throw new RestoreRefused(
        `${path} is damaged: ${name} has another hash than when it was written. Use another backup.`,
      );
  }
  if (found.size !== manifest.files.length)
    throw new RestoreRefused(`${path} holds files that its manifest does not name.`);
}

function compareRows(manifest: Manifest, counted: Readonly<Record<string, number>>): void {
  for (const [table, count] of Object.entries(manifest.rows))
    if (counted[table] !== count)
      throw new RestoreRefused(
        `The table ${table} has ${counted[table] ?? "no"} rows and should have ${count}. Use another backup.`,
      );
}

function parseManifest(path: string, text: string): Manifest {
  const format = /"format":\s*(\d+)/.exec(text)?.[1];
  if (format !== undefined && Number(format) > backupFormat)
    throw new RestoreRefused(`${path} was made by a newer Lyceum: restore it with that version.`);
  const parsed = Manifest.safeParse(JSON.parse(text));
  if (!parsed.success) throw new RestoreRefused(`The manifest of ${path} is damaged. Use another backup.`);
  return parsed.data;
}

async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  // The master key may have been put there first.
  const [stranger] = names.filter((name) => name !== keyName);
  if (stranger !== undefined)
    throw new RestoreRefused(
      `${folder} is not empty (it holds ${stranger}). Restore into an empty folder, then swap the two.`,
    );
}

async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
