/** The tail over the durable log, above all while a save is under way. */
import assert from "node:assert/strict";
import test from "node:test";
import { AssertionError } from "#base/assert.ts";
import type { Entry } from "./entry.ts";
import { RaftLog } from "./log.ts";
import { MemoryDisk } from "./testing/memory-disk.ts";

function entry(index: number, term: number, bytes = 0): Entry {
  return { index, term, kind: "changeset", schemaVersion: 1, payload: new Uint8Array(bytes) };
}

function durable(...terms: number[]): { disk: MemoryDisk; log: RaftLog } {
  const disk = new MemoryDisk(null);
  disk.put(terms.map((term, at) => entry(at + 1, term)));
  return { disk, log: new RaftLog(disk) };
}

function save(disk: MemoryDisk, log: RaftLog): void {
  disk.put(log.takeUnsaved());
  log.saved();
}

const terms = (log: RaftLog) => {
  const { start, last } = log;
  return Array.from({ length: last.index - start.index }, (_, at) => log.termAt(start.index + 1 + at));
};

test("the tail hides what it replaces, before and after it is durable", () => {
  const { disk, log } = durable(1, 1, 1, 1);
  log.append([entry(3, 2)]);
  assert.deepEqual(terms(log), [1, 1, 2]);
  assert.equal(log.durableIndex, 2);
  assert.equal(log.termAt(4), null);
  save(disk, log);
  assert.deepEqual(terms(log), [1, 1, 2]);
  assert.equal(log.durableIndex, 3);
  assert.equal(log.hasUnsaved, false);
});

test("what comes in during a save waits for the next one", () => {
  const { disk, log } = durable(1);
  log.append([entry(2, 1)]);
  const taken = log.takeUnsaved();
  log.append([entry(3, 1), entry(4, 1)]);
  disk.put(taken);
  log.saved();
  assert.equal(log.durableIndex, 2);
  assert.deepEqual(
    log.takeUnsaved().map(({ index }) => index),
    [3, 4],
  );
});

test("what is replaced during a save is not durable by it", () => {
  const { disk, log } = durable(1);
  log.append([entry(2, 1), entry(3, 1), entry(4, 1)]);
  const taken = log.takeUnsaved();
  log.append([entry(3, 2)]);
  disk.put(taken);
  log.saved();
  assert.equal(log.durableIndex, 2);
  assert.deepEqual(terms(log), [1, 1, 2]);
  save(disk, log);
  assert.equal(disk.last.index, 3);
  assert.deepEqual(terms(log), [1, 1, 2]);
});

test("replaced by an entry of the same index and a longer tail, it is still not durable", () => {
  const { disk, log } = durable(1);
  log.append([entry(2, 1)]);
  const taken = log.takeUnsaved();
  log.append([entry(2, 2), entry(3, 2)]);
  disk.put(taken);
  log.saved();
  assert.equal(log.durableIndex, 1);
  assert.deepEqual(terms(log), [1, 2, 2]);
});

test("a replacement may reach into what was durable before the save", () => {
  const { disk, log } = durable(1, 1, 1);
  log.append([entry(4, 1)]);
  const taken = log.takeUnsaved();
  log.append([entry(2, 3)]);
  disk.put(taken);
  log.saved();
  assert.deepEqual(terms(log), [1, 3]);
  save(disk, log);
  assert.deepEqual(terms(log), [1, 3]);
});

test("a snapshot hides everything until it is installed", () => {
  const { disk, log } = durable(1, 1, 1);
  log.append([entry(4, 1)]);
  const before = log.takeUnsaved();
  log.restore({ index: 10, term: 5 });
  assert.deepEqual([log.start, log.last], [log.last, { index: 10, term: 5 }]);
  assert.equal(log.termAt(3), null);
  log.append([entry(11, 5)]);
  disk.put(before);
  log.saved();
  assert.equal(log.hasUnsaved, true);
  const taken = log.takeUnsaved();
  const configuration = { index: 0, members: [] };
  disk.save({ snapshot: { index: 10, term: 5, configuration }, hardState: null, entries: taken });
  log.saved();
  assert.equal(log.hasUnsaved, false);
  assert.deepEqual(log.start, { index: 10, term: 5 });
  assert.deepEqual(terms(log), [5]);
});

test("a snapshot that the driver says is installed, and is not, stops the process", () => {
  const { log } = durable(1);
  log.restore({ index: 10, term: 5 });
  log.takeUnsaved();
  assert.throws(() => log.saved(), AssertionError);
});

test("entries that the driver says are durable, and are not, stop the process", () => {
  const { log } = durable(1);
  log.append([entry(2, 1)]);
  log.takeUnsaved();
  assert.throws(() => log.saved(), AssertionError);
});

test("entries come from both parts, as many as fit, and one at least", () => {
  const disk = new MemoryDisk(null);
  disk.put([entry(1, 1, 10), entry(2, 1, 10), entry(3, 1, 10)]);
  const log = new RaftLog(disk);
  log.append([entry(4, 1, 10), entry(5, 1, 10)]);
  const indexes = (from: number, to: number, bytesMax: number) =>
    log.entries(from, to, bytesMax).map(({ index }) => index);
  assert.deepEqual(indexes(1, 5, 1_000), [1, 2, 3, 4, 5]);
  assert.deepEqual(indexes(2, 4, 1_000), [2, 3, 4]);
  assert.deepEqual(indexes(2, 5, 25), [2, 3]);
  assert.deepEqual(indexes(2, 5, 35), [2, 3, 4]);
  assert.deepEqual(indexes(4, 5, 15), [4]);
  assert.deepEqual(indexes(1, 5, 0), [1]);
  assert.deepEqual(indexes(5, 5, 0), [5]);
});

test("a log is newer by its last term first, by its length second", () => {
  const { log } = durable(1, 1, 3);
  const isVotedFor = (index: number, term: number) => log.isNoNewerThan({ index, term });
  assert.equal(isVotedFor(3, 3), true);
  assert.equal(isVotedFor(1, 4), true);
  assert.equal(isVotedFor(2, 3), false);
  assert.equal(isVotedFor(100, 2), false);
});

test("the newest entry that may agree is searched by term, not below where the log starts", () => {
  const { disk, log } = durable(1, 1, 2, 2, 2, 4, 4);
  assert.deepEqual(log.newestUpTo(7, 4), { index: 7, term: 4 });
  assert.deepEqual(log.newestUpTo(99, 3), { index: 5, term: 2 });
  assert.deepEqual(log.newestUpTo(4, 1), { index: 2, term: 1 });
  assert.deepEqual(log.newestUpTo(7, 0), { index: 0, term: 0 });
  disk.trimThrough(4);
  assert.deepEqual(log.newestUpTo(7, 1), { index: 4, term: 2 });
  assert.deepEqual(log.newestUpTo(3, 9), { index: 3, term: 0 });
});

test("entries with a gap, or whose term falls, stop the process", () => {
  const { log } = durable(1, 2);
  assert.throws(() => log.append([entry(4, 2)]), AssertionError);
  assert.throws(() => log.append([entry(3, 1)]), AssertionError);
  assert.throws(() => log.append([entry(3, 2), entry(5, 2)]), AssertionError);
});
