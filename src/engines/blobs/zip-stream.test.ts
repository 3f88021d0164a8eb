/** Zip files made while they are read: right at every size, known in size, and never whole in memory. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import yauzl from "yauzl";
import { type ZipEntry, zipStream } from "./zip-stream.ts";

const at = Date.UTC(2026, 10, 21);
const stored = (path: string, bytes: number): ZipEntry => ({
  path,
  bytes,
  sha256: path,
  text: null,
  modifiedAt: at,
});
const written = (path: string, text: string): ZipEntry => ({
  path,
  bytes: Buffer.byteLength(text),
  sha256: null,
  text,
  modifiedAt: at,
});
const blobsOf = (sizes: ReadonlyMap<string, number>) => ({
  open: async (sha256: string) => Readable.from([Buffer.alloc(sizes.get(sha256) ?? 0, 7)]),
});

async function namesIn(zip: Buffer): Promise<Record<string, number>> {
  const names: Record<string, number> = {};
  const file = await yauzl.fromBufferPromise(zip, { lazyEntries: true });
  for await (const entry of file.eachEntry()) names[entry.fileName] = entry.uncompressedSize;
  return names;
}

test("what is inside comes out again under its name, and the size was known before", async () => {
  const entries = [
    written("manifest.csv", "name\n"),
    stored("سارة 🌙/work.pdf", 70_000),
    stored("empty.txt", 0),
  ];
  const { bytes, stream } = zipStream(
    blobsOf(new Map(entries.map(({ path, bytes: size }) => [path, size]))),
    entries,
  );
  const zip = await buffer(stream);
  assert.equal(zip.length, bytes);
  assert.deepEqual(await namesIn(zip), { "manifest.csv": 5, "سارة 🌙/work.pdf": 70_000, "empty.txt": 0 });
});

test("the size is right on both sides of what a directory of 64 KiB takes", async () => {
  for (const count of [500, 780, 790, 800, 1_000]) {
    const entries = Array.from({ length: count }, (_each, index) => written(`${1_000 + index}`, "x"));
    const { bytes, stream } = zipStream(blobsOf(new Map()), entries);
    const zip = await buffer(stream);
    assert.equal(zip.length, bytes, `${count} entries`);
    assert.equal(Object.keys(await namesIn(zip)).length, count);
  }
});

test("five thousand files go through a small memory, one open at a time", async () => {
  const size = 200_000;
  const entries = Array.from({ length: 5_000 }, (_each, index) => stored(`student ${index}/work.pdf`, size));
  let open = 0;
  let openMost = 0;
  const content = Buffer.alloc(size, 1);
  const blobs = {
    async open() {
      openMost = Math.max(openMost, ++open);
      return Readable.from([content]).on("close", () => open--);
    },
  };
  const before = process.memoryUsage().rss;
  const { bytes, stream } = zipStream(blobs, entries);
  let got = 0;
  let grown = 0;
  for await (const piece of stream) {
    got += (piece as Buffer).length;
    grown = Math.max(grown, process.memoryUsage().rss - before);
  }
  assert.equal(got, bytes);
  assert.ok(bytes > 1e9, `${bytes}`);
  assert.equal(openMost, 1);
  assert.ok(grown < 200 * 1024 ** 2, `memory grew by ${grown} bytes`);
});

test("a file that cannot be read breaks the stream off; what was open is closed", async () => {
  const entries = [stored("a", 10), stored("b", 10)];
  const missing = {
    async open(sha256: string) {
      if (sha256 === "b") throw new Error("gone");
      return Readable.from([Buffer.alloc(10)]);
    },
  };
  await assert.rejects(buffer(zipStream(missing, entries).stream), /gone/);
  const source = Readable.from([Buffer.alloc(10), Buffer.alloc(1_000_000)]);
  const { stream } = zipStream({ open: async () => source }, [stored("a", 1_000_010)]);
  await new Promise<void>((done) => {
    stream.once("data", () => {
      stream.destroy();
      done();
    });
  });
  await new Promise((done) => setImmediate(done));
  assert.ok(source.destroyed);
});
