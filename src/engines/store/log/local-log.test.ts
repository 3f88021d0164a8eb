import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { crc32 } from "node:zlib";
import { seededRandom } from "#base/random.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import { FaultFiles } from "./fault-files.ts";
import { diskFiles, type LogFiles } from "./files.ts";
import { segmentHeaderBytes } from "./frame.ts";
import { LocalLog, type LocalLogOptions } from "./local-log.ts";
import type { LogEntry } from "./port.ts";
import { scanLog } from "./scan.ts";

const storeId = "0123456789abcdef0123456789abcdef";
const segmentBytes = 4096;

function folderFor(t: TestContext): string {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-log-"));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

type Torn = Parameters<NonNullable<LocalLogOptions["onTornTail"]>>[0];

async function openLog(
  folder: string,
  files: LogFiles = diskFiles,
): Promise<{ log: LocalLog; torn: Torn[] }> {
  const torn: Torn[] = [];
  const log = await LocalLog.open({
    folder,
    storeId,
    startAfter: { index: 0, term: 1 },
    segmentBytes,
    entryBytesMax: 1 << 20,
    files,
    random: seededRandom(7),
    onTornTail: (tail) => torn.push(tail),
  });
  return { log, torn };
}

function append(log: LocalLog, text: string) {
  return log.append({ kind: "changeset", schemaVersion: 3, payload: Buffer.from(text) });
}

function texts(entries: Iterable<LogEntry>): string[] {
  return [...entries].map(({ payload }) => Buffer.from(payload).toString());
}

const pause = (character: string) => character.repeat(900);

test("entries come back in order after a restart, over several files, from wherever one asks", async (t) => {
  const folder = folderFor(t);
  const { log } = await openLog(folder);
  const written = Array.from({ length: 20 }, (_, place) => `${place} ${pause("x")}`);
  for (const text of written) await append(log, text);
  await log.close();
  assert.ok(scanLog(diskFiles, folder).segments.length > 4);
  const { log: again, torn } = await openLog(folder);
  assert.deepEqual(again.last, { index: 20, term: 1 });
  assert.deepEqual(texts(again.entriesAfter(0)), written);
  assert.deepEqual(texts(again.entriesAfter(13)), written.slice(13));
  assert.deepEqual([...again.entriesAfter(20)], []);
  assert.equal([...again.entriesAfter(4)][0]?.schemaVersion, 3);
  assert.deepEqual(torn, []);
  await again.close();
});

test("an entry larger than a file of the log gets a file of its own size", async (t) => {
  const { log } = await openLog(folderFor(t));
  await append(log, "small");
  await append(log, "y".repeat(100_000));
  await append(log, "small again");
  assert.deepEqual(
    texts(log.entriesAfter(0)).map((text) => text.length),
    [5, 100_000, 11],
  );
  await log.close();
});

test("trimming removes whole files of old entries only", async (t) => {
  const { log } = await openLog(folderFor(t));
  for (let place = 1; place <= 12; place++) await append(log, `${place} ${pause("x")}`);
  const before = log.bytes;
  log.trimThrough(9);
  assert.ok(log.firstIndex > 1 && log.firstIndex <= 10);
  assert.ok(log.bytes < before);
  assert.equal(texts(log.entriesAfter(9)).length, 3);
  log.trimThrough(12);
  assert.equal(log.last.index, 12);
  await append(log, "13");
  assert.equal(texts(log.entriesAfter(12))[0], "13");
  await log.close();
});

test("a last write that was cut off anywhere is removed and reported; what was answered stays", async (t) => {
  const folder = folderFor(t);
  const { log } = await openLog(folder);
  await append(log, "kept");
  const end = scanEnd(folder);
  await append(log, `cut ${pause("z")}`);
  await log.close();
  const whole = fs.readFileSync(segmentPath(folder));
  const length = scanEnd(folder) - end;
  for (let cut = 0; cut < length; cut += 37) {
    const bytes = Buffer.from(whole);
    bytes.fill(0, end + cut, end + length);
    fs.writeFileSync(segmentPath(folder), bytes);
    const { log: mended, torn } = await openLog(folder);
    assert.deepEqual(texts(mended.entriesAfter(0)), ["kept"], `cut after ${cut} bytes`);
    assert.equal(torn.length, cut === 0 ? 0 : 1);
    await append(mended, "next");
    await mended.close();
    const { log: after, torn: tornAfter } = await openLog(folder);
    assert.deepEqual(texts(after.entriesAfter(0)), ["kept", "next"]);
    assert.deepEqual(tornAfter, []);
    await after.close();
  }
});

test("a flipped bit before later entries is damage: the log is refused, with what to do, and left as it is", async (t) => {
  const folder = folderFor(t);
  const { log } = await openLog(folder);
  for (const text of ["one", "two", "three"]) await append(log, text);
  await log.close();
  const path = segmentPath(folder);
  const whole = fs.readFileSync(path);
  for (let offset = segmentHeaderBytes; offset < segmentHeaderBytes + 40; offset++) {
    const bytes = Buffer.from(whole);
    bytes[offset] = (bytes[offset] ?? 0) ^ 0x10;
    fs.writeFileSync(path, bytes);
    await assert.rejects(openLog(folder), (error: Error) => {
      assert.ok(error instanceof DataFolderRefused);
      assert.match(error.message, /damaged at byte 64.*restore/);
      return true;
    });
    assert.deepEqual(fs.readFileSync(path), bytes);
  }
});

test("a file of the log that is missing in the middle, foreign, or newer is refused by name", async (t) => {
  const folder = folderFor(t);
  const { log } = await openLog(folder);
  for (let place = 0; place < 12; place++) await append(log, pause("x"));
  await log.close();
  const names = scanLog(diskFiles, folder).segments.map(({ name }) => name);
  const middle = join(folder, names[1] ?? "");
  const content = fs.readFileSync(middle);
  fs.rmSync(middle);
  await assert.rejects(openLog(folder), /the next file begins at/);
  fs.writeFileSync(middle, content.fill(0, 0, segmentHeaderBytes));
  await assert.rejects(openLog(folder), /its header is damaged/);

  content.writeUInt32LE(0x474c594c, 0);
  content.writeUInt32LE(3, 4);
  content.writeUInt32LE(crc32(content.subarray(0, 60)), 60);
  fs.writeFileSync(middle, content);
  await assert.rejects(openLog(folder), /newer Lyceum \(log version 3, this one knows 2\)/);

  const foreign = folderFor(t);
  const other = await LocalLog.open({
    folder: foreign,
    storeId: "f".repeat(32),
    startAfter: { index: 0, term: 1 },
    segmentBytes,
    entryBytesMax: 1 << 20,
  });
  await other.close();
  await assert.rejects(openLog(foreign), /belongs to another store/);
});

test("a write that fails half-way leaves nothing once it is mended, and the next one counts on", async (t) => {
  const folder = folderFor(t);
  const files = new FaultFiles();
  const { log } = await openLog(folder, files);
  await append(log, "before");
  files.failWrites = true;
  await assert.rejects(append(log, `lost ${pause("q")}`), { code: "ENOSPC" });
  await assert.rejects(append(log, "too early"), /mended/);
  files.failWrites = false;
  await log.mend();
  assert.deepEqual(await append(log, "after"), { index: 2, term: 1 });
  await log.close();
  const { log: again, torn } = await openLog(folder);
  assert.deepEqual(texts(again.entriesAfter(0)), ["before", "after"]);
  assert.deepEqual(torn, []);
  await again.close();
});

test("a full disk stops the log where it needs a new file, and room lets it go on", async (t) => {
  const files = new FaultFiles();
  const { log } = await openLog(folderFor(t), files);
  files.full = true;
  let taken = 0;
  await assert.rejects(
    async () => {
      for (; taken < 100; taken++) await append(log, pause("x"));
    },
    { code: "ENOSPC" },
  );
  assert.ok(taken > 2);
  await assert.rejects(log.mend(), { code: "ENOSPC" });
  files.full = false;
  await log.mend();
  assert.equal((await append(log, "after")).index, taken + 1);
  await log.close();
});

test("a sync that fails leaves the entry out, whatever reached the disk", async (t) => {
  const folder = folderFor(t);
  const files = new FaultFiles();
  const { log } = await openLog(folder, files);
  await append(log, "before");
  files.failSyncs = true;
  await assert.rejects(append(log, "unknown"), { code: "EIO" });
  await assert.rejects(log.mend(), { code: "EIO" });
  files.failSyncs = false;
  await log.mend();
  await append(log, "after");
  assert.deepEqual(texts(log.entriesAfter(0)), ["before", "after"]);
  await log.close();
});

test("after a power cut in the middle of a write all that was synced is there", async (t) => {
  for (let seed = 1; seed <= 40; seed++) {
    const folder = folderFor(t);
    const files = new FaultFiles();
    const { log } = await openLog(folder, files);
    await append(log, "first");
    await append(log, "second");
    files.beforeSync = async () => {
      files.pullThePlug(seededRandom(seed));
      files.failSyncs = true;
    };
    await assert.rejects(append(log, `third ${pause("t")}${pause("u")}`));
    const { log: again } = await openLog(folder);
    const found = texts(again.entriesAfter(0));
    assert.deepEqual(found.slice(0, 2), ["first", "second"]);
    assert.ok(found.length === 2 || (found.length === 3 && found[2]?.startsWith("third")));
    await again.close();
    files.failSyncs = false;
    await log.close();
  }
});

function segmentPath(folder: string): string {
  return join(folder, scanLog(diskFiles, folder).segments[0]?.name ?? "");
}

function scanEnd(folder: string): number {
  return scanLog(diskFiles, folder).segments[0]?.end ?? 0;
}
