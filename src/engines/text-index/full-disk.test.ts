/** A disk that is full while the index is written: it holds what it held before, and goes on once there is room. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { Unavailable } from "../errors.ts";
import { fileFailureOf } from "./file-failures.ts";
import { indexFileName } from "./index-file.ts";
import { createIndexReader } from "./index-reader.ts";
import { createIndexWriter } from "./index-writer.ts";
import { openTextIndex } from "./open.ts";
import type { SourceChange } from "./port.ts";

const pageBytes = 4_096;
const unlimited = 1_000_000;

async function inFile(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-index-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const database = new DatabaseSync(join(folder, indexFileName));
  t.after(() => database.close());
  const writer = createIndexWriter(database);
  writer.startOver(1);
  /** SQLite answers as it does on a full disk when the file would have more pages than these. */
  const limit = (pages: number) => database.exec(`pragma max_page_count = ${pages}`);
  const pages = () => Number(database.prepare("pragma page_count").get()?.page_count);
  const reader = createIndexReader(database);
  const found = (words: string) =>
    reader
      .search({ words, manner: "search", audiences: null, kinds: null, limit: 10 })
      .hits.map(({ sourceId }) => sourceId);
  return { writer, limit, pages, found };
}

const note = (sourceId: string, title: string, words = 1): SourceChange => ({
  ...{ change: "replace", kind: "note", sourceId, part: "about", audiences: ["all"] },
  entries: [{ place: "", title, heading: "", body: "sand ".repeat(words) }],
});
const isFull = (error: unknown) => fileFailureOf(error) === "passing" && /full/.test(String(error));

test("changes that do not fit are made later, none of them by halves", async (t) => {
  const { writer, limit, pages, found } = await inFile(t);
  writer.apply([note("a", "Alpha")], 1);
  limit(pages() + 2);
  assert.throws(() => writer.apply([note("a", "Beta"), note("b", "Gamma", 50_000)], 2), isFull);
  assert.deepEqual([found("alpha"), found("beta"), found("gamma")], [["a"], [], []]);
  assert.equal(writer.position(1), 1);
  limit(unlimited);
  writer.apply([note("a", "Beta"), note("b", "Gamma", 50_000)], 2);
  assert.deepEqual([found("alpha"), found("beta"), found("gamma")], [[], ["a"], ["b"]]);
  assert.equal(writer.position(1), 2);
});

/** How large the files of this process may become: Linux refuses what is written beyond it, as a full disk does. */
function limitFiles(bytes: number | "unlimited"): boolean {
  return spawnSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`]).status === 0;
}

test("wherever the room ends, the index answers, and is built anew once there is room again", async (t) => {
  if (!limitFiles("unlimited")) return t.diagnostic("not tried: this system has no prlimit");
  t.after(() => limitFiles("unlimited"));
  const folder = await mkdtemp(join(tmpdir(), "lyceum-index-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const index = openTextIndex({ folder });
  t.after(() => index.close());
  const found = async () =>
    (await index.search({ words: "alpha", manner: "search", audiences: null, kinds: null, limit: 1 })).hits;
  await index.startOver(1);
  await index.apply([note("a", "Alpha"), note("b", "Beta", 100)], 1);
  const beside = new DatabaseSync(join(folder, indexFileName));
  t.after(() => beside.close());
  let failed = 0;
  for (let room = 0; room < 60; room += 2) {
    // What is written goes to the log first, which is empty now.
    beside.exec("pragma wal_checkpoint(truncate)");
    limitFiles(room * pageBytes);
    for (const write of [() => index.startOver(2), () => index.apply([note("a", "Alpha", 50_000)], 2)])
      await write().catch((error) => {
        assert(error instanceof Unavailable, String(error));
        failed++;
      });
    await found();
    await index.status();
    limitFiles("unlimited");
    assert((await index.position(1)) <= 1);
    await index.startOver(1);
    await index.apply([note("a", "Alpha"), note("b", "Beta", 100)], 1);
    assert.equal((await found()).length, 1);
    assert.equal(await index.position(1), 1);
  }
  assert(failed > 30, `${failed} writes failed`);
});

test("a node that starts on a full disk has its index once there is room", async (t) => {
  if (!limitFiles("unlimited")) return t.diagnostic("not tried: this system has no prlimit");
  t.after(() => limitFiles("unlimited"));
  const folder = await mkdtemp(join(tmpdir(), "lyceum-index-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const index = openTextIndex({ folder });
  limitFiles(0);
  await assert.rejects(index.position(1), Unavailable);
  await assert.rejects(index.corrections("alpha"), Unavailable);
  limitFiles("unlimited");
  assert.equal(await index.position(1), -1);
  assert.deepEqual(await index.corrections("alpha"), []);
  limitFiles(0);
  await index.close();
});
