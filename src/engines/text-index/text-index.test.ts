/** What the index finds and what it does not, in a real file behind real threads. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { present } from "#base/assert.ts";
import { Unavailable } from "../errors.ts";
import { indexFileName } from "./index-file.ts";
import { openTextIndex } from "./open.ts";
import type { IndexEntry, SourceChange, TextIndex, TextQuestion } from "./port.ts";

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-index-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(t: TestContext): Promise<TextIndex> {
  const index = openTextIndex({ folder: await folderFor(t) });
  t.after(() => index.close());
  await index.startOver(1);
  return index;
}

const entry = (title: string, body: string, more: Partial<IndexEntry> = {}): IndexEntry => ({
  ...{ title, body, heading: "", place: "" },
  ...more,
});
const about = (sourceId: string, entries: readonly IndexEntry[], audiences = ["all"]): SourceChange => ({
  ...{ change: "replace", kind: "note", sourceId, part: "about", audiences, entries },
});
const ask = (words: string, more: Partial<TextQuestion> = {}): TextQuestion => ({
  ...{ words, manner: "search", audiences: null, kinds: null, limit: 10 },
  ...more,
});
const found = async (index: TextIndex, words: string, more: Partial<TextQuestion> = {}) =>
  (await index.search(ask(words, more))).hits.map(({ sourceId }) => sourceId);

test("words are found however they are written, the title before the body", async (t) => {
  const index = await open(t);
  await index.apply(
    [
      about("body", [entry("Week 2", "A naïve guess at the size of the Earth, and measuring it.")]),
      about("title", [entry("The Earth's size", "How long is a shadow?")]),
      about("german", [entry("Straße", "Größe und Übung")]),
    ],
    null,
  );
  assert.deepEqual(await found(index, "earth size"), ["title", "body"]);
  assert.deepEqual(await found(index, "NAIVE"), ["body"]);
  assert.deepEqual(await found(index, "ubung"), ["german"]);
  assert.deepEqual(await found(index, "shad"), ["title"], "an unfinished last word");
  assert.deepEqual(await found(index, "measured"), ["body"], "another form of the word");
  assert.deepEqual(await found(index, '"size of the Earth"'), ["body"], "a phrase");
  assert.deepEqual(await found(index, '"earth size"'), []);
});

test("nothing that people type is taken for the index's own language", async (t) => {
  const index = await open(t);
  await index.apply([about("a", [entry("NEAR and OR", 'C++ (a*b) title:x -y ^z "')])], null);
  for (const words of [
    '"',
    "title:near",
    "near(",
    "a* OR",
    "NOT",
    "-",
    "^",
    "(",
    "C++",
    "a AND",
    "'; drop",
    "\u0000x",
  ])
    await index.search(ask(words));
  assert.deepEqual(await found(index, "NEAR"), ["a"]);
  assert.deepEqual(await found(index, ""), []);
  assert.deepEqual(await found(index, "…!?"), []);
});

test("languages without spaces, and letters with marks that are mostly left out", async (t) => {
  const index = await open(t);
  await index.apply(
    [
      about("japanese", [entry("地球の大きさ", "エラトステネスは影の長さで地球を測った。")]),
      about("chinese", [entry("光年", "光在一年中走过的距离")]),
      about("thai", [entry("ดาราศาสตร์", "ขนาดของโลก")]),
      about("arabic", [entry("كَتَبَ الطالب", "قياس الأرض")]),
      about("korean", [entry("지구의 크기", "그림자를 재다")]),
    ],
    null,
  );
  assert.deepEqual(await found(index, "地球"), ["japanese"]);
  assert.deepEqual(await found(index, "測"), ["japanese"]);
  assert.deepEqual(await found(index, "距离"), ["chinese"]);
  assert.deepEqual(await found(index, "球地"), [], "the order of the letters counts");
  assert.deepEqual(await found(index, "โลก"), ["thai"]);
  assert.deepEqual(await found(index, "كتب"), ["arabic"]);
  assert.deepEqual(await found(index, "지구"), ["korean"]);
  const { hits } = await index.search(ask("地球"));
  const excerpts = await index.excerpts([hits[0]?.entryId ?? 0], "地球");
  assert.deepEqual([...excerpts.values()][0]?.excerpt, [
    { text: "エラトステネスは影の長さで", isHit: false },
    { text: "地球", isHit: true },
    { text: "を測った。", isHit: false },
  ]);
});

test("an excerpt marks the words and carries text, never markup of its own", async (t) => {
  const index = await open(t);
  const body = "Before. <script>alert(1)</script> \u0002 The shadows are <b>long</b> at dusk.";
  await index.apply(
    [about("a", [entry("T", body, { heading: "Dusk" })]), about("b", [entry("Shadows", "No word of them.")])],
    null,
  );
  const { hits } = await index.search(ask("shadow"));
  const ids = hits.map(({ entryId }) => entryId);
  const excerpts = await index.excerpts([...ids, 999], "shadow");
  assert.equal(excerpts.size, 2);
  const of = (sourceId: string) => excerpts.get(hits.find((hit) => hit.sourceId === sourceId)?.entryId ?? 0);
  assert.deepEqual(of("b")?.excerpt, [{ text: "No word of them.", isHit: false }]);
  const shown = of("a");
  assert.equal(shown?.heading, "Dusk");
  assert.deepEqual(
    shown?.excerpt.filter(({ isHit }) => isHit).map(({ text }) => text),
    ["shadows"],
  );
  assert.match(shown?.excerpt.map(({ text }) => text).join("") ?? "", /<script>alert\(1\)<\/script>/);
});

test("only entries of the audiences and kinds that are asked for are met", async (t) => {
  const index = await open(t);
  await index.apply(
    [about("mine", [entry("Moon", "")], ["c1", "p7"]), about("theirs", [entry("Moon", "")], ["c2"])],
    null,
  );
  assert.deepEqual(await found(index, "moon", { audiences: ["p7", "c9"] }), ["mine"]);
  assert.deepEqual(await found(index, "moon", { audiences: [] }), []);
  assert.deepEqual((await found(index, "moon")).sort(), ["mine", "theirs"]);
  assert.deepEqual(await found(index, "moon", { kinds: ["course"] }), []);
  assert.deepEqual(await found(index, "c1"), [], "audiences are no words of the text");
});

test("a slip of the fingers is guessed, from words of texts only", async (t) => {
  const index = await open(t);
  await index.apply([about("a", [entry("Eratosthenes", "measured the shadow")], ["parallaxes"])], null);
  assert.deepEqual((await index.corrections("eratostenes shadw"))[0], "eratosthenes shadow");
  assert.deepEqual(await index.corrections("paralaxes"), []);
  assert.deepEqual(await index.corrections("shadow"), []);
});

test("similar texts share words, not all of them", async (t) => {
  const index = await open(t);
  await index.apply(
    [
      about("near", [entry("Why two wells?", "One shadow would do.")]),
      about("far", [entry("Where is the exam?", "In which room?")]),
    ],
    null,
  );
  const words = "why do we need two wells and not one for measuring";
  assert.equal((await found(index, words, { manner: "similar" }))[0], "near");
  const { hits, match } = await index.search(ask("wells elephants"));
  assert.deepEqual([hits.map(({ sourceId }) => sourceId), match], [["near"], "some"]);
});

test("a change replaces its part; what was removed is found nowhere, not even in the file", async (t) => {
  const folder = await folderFor(t);
  const index = openTextIndex({ folder });
  await index.startOver(1);
  await index.apply([about("a", [entry("Alpha", "zanzibarwort")]), about("b", [entry("Beta", "kept")])], 5);
  await index.apply([about("a", [entry("Alpha", "renamed")])], 6);
  assert.deepEqual(await found(index, "zanzibarwort"), []);
  await index.apply([{ change: "remove", kind: "note", sourceId: "a" }], 7);
  assert.deepEqual(await found(index, "alpha"), []);
  assert.equal(await index.position(1), 7);
  assert.equal(await index.position(2), -1, "an index of another version is not built");
  await index.close();
  const bytes = await readFile(join(folder, indexFileName), "latin1");
  assert(!bytes.includes("zanzibarwort") && bytes.includes("kept"));
});

test("a file that another source holds too is copied with its own title, not read again", async (t) => {
  const index = await open(t);
  const file = (sourceId: string, title: string): SourceChange => ({
    ...{ change: "file", kind: "note", sourceId, audiences: [`class${sourceId}`] },
    file: { sha256: "aa", mediaType: "application/pdf", bytes: 10, title },
  });
  await index.apply([file("one", "First")], null);
  const first = present(await index.nextFile(0), "the first file waits");
  assert.equal(await index.copyFile(first), false, "nobody has read it yet");
  await index.addFileEntries(first, [entry("", "parallax", { place: "page=2" })]);
  await index.settleFile(first, { problem: null, retryAt: null });

  await index.apply([file("two", "Second")], null);
  const second = present(await index.nextFile(0), "the second file waits");
  assert.equal(await index.copyFile(second), true);
  await index.settleFile(second, { problem: null, retryAt: null });
  assert.deepEqual((await found(index, "parallax")).sort(), ["one", "two"]);
  assert.deepEqual(await found(index, "second parallax"), ["two"]);
  await index.apply([{ change: "forget", audience: "classone" }], null);
  assert.deepEqual(await found(index, "parallax"), ["two"], "the copy stands by itself");
});

test("a file waits in the queue, is read once, and follows its title", async (t) => {
  const index = await open(t);
  const file = (sha256: string, title: string): SourceChange => ({
    ...{ change: "file", kind: "note", sourceId: "m", audiences: ["all"] },
    file: { sha256, mediaType: "application/pdf", bytes: 10, title },
  });
  await index.apply([file("aa", "Old title")], null);
  const queued = await index.nextFile(0);
  assert.equal(queued?.sha256, "aa");
  if (queued === null) return;
  assert.equal(await index.addFileEntries(queued, [entry("", "parallax", { place: "page=2" })]), true);
  await index.settleFile(queued, { problem: null, retryAt: null });
  assert.equal(await index.nextFile(0), null);
  await index.apply([file("aa", "New title")], null);
  assert.equal(await index.nextFile(0), null, "the same content is not read again");
  const { hits } = await index.search(ask("new parallax"));
  assert.deepEqual(
    hits.map(({ place, sha256 }) => [place, sha256]),
    [["page=2", "aa"]],
  );

  await index.apply([file("bb", "New title")], null);
  assert.deepEqual(await found(index, "parallax"), [], "another content, another text");
  assert.equal(await index.addFileEntries(queued, []), false, "the old file is wanted no longer");
  const next = await index.nextFile(0);
  if (next === null) throw new Error("the new file waits");
  await index.settleFile(next, { problem: null, retryAt: 1_000 });
  assert.equal(await index.nextFile(999), null);
  assert.equal((await index.nextFile(1_000))?.attempts, 1);
  await index.settleFile(next, { problem: "locked", retryAt: null });
  assert.deepEqual(
    await index.status().then(({ queuedFiles, failedFiles }) => [queuedFiles, failedFiles]),
    [0, 1],
  );
});

test("waiting for a position ends when it is reached, or when its time is up", async (t) => {
  const index = await open(t);
  const waits = index.reaches(3, 5_000);
  await index.apply([], 2);
  await index.apply([], 3);
  assert.equal(await waits, true);
  assert.equal(await index.reaches(4, 10), false);
});

test("a file that is no index, or that breaks, is thrown away", async (t) => {
  const folder = await folderFor(t);
  await writeFile(join(folder, indexFileName), "this is no database, whatever it is called".repeat(200));
  const index = openTextIndex({ folder });
  t.after(() => index.close());
  assert.equal(await index.position(1), -1);
  await index.startOver(1);
  await index.apply([about("a", [entry("Alpha", "")])], 1);
  assert.deepEqual(await found(index, "alpha"), ["a"]);
});

test("a file that is deleted under a running node is missed at once, and can be built anew", async (t) => {
  const folder = await folderFor(t);
  const index = openTextIndex({ folder });
  t.after(() => index.close());
  const build = async () => {
    await index.startOver(1);
    await index.apply([about("a", [entry("Alpha", "")])], 1);
    assert.deepEqual(await found(index, "alpha"), ["a"]);
  };
  for (const deleted of [join(folder, indexFileName), folder]) {
    await build();
    await rm(deleted, { recursive: true });
    await assert.rejects(found(index, "alpha"), Unavailable);
    assert.equal(await index.position(1), -1, "whoever follows the feed sees that it is to be built");
  }
  await build();
});

test("a question that takes too long is ended, and the next one is answered", async (t) => {
  const index = openTextIndex({ folder: await folderFor(t), questionMsMax: 0 });
  t.after(() => index.close());
  await index.startOver(1);
  await assert.rejects(index.search(ask("moon")), Unavailable);
  assert.equal((await index.status()).entries, 0);
});

test("everything of an audience can be forgotten at once", async (t) => {
  const index = await open(t);
  await index.apply(
    [about("a", [entry("Moon", "")], ["course1", "p1"]), about("b", [entry("Moon", "")], ["course2"])],
    null,
  );
  await index.apply([{ change: "forget", audience: "course1" }], 3);
  assert.deepEqual(await found(index, "moon"), ["b"]);
});
