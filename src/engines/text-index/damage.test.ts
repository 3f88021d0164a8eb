/** What happens to the file while it is open: whatever it is, the index can be asked again once it has been built anew. */
import assert from "node:assert/strict";
import { mkdtemp, open, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Unavailable } from "../errors.ts";
import { indexFileName } from "./index-file.ts";
import { openTextIndex } from "./open.ts";
import type { SourceChange, TextIndex } from "./port.ts";

const entries = 400;
const pageBytes = 4_096;

/** Each with a word of its own and words that all have, so that the file has pages of every sort. */
function sources(): SourceChange[] {
  const audiences = ["all"];
  return Array.from({ length: entries }, (_, index) => ({
    ...{ change: "replace", kind: "note", sourceId: `s${index}`, part: "about", audiences },
    entries: [
      { place: "", title: `Moon${index}x`, heading: "", body: `the moon and star${index} `.repeat(30) },
    ],
  }));
}

const search = (index: TextIndex, words: string) =>
  index.search({ words, manner: "search", audiences: null, kinds: null, limit: 10 });

/** As the follower of the feed does: builds where nothing is built, and takes what is new. */
async function follow(index: TextIndex, position: number): Promise<void> {
  if ((await index.position(1)) < 0) {
    await index.startOver(1);
    await index.apply(sources(), position);
  } else await index.apply(sources().slice(0, 5), position);
}

/** An index in use, all of it in its file rather than in the log beside it. */
async function inUse(t: TestContext, { asked }: { readonly asked: boolean }) {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-index-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const built = openTextIndex({ folder });
  await follow(built, 1);
  await built.close();
  const index = openTextIndex({ folder });
  t.after(() => index.close());
  assert.equal(await index.position(1), 1);
  if (asked) assert.equal((await search(index, "moon7x")).hits.length, 1);
  return { index, file: join(folder, indexFileName) };
}

async function overwrite(file: string, from: number, to: number): Promise<void> {
  const handle = await open(file, "r+");
  await handle.write(Buffer.alloc(to - from, "damage"), 0, to - from, from);
  await handle.close();
}

const damages: Readonly<Record<string, (file: string) => Promise<void>>> = {
  "its header is overwritten": (file) => overwrite(file, 0, 100),
  "its first page is overwritten": (file) => overwrite(file, 0, pageBytes),
  "every page but the first is overwritten": async (file) =>
    overwrite(file, pageBytes, (await stat(file)).size),
  "it loses its second half": async (file) => truncate(file, (await stat(file)).size / 2),
  "it loses all that it held": (file) => truncate(file, 0),
  "it is deleted": (file) => rm(file),
  "its log is deleted": (file) => rm(`${file}-wal`),
  "its log's index is deleted": (file) => rm(`${file}-shm`),
};

for (const asked of [true, false])
  for (const [what, damage] of Object.entries(damages))
    test(`${asked ? "asked before" : "not asked yet"}: ${what}`, async (t) => {
      const { index, file } = await inUse(t, { asked });
      await damage(file);
      let failed = 0;
      const unlessUnavailable = (error: unknown) => {
        assert(error instanceof Unavailable, String(error));
        failed++;
        return null;
      };
      // What is in memory may still be answered from; everything else says that it is being built.
      for (let round = 2; round < 6; round++) {
        await search(index, "moon moon9x star11").catch(unlessUnavailable);
        await follow(index, round).catch(unlessUnavailable);
      }
      assert(failed <= 3, `${failed} calls failed`);
      for (const number of [0, 7, 199, entries - 1])
        assert.deepEqual(
          (await search(index, `moon${number}x`)).hits.map(({ sourceId }) => sourceId),
          [`s${number}`],
        );
      assert.equal((await index.status()).entries, entries);
      assert.equal(await index.position(1), 5);
      assert.equal((await stat(file)).isFile(), true, "what answers is what lies there");
    });

test("a log that is cut off while it is used", async (t) => {
  const { index, file } = await inUse(t, { asked: true });
  await follow(index, 2);
  await truncate(`${file}-wal`, 100);
  for (let round = 3; round < 6; round++) {
    await search(index, "moon star3").catch((error) => assert(error instanceof Unavailable, String(error)));
    await follow(index, round).catch((error) => assert(error instanceof Unavailable, String(error)));
  }
  assert.equal((await search(index, "moon3x")).hits.length, 1);
  assert.equal((await index.status()).entries, entries);
});

test("many who ask at once when it is deleted have it built once", async (t) => {
  const { index, file } = await inUse(t, { asked: true });
  await rm(file);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, number) => search(index, `moon${number}x`)),
  );
  for (const outcome of outcomes)
    assert(outcome.status === "rejected" && outcome.reason instanceof Unavailable, JSON.stringify(outcome));
  await follow(index, 2);
  assert.equal((await search(index, "moon3x")).hits.length, 1);
  assert.equal(await index.position(1), 2);
});

test("one that is deleted while it is being built is built again", async (t) => {
  const { index, file } = await inUse(t, { asked: false });
  await index.startOver(1);
  await index.apply(sources().slice(0, 50), null);
  await rm(file);
  await assert.rejects(index.apply(sources().slice(50), 2), Unavailable);
  await assert.doesNotReject(search(index, "moon"));
  await follow(index, 3);
  assert.equal((await search(index, "moon3x")).hits.length, 1);
});

for (const [what, damage] of Object.entries({
  "its log is overwritten": async (file: string) =>
    overwrite(`${file}-wal`, 0, (await stat(`${file}-wal`)).size),
  "its log is cut off": (file: string) => truncate(`${file}-wal`, 100),
  "it is deleted, log and all": (file: string) => rm(join(file, ".."), { recursive: true }),
}))
  test(`a stop, and a start after it, when ${what}`, async (t) => {
    const { index, file } = await inUse(t, { asked: true });
    await follow(index, 2);
    await damage(file);
    await index.close();
    const next = openTextIndex({ folder: join(file, "..") });
    t.after(() => next.close());
    for (let round = 3; round < 6; round++)
      await follow(next, round).catch((error) => assert(error instanceof Unavailable, String(error)));
    assert.equal((await search(next, "moon3x")).hits.length, 1);
    assert.equal((await next.status()).entries, entries);
  });
