import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { crc32 } from "node:zlib";
import { seededRandom } from "#base/random.ts";
import type { Entry, EntryKind } from "#raft/entry.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import { DurableLog, type DurableLogOptions } from "./durable-log.ts";
import { FaultFiles } from "./fault-files.ts";
import { diskFiles } from "./files.ts";
import { encodeFrames, segmentHeaderBytes } from "./frame.ts";
import { hardStateName } from "./hard-state.ts";
import { scanLog } from "./scan.ts";

const storeId = "0123456789abcdef0123456789abcdef";
const none = { index: 0, term: 0 };

function folderFor(t: TestContext): string {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-durable-"));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

type Torn = Parameters<NonNullable<DurableLogOptions["onTornTail"]>>[0];

function optionsFor(folder: string, more: Partial<DurableLogOptions> = {}): DurableLogOptions {
  return {
    folder,
    storeId,
    startAfter: none,
    segmentBytes: 4096,
    entryBytesMax: 1 << 20,
    random: seededRandom(7),
    ...more,
  };
}

function entry(index: number, term: number, text: string, kind: EntryKind = "changeset"): Entry {
  return { index, term, kind, schemaVersion: 3, payload: Buffer.from(text) };
}

/** Entries from `from` to `to`, with a text that says which they are and takes some room. */
function run(from: number, to: number, term: number, room = 500): Entry[] {
  return Array.from({ length: to - from + 1 }, (_, place) =>
    entry(from + place, term, `${term}.${from + place} ${"x".repeat(room)}`),
  );
}

function names(entries: Iterable<Entry>): string[] {
  return [...entries].map(({ payload }) => Buffer.from(payload).toString().split(" ")[0] ?? "");
}

const only = (entries: readonly Entry[]) => ({ hardState: null, entries });
const term = (number: number, votedFor: string | null = null) => ({
  hardState: { term: number, votedFor },
  entries: [],
});

async function withEntries(folder: string, count: number, more: Partial<DurableLogOptions> = {}) {
  const log = await DurableLog.open(optionsFor(folder, more));
  await log.save(term(1));
  for (const each of run(1, count, 1)) await log.save(only([each]));
  return log;
}

test("entries, their terms and the hard state come back after a restart, over several files", async (t) => {
  const folder = folderFor(t);
  const log = await DurableLog.open(optionsFor(folder));
  assert.deepEqual([log.start, log.last, log.hardState], [none, none, { term: 0, votedFor: null }]);
  await log.save({ hardState: { term: 1, votedFor: "a" }, entries: run(1, 30, 1) });
  await log.save({
    hardState: { term: 4, votedFor: null },
    entries: [entry(31, 4, "", "noop"), ...run(32, 40, 4)],
  });
  await log.close();
  assert.ok(scanLog(diskFiles, folder).segments.length > 1);

  const again = await DurableLog.open(optionsFor(folder, { startAfter: { index: 33, term: 4 } }));
  assert.deepEqual(again.last, { index: 40, term: 4 });
  assert.deepEqual(again.hardState, { term: 4, votedFor: null });
  assert.deepEqual(
    [0, 1, 30, 31, 40, 41].map((index) => again.termAt(index)),
    [0, 1, 1, 4, 4, null],
  );
  assert.deepEqual(names(again.entriesAfter(28)).slice(0, 4), ["1.29", "1.30", "", "4.32"]);
  assert.deepEqual(again.entries(31, 31, 0)[0]?.kind, "noop");
  assert.deepEqual(names(again.entries(1, 40, 1_600)), ["1.1", "1.2", "1.3"]);
  assert.deepEqual(names(again.entries(1, 40, 1)), ["1.1"]);
  assert.equal(again.entries(1, 40, 1 << 20).length, 40);
  await again.close();
});

test("another leader's entries replace a suffix: in a file, over files, from a file's first entry on, again and again", async (t) => {
  for (const from of [1, 3, 8, 15, 20]) {
    const folder = folderFor(t);
    const log = await withEntries(folder, 20);
    await log.save({ hardState: { term: 2, votedFor: null }, entries: run(from, from + 9, 2) });
    await log.save({ hardState: { term: 3, votedFor: null }, entries: run(from + 4, from + 5, 3) });
    await log.save(only(run(from + 6, from + 7, 3)));
    const expected = [
      ...names(run(1, from - 1, 1)),
      ...names(run(from, from + 3, 2)),
      ...names(run(from + 4, from + 7, 3)),
    ];
    const check = (each: DurableLog) => {
      assert.deepEqual(each.last, { index: from + 7, term: 3 });
      assert.deepEqual(names(each.entriesAfter(0)), expected);
      assert.deepEqual(names(each.entries(1, from + 7, 1 << 20)), expected);
      assert.equal(each.termAt(from + 3), 2);
    };
    check(log);
    await log.close();
    const again = await DurableLog.open(optionsFor(folder));
    check(again);
    await again.close();
  }
});

test("entries older than what memory holds are read from the files", async (t) => {
  const log = await withEntries(folderFor(t), 60, { recentBytesMax: 2_000 });
  for (const from of [1, 7, 33, 58]) {
    assert.deepEqual(names(log.entries(from, 60, 1 << 20)), names(run(from, 60, 1)), `from ${from}`);
    assert.equal(log.entries(from, 60, 1_100).length, 2);
  }
  await log.close();
});

test("large entries are read from the files as far as the limit lets them, and never past one", async (t) => {
  const log = await DurableLog.open(
    optionsFor(folderFor(t), { segmentBytes: 4 << 20, recentBytesMax: 1 << 20 }),
  );
  await log.save(term(1));
  for (const each of run(1, 12, 1, 700_000)) await log.save(only([each]));
  for (let from = 1; from <= 10; from++)
    assert.deepEqual(names(log.entries(from, 12, 1 << 20)), [`1.${from}`], `from ${from}`);
  await log.close();
});

test("trimming and beginning anew keep the term before the first entry", async (t) => {
  const folder = folderFor(t);
  const log = await withEntries(folder, 40);
  log.trimThrough(25);
  const { start } = log;
  assert.ok(start.index > 10 && start.index <= 25);
  assert.equal(log.termAt(start.index), 1);
  assert.equal(log.termAt(start.index - 1), null);
  await log.restartAfter({ index: 1_000, term: 6 });
  assert.deepEqual(
    [log.start, log.last],
    [
      { index: 1_000, term: 6 },
      { index: 1_000, term: 6 },
    ],
  );
  assert.deepEqual(log.hardState, { term: 6, votedFor: null });
  await log.save(only(run(1_001, 1_003, 6)));
  await log.close();
  const again = await DurableLog.open(optionsFor(folder, { startAfter: { index: 1_000, term: 6 } }));
  assert.deepEqual(names(again.entriesAfter(0)), ["6.1001", "6.1002", "6.1003"]);
  await again.close();
  assert.equal(fs.readdirSync(folder).filter((name) => name.endsWith(".log")).length, 1);
});

test("a snapshot that was installed while the log was not yet begun anew behind it is caught up with", async (t) => {
  const folder = folderFor(t);
  const log = await withEntries(folder, 20);
  await log.close();
  const installed = { index: 15, term: 3 };
  const again = await DurableLog.open(optionsFor(folder, { startAfter: installed, installed }));
  assert.deepEqual([again.start, again.last], [installed, installed]);
  assert.deepEqual([...again.entriesAfter(0)], []);
  await again.save(only(run(16, 17, 3)));
  await again.close();
  // Later starts find the log where the database is, and leave it alone.
  const later = await DurableLog.open(optionsFor(folder, { startAfter: installed, installed }));
  assert.equal(later.last.index, 17);
  await later.close();
});

test("a folder of a store without Raft opens as it was and goes on in a file of the new form", async (t) => {
  const folder = folderFor(t);
  fs.writeFileSync(
    join(folder, "0000000000000001.log"),
    versionOne([entry(1, 1, "one"), entry(2, 1, "two")]),
  );
  const log = await DurableLog.open(optionsFor(folder, { startAfter: { index: 1, term: 1 } }));
  assert.deepEqual(log.hardState, { term: 1, votedFor: null });
  await log.save(only([entry(3, 1, "three")]));
  await log.close();
  const again = await DurableLog.open(optionsFor(folder, { startAfter: { index: 3, term: 1 } }));
  assert.deepEqual(names(again.entriesAfter(0)), ["one", "two", "three"]);
  assert.equal(again.start.term, 0);
  await again.close();
});

function versionOne(entries: Entry[]): Buffer {
  const header = Buffer.alloc(segmentHeaderBytes);
  header.writeUInt32LE(0x474c594c, 0);
  header.writeUInt32LE(1, 4);
  header.write(storeId, 8, "hex");
  header.writeUInt32LE(1, 24);
  header.writeUInt32LE(1, 32);
  header.writeUInt32LE(99, 40);
  header.writeUInt32LE(crc32(header.subarray(0, 60)), 60);
  return Buffer.concat([
    header,
    ...entries.map((each) => encodeFrames([each], { version: 1, salt: 99 })),
    Buffer.alloc(2_000),
  ]);
}

test("a full disk stops a save where it needs a new file, also one that replaces entries; room lets it go on", async (t) => {
  const files = new FaultFiles();
  const folder = folderFor(t);
  const log = await withEntries(folder, 5, { files });
  await log.mend();
  await log.save(only(run(6, 9, 1)));
  files.full = true;
  const before = names(log.entriesAfter(0));
  await assert.rejects(
    async () => {
      for (let round = 0; round < 3; round++) await log.save(only(run(2, 12, 1, 2_000)));
    },
    { code: "ENOSPC" },
  );
  assert.deepEqual(names(log.entriesAfter(0)), before);
  await assert.rejects(log.mend(), { code: "ENOSPC" });
  files.full = false;
  await log.mend();
  await log.save(only(run(4, 5, 1, 2_000)));
  assert.equal(log.last.index, 5);
  await log.close();
});

test("a failed save leaves nothing once it is mended, and a vote that may be durable counts", async (t) => {
  const folder = folderFor(t);
  const files = new FaultFiles();
  const log = await withEntries(folder, 2, { files });
  files.failWrites = true;
  await assert.rejects(log.save(only(run(3, 5, 1))), { code: "ENOSPC" });
  await assert.rejects(log.save(only(run(3, 5, 1))), /mended/);
  files.failWrites = false;
  await log.mend();
  assert.deepEqual(names(log.entriesAfter(0)), ["1.1", "1.2"]);
  files.failSyncs = true;
  await assert.rejects(log.save(term(2, "b")), { code: "EIO" });
  files.failSyncs = false;
  await log.mend();
  assert.deepEqual(log.hardState, { term: 2, votedFor: "b" });
  await log.close();
  const again = await DurableLog.open(optionsFor(folder));
  assert.deepEqual(again.hardState, { term: 2, votedFor: "b" });
  await again.close();
});

/** What a process that was killed leaves, with one byte of the newest file of the log changed. */
function crashedCopy(t: TestContext, folder: string, damagedAt: number | null): string {
  const copy = folderFor(t);
  fs.cpSync(folder, copy, { recursive: true });
  if (damagedAt !== null) flip(join(copy, newestName(copy)), damagedAt);
  return copy;
}

function newestName(folder: string): string {
  return fs.readdirSync(folder).findLast((name) => name.endsWith(".log")) ?? "";
}

function flip(path: string, offset: number): void {
  const bytes = fs.readFileSync(path);
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  fs.writeFileSync(path, bytes);
}

test("a last write that was cut off anywhere is removed and reported; what was answered stays", async (t) => {
  const folder = folderFor(t);
  const log = await withEntries(folder, 1);
  const end = scanLog(diskFiles, folder).segments[0]?.end ?? 0;
  await log.save(only([entry(2, 1, `cut ${"z".repeat(900)}`)]));
  const length = (scanLog(diskFiles, folder).segments[0]?.end ?? 0) - end;
  for (let cut = 0; cut < length; cut += 37) {
    const copy = crashedCopy(t, folder, null);
    const path = join(copy, newestName(copy));
    const bytes = fs.readFileSync(path);
    fs.writeFileSync(path, bytes.fill(0, end + cut, end + length));
    const torn: Torn[] = [];
    const again = await DurableLog.open(optionsFor(copy, { onTornTail: (tail) => torn.push(tail) }));
    assert.deepEqual(names(again.entriesAfter(0)), ["1.1"], `cut after ${cut} bytes`);
    assert.equal(torn.length, cut === 0 ? 0 : 1);
    await again.save(only([entry(2, 1, "next")]));
    await again.close();
  }
  await log.close();
});

test("a flipped bit before later writes is damage: the log is refused and left as it is", async (t) => {
  const folder = folderFor(t);
  const log = await withEntries(folder, 3);
  for (let offset = segmentHeaderBytes; offset < segmentHeaderBytes + 40; offset++) {
    const copy = crashedCopy(t, folder, offset);
    const path = join(copy, newestName(copy));
    const bytes = fs.readFileSync(path);
    await assert.rejects(DurableLog.open(optionsFor(copy)), /damaged at byte 64.*restore/);
    assert.deepEqual(fs.readFileSync(path), bytes);
  }
  await log.close();
});

test("an entry larger than a file of the log gets a file of its own size", async (t) => {
  const log = await withEntries(folderFor(t), 1);
  await log.save(only([entry(2, 1, "y".repeat(100_000)), entry(3, 1, "with it")]));
  await log.save(only([entry(4, 1, "after it")]));
  const lengths = [...log.entriesAfter(1)].map(({ payload }) => payload.length);
  assert.deepEqual(lengths, [100_000, 7, 8]);
  await log.close();
});

test("one write of several entries that was torn is cut, even where a later one of them is whole", async (t) => {
  const folder = folderFor(t);
  const log = await withEntries(folder, 2);
  const end = scanLog(diskFiles, folder).segments[0]?.end ?? 0;
  await log.save(only(run(3, 5, 1, 100)));
  const frame = ((scanLog(diskFiles, folder).segments[0]?.end ?? 0) - end) / 3;
  for (const [place, kept] of [
    [0, ["1.1", "1.2"]],
    [1, ["1.1", "1.2", "1.3"]],
    [2, ["1.1", "1.2", "1.3", "1.4"]],
  ] as const) {
    const copy = crashedCopy(t, folder, end + place * frame + 40);
    const torn: Torn[] = [];
    const again = await DurableLog.open(optionsFor(copy, { onTornTail: (tail) => torn.push(tail) }));
    assert.deepEqual(names(again.entriesAfter(0)), kept);
    assert.deepEqual(
      torn.map(({ offset }) => offset),
      [end + place * frame],
    );
    await again.save(only([entry(kept.length + 1, 1, "next")]));
    await again.close();
    const later = await DurableLog.open(optionsFor(copy));
    assert.deepEqual(names(later.entriesAfter(0)), [...kept, "next"]);
    await later.close();
  }
  // A later write proves that the whole earlier one was durable: now it is damage.
  await log.save(only([entry(6, 1, "later")]));
  const damaged = crashedCopy(t, folder, end + 40);
  const before = fs.readFileSync(join(damaged, newestName(damaged)));
  await assert.rejects(DurableLog.open(optionsFor(damaged)), (error: Error) => {
    assert.ok(error instanceof DataFolderRefused);
    assert.match(
      error.message,
      /damaged at byte \d+: entry 3 cannot be read.*restore.*remove it there.*join again/,
    );
    return true;
  });
  assert.deepEqual(fs.readFileSync(join(damaged, newestName(damaged))), before);
  await log.close();
});

test("an entry that the database, a clean stop or a change of term proves to have been there is not cut off", async (t) => {
  const folder = folderFor(t);
  const log = await withEntries(folder, 3);
  const damagedAt = (scanLog(diskFiles, folder).segments[0]?.end ?? 0) - 100;
  const applied = { startAfter: { index: 3, term: 1 } };
  await assert.rejects(
    DurableLog.open(optionsFor(crashedCopy(t, folder, damagedAt), applied)),
    /entry 3 cannot be read, though the database has it/,
  );
  await log.save(term(2));
  await assert.rejects(
    DurableLog.open(optionsFor(crashedCopy(t, folder, damagedAt))),
    /entry 3 cannot be read, though it was durable/,
  );
  await log.save(only([entry(4, 2, "last")]));
  await log.close();
  const end = scanLog(diskFiles, folder).segments[0]?.end ?? 0;
  await assert.rejects(
    DurableLog.open(optionsFor(crashedCopy(t, folder, end - 8))),
    /entry 4 cannot be read, though it was durable/,
  );
});

test("entries that another leader replaced are not taken for lost", async (t) => {
  const folder = folderFor(t);
  const log = await withEntries(folder, 9);
  await log.save(term(2));
  await log.save({ hardState: { term: 3, votedFor: null }, entries: [entry(4, 3, "short")] });
  const copy = crashedCopy(t, folder, null);
  const again = await DurableLog.open(optionsFor(copy));
  assert.deepEqual(again.last, { index: 4, term: 3 });
  await again.close();
  await log.close();
});

test("a hard state survives a torn write and damage to one slot; with both gone, or the file, the node stays down", async (t) => {
  const folder = folderFor(t);
  const log = await withEntries(folder, 2);
  await log.save(term(2, "b"));
  await log.save(term(5, "c"));
  await log.close();
  for (const slot of [0, 4096]) {
    const copy = crashedCopy(t, folder, null);
    flip(join(copy, hardStateName), slot + 33);
    const again = await DurableLog.open(optionsFor(copy));
    assert.deepEqual(again.hardState, { term: 5, votedFor: "c" });
    await again.close();
  }
  const both = crashedCopy(t, folder, null);
  flip(join(both, hardStateName), 33);
  flip(join(both, hardStateName), 4096 + 33);
  await assert.rejects(
    DurableLog.open(optionsFor(both)),
    /hard-state is damaged.*second leader.*remove it there/,
  );
  const gone = crashedCopy(t, folder, null);
  fs.rmSync(join(gone, hardStateName));
  await assert.rejects(DurableLog.open(optionsFor(gone)), /hard-state is missing/);
  await assert.rejects(
    DurableLog.open(optionsFor(crashedCopy(t, folder, null), { storeId: "e".repeat(32) })),
    /belongs to another store/,
  );
});

test("a log of which a file or all is missing, or that another version made, is refused by name", async (t) => {
  const folder = folderFor(t);
  const log = await withEntries(folder, 30);
  await log.close();
  const files = fs.readdirSync(folder).filter((name) => name.endsWith(".log"));
  assert.ok(files.length >= 4);
  const holed = crashedCopy(t, folder, null);
  fs.rmSync(join(holed, files[1] ?? ""));
  await assert.rejects(DurableLog.open(optionsFor(holed)), /ends at entry 7, the next file begins at \d+/);
  const headless = crashedCopy(t, folder, null);
  fs.rmSync(join(headless, files[0] ?? ""));
  await assert.rejects(
    DurableLog.open(optionsFor(headless, { startAfter: { index: 2, term: 1 } })),
    /has come to entry 2, but the log .* part of the log is missing/,
  );
  const tailless = crashedCopy(t, folder, null);
  fs.rmSync(join(tailless, files.at(-1) ?? ""));
  await assert.rejects(
    DurableLog.open(optionsFor(tailless)),
    /but came to 30 before: part of the log is missing/,
  );
  await assert.rejects(
    DurableLog.open(optionsFor(folderFor(t), { startAfter: { index: 5, term: 1 } })),
    /There is no log in .* come to entry 5/,
  );
  const newer = crashedCopy(t, folder, null);
  const path = join(newer, files[0] ?? "");
  const content = fs.readFileSync(path);
  content.writeUInt32LE(3, 4);
  content.writeUInt32LE(crc32(content.subarray(0, 60)), 60);
  fs.writeFileSync(path, content);
  await assert.rejects(
    DurableLog.open(optionsFor(newer)),
    /newer Lyceum \(log version 3, this one knows 2\)/,
  );
});

test("a disk that fails while old files are removed harms neither the log nor a later trimming", async (t) => {
  const folder = folderFor(t);
  const files = new FaultFiles();
  const log = await withEntries(folder, 60, { files });
  const { syncFolder } = files;
  files.syncFolder = () => {
    throw Object.assign(new Error("EIO: the disk of this test failed"), { code: "EIO" });
  };
  log.trimThrough(20);
  assert.ok(log.start.index > 0 && log.start.index <= 20);
  assert.equal(log.entries(log.start.index + 1, 60, 1 << 20).length, 60 - log.start.index);

  files.syncFolder = syncFolder;
  log.trimThrough(40);
  const { start } = log;
  assert.ok(start.index > 20 && start.index <= 40);
  await log.close();
  const again = await DurableLog.open(optionsFor(folder, { startAfter: { index: 50, term: 1 } }));
  assert.deepEqual([again.start, again.last.index], [start, 60]);
  await again.close();
});
