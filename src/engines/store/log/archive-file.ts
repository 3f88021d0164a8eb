/**
 * A piece of the log's archive: entries that were committed, in order, and when they were. A file is gzip over one line
 * of JSON (what is inside; `zcat FILE | head -1` shows it) and the frames of the entries. It is named after its first and
 * last entry, and made whole or not at all. Several nodes may archive into one folder: what overlaps is the same.
 */
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, gunzipSync, gzip } from "node:zlib";
import { z } from "zod";
import type { Random } from "#base/random.ts";
import type { Entry } from "#raft/entry.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import type { LogFiles } from "./files.ts";
import { decodeFrame, encodeFrames, frameBytes, writeEntriesMax } from "./frame.ts";

const version = 1;
const frameKey = { version: 2, salt: 0 };
const count = z.number().int().nonnegative();

/** By `ms` (UTC), everything up to `index` was committed and visible. */
const Moment = z.object({ index: count, ms: count });
export type Moment = z.infer<typeof Moment>;

const Head = z.object({
  version: z.literal(version),
  storeId: z.string().regex(/^[0-9a-f]{32}$/),
  first: count,
  last: count,
  /** Ascending in both. */
  moments: z.array(Moment).min(1),
});
export type ArchiveHead = z.infer<typeof Head>;

/** A file of the archive, by its name alone. */
export interface ArchivedPiece {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

const namePattern = /^(\d{16})-(\d{16})-[0-9a-f]{8}\.entries\.gz$/;
/** The first line of a file lies within so many compressed bytes. */
const headBytesMax = 256 << 10;
const compress = promisify(gzip);

/** What the folder holds, by first entry; files of other stores included. */
export function listArchive(files: LogFiles, folder: string): ArchivedPiece[] {
  const pieces: ArchivedPiece[] = [];
  for (const name of files.list(folder)) {
    const [, first, last] = namePattern.exec(name) ?? [];
    if (first !== undefined) pieces.push({ name, first: Number(first), last: Number(last) });
  }
  return pieces.sort((a, b) => a.first - b.first || b.last - a.last);
}

/** Durable when this resolves. */
export async function writeArchived(
  target: { readonly files: LogFiles; readonly folder: string; readonly random: Random },
  head: { readonly storeId: string; readonly moments: readonly Moment[] },
  entries: readonly Entry[],
): Promise<void> {
  const { files, folder, random } = target;
  const first = entries[0]?.index ?? 0;
  const last = entries.at(-1)?.index ?? 0;
  const line = Buffer.from(`${JSON.stringify({ version, first, last, ...head })}\n`);
  const frames: Buffer[] = [];
  for (let place = 0; place < entries.length; place += writeEntriesMax) {
    frames.push(encodeFrames(entries.slice(place, place + writeEntriesMax), frameKey));
  }
  const content = await compress(Buffer.concat([line, ...frames]));
  const tag = Buffer.from(random.bytes(4)).toString("hex");
  const name = `${padded(first)}-${padded(last)}-${tag}.entries.gz`;
  const draft = join(folder, `${name}.tmp`);
  const file = files.create(draft);
  try {
    file.write(content, 0);
    await file.sync();
  } catch (error) {
    files.remove(draft);
    throw error;
  } finally {
    file.close();
  }
  files.rename(draft, join(folder, name));
  files.syncFolder(folder);
}

/** What a file says of itself, without its entries. */
export function readArchiveHead(files: LogFiles, folder: string, { name }: ArchivedPiece): ArchiveHead {
  const path = join(folder, name);
  return headOf(path, unpacked(files, path, headBytesMax)).head;
}

/** All that a file holds, checked. Throws `DataFolderRefused` when it is damaged or newer. */
export function readArchived(
  files: LogFiles,
  folder: string,
  { name }: ArchivedPiece,
): { readonly head: ArchiveHead; readonly entries: readonly Entry[] } {
  const path = join(folder, name);
  const content = unpacked(files, path, null);
  const { head, end } = headOf(path, content);
  const entries: Entry[] = [];
  let offset = end;
  for (let index = head.first; index <= head.last; index++) {
    const entry = decodeFrame(content, offset, frameKey);
    if (entry === null || entry.index !== index) throw damaged(path, `entry ${index} cannot be read`);
    entries.push(entry);
    offset += frameBytes(entry.payload.length);
  }
  return { head, entries };
}

function headOf(path: string, content: Buffer): { readonly head: ArchiveHead; readonly end: number } {
  const lineEnd = content.indexOf("\n");
  const head = Head.safeParse(parsed(content.subarray(0, Math.max(0, lineEnd)).toString()));
  if (head.success) return { head: head.data, end: lineEnd + 1 };
  throw new DataFolderRefused(
    `${path} is no file of a log archive that this Lyceum knows: another version made it, or it is damaged.`,
  );
}

/** All of the file, or what its first `bytesMax` bytes hold. */
function unpacked(files: LogFiles, path: string, bytesMax: number | null): Buffer {
  const file = files.openReadOnly(path);
  try {
    if (bytesMax === null) return gunzipSync(file.readAll());
    return gunzipSync(file.read(0, bytesMax), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw damaged(path, (error as Error).message);
  } finally {
    file.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function damaged(path: string, what: string): DataFolderRefused {
  return new DataFolderRefused(
    `The archived log ${path} is damaged: ${what}. Put back a copy of it, or restore to a moment before it.`,
  );
}

function padded(index: number): string {
  return String(index).padStart(16, "0");
}
