/**
 * Finds out at the start what the folder of a log holds, settles what a crash left behind, and refuses whatever would
 * mean that something durable was lost.
 */
import { join } from "node:path";
import { AssertionError } from "#base/assert.ts";
import type { EntryId } from "#raft/entry.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import type { DurableLogOptions } from "./durable-log.ts";
import type { LogFile, LogFiles } from "./files.ts";
import { type HardRecord, HardStateFile, readHardState } from "./hard-state.ts";
import { howToRecover, type ScannedLog, type ScannedSegment, scanLog } from "./scan.ts";
import { Segment } from "./segment-reader.ts";
import { TermMap } from "./term-map.ts";

export interface OpenedFolder {
  readonly segments: Segment[];
  /** The file of the newest segment, or a stand-in where there is none. */
  readonly active: LogFile;
  readonly terms: TermMap;
  readonly hard: HardStateFile;
  /** Where the log has to begin anew before it is used; null when it is fine as it is. */
  readonly beginAfter: EntryId | null;
}

/** The file that is written to next, made ahead of time. */
export const spareName = "spare.tmp";

/** What has to be known to tell whether a log is whole. */
export interface ExamineOptions {
  readonly files: LogFiles;
  readonly folder: string;
  readonly storeId: string;
  readonly startAfter: EntryId;
  readonly installed?: EntryId | null;
  /** Whether an empty folder is the beginning of a log, or a log that is missing. */
  readonly mayBegin: boolean;
}

export interface ExaminedFolder extends ScannedLog {
  readonly terms: TermMap;
  /** Null where a version that knew none made the log. */
  readonly hard: HardRecord | null;
  /** Where the log has to begin anew before it is used; null when it is fine as it is. */
  readonly beginAfter: EntryId | null;
}

/** Reads all of the folder and changes nothing. Throws `DataFolderRefused` when something that was durable is not there. */
export function examineFolder(options: ExamineOptions): ExaminedFolder {
  const { files, folder, storeId, startAfter } = options;
  // Before the log, which a server that runs beside us only ever brings further.
  const hard = readHardState(files, folder, storeId);
  const { segments, superseded } = scanLog(files, folder);
  requireOwn(options, segments);
  if (segments.length === 0 && !options.mayBegin) {
    throw refused(`There is no log in ${folder}, though the database has come to entry ${startAfter.index}`);
  }
  const terms = termsOf(segments, startAfter);
  const beginAfter = segments.length === 0 ? originOf(startAfter) : restartOf(options, terms);
  // Version 1 knew no hard state; every later segment was made beside one.
  if (hard === null && segments.some(({ version }) => version > 1)) {
    throw refused(
      `The file hard-state is missing in ${folder}: without this node's term and vote it could elect a second leader`,
    );
  }
  if (beginAfter === null) requireWhole(options, terms, segments.at(-1) ?? null, hard);
  return { segments, superseded, terms, hard, beginAfter };
}

interface OpenOptions extends ExamineOptions, Pick<DurableLogOptions, "onTornTail"> {}

/** Makes the folder ready to be written to. */
export async function openFolder(options: OpenOptions): Promise<OpenedFolder> {
  const { files, folder } = options;
  files.makeFolder(folder);
  const { segments, superseded, terms, beginAfter } = examineFolder(options);
  const hard = await openHardState(options, terms);
  try {
    removeLeftovers(files, folder, superseded);
    const newest = segments.at(-1);
    if (newest === undefined) return { segments: [], active: noFile, terms, hard, beginAfter };
    const active = files.open(join(folder, newest.name));
    try {
      await settleTail(options, active, newest);
    } catch (error) {
      active.close();
      throw error;
    }
    return { segments: segments.map(Segment.found), active, terms, hard, beginAfter };
  } catch (error) {
    hard.close();
    throw error;
  }
}

function requireOwn({ folder, storeId }: ExamineOptions, segments: ScannedLog["segments"]): void {
  if (segments.every((segment) => segment.storeId === storeId)) return;
  throw new DataFolderRefused(
    `The log in ${folder} belongs to another store than the database beside it: put back the log that was made with it, or restore a backup.`,
  );
}

function termsOf(segments: ScannedLog["segments"], startAfter: EntryId): TermMap {
  const first = segments[0];
  const terms = new TermMap(
    originOf(first === undefined ? startAfter : { index: first.firstIndex - 1, term: first.previousTerm }),
  );
  for (const segment of segments) {
    for (const id of segment.terms) terms.append(id);
    if (segment.last.index > terms.last.index) terms.append(segment.last);
  }
  return terms;
}

/** Before the first entry there is no term, whatever version 1 wrote there. */
function originOf(start: EntryId): EntryId {
  return start.index === 0 ? { index: 0, term: 0 } : start;
}

/** A snapshot that was installed, and the log not yet begun anew behind it. */
function restartOf({ installed, startAfter }: ExamineOptions, terms: TermMap): EntryId | null {
  if (!installed || installed.index !== startAfter.index) return null;
  return terms.termAt(installed.index) === installed.term || terms.start.index > installed.index
    ? null
    : installed;
}

async function openHardState(options: OpenOptions, terms: TermMap): Promise<HardStateFile> {
  const { files, folder, storeId, startAfter } = options;
  const found = await HardStateFile.open(files, folder, storeId);
  if (found !== null) return found;
  const term = Math.max(startAfter.term, terms.last.term);
  return HardStateFile.create(files, folder, storeId, {
    state: { term, votedFor: null },
    durable: { index: 0, term: 0 },
  });
}

/** What the database holds, and what was durable at the last change of term or clean stop, must still be there. */
function requireWhole(
  { folder, startAfter }: ExamineOptions,
  terms: TermMap,
  newest: ScannedSegment | null,
  hard: HardRecord | null,
): void {
  const { start, last } = terms;
  const durable = hard?.durable ?? { index: 0, term: 0 };
  const needed = durable.index > startAfter.index ? durable : startAfter;
  const witness = needed === startAfter ? "the database has it" : "it was durable";
  if (newest !== null && newest.tornBytes > 0 && last.index < needed.index) {
    throw refused(
      `The log file ${join(folder, newest.name)} is damaged at byte ${newest.end}: entry ${last.index + 1} cannot be read, though ${witness}`,
    );
  }
  if (last.index < startAfter.index || start.index > startAfter.index) {
    throw refused(
      `The database has come to entry ${startAfter.index}, but the log in ${folder} holds ${start.index + 1} to ${last.index}: part of the log is missing`,
    );
  }
  if (last.index < durable.index) {
    throw refused(
      `The log in ${folder} ends at entry ${last.index}, but came to ${durable.index} before: part of the log is missing`,
    );
  }
  for (const id of [startAfter, durable]) {
    if (id.index <= start.index || terms.termAt(id.index) === id.term) continue;
    throw refused(`Entry ${id.index} of the log in ${folder} is another one than this node had`);
  }
}

async function settleTail(options: OpenOptions, active: LogFile, newest: ScannedSegment): Promise<void> {
  if (newest.tornBytes > 0) active.write(new Uint8Array(newest.tornBytes), newest.end);
  // Also where nothing was torn: a process that died may have left entries that were written and not synced.
  await active.sync();
  if (newest.tornBytes === 0) return;
  options.onTornTail?.({
    file: join(options.folder, newest.name),
    offset: newest.end,
    bytes: newest.tornBytes,
  });
}

function removeLeftovers(files: LogFiles, folder: string, superseded: readonly string[]): void {
  for (const name of [...superseded, spareName]) files.remove(join(folder, name));
  files.syncFolder(folder);
}

function refused(what: string): DataFolderRefused {
  return new DataFolderRefused(`${what}. ${howToRecover}`);
}

const unopened = (): never => {
  throw new AssertionError("the log has no file yet");
};
/** Stands where the file of the first segment will be, until that is made. */
const noFile: LogFile = {
  size: 0,
  write: unopened,
  readAll: unopened,
  read: unopened,
  allocate: unopened,
  sync: unopened,
  syncInPlace: unopened,
  writeDurably: unopened,
  close: () => undefined,
};
