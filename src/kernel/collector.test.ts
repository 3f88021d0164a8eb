/** Holding, releasing and collecting blobs, on every engine and with real files. */
import assert from "node:assert/strict";
import { mkdtemp, open, rm, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import { eachEngine, type TestEngine } from "#engines/store/testing/each-engine.ts";
import { blobGraceMs, blobMigrations, heldBlobs } from "./blob-holds.ts";
import { collectSchedule, orphanAgeMs, sweepSchedule } from "./collector.ts";
import { Refusal } from "./errors.ts";
import { scrubSchedule } from "./scrub.ts";

async function setUp(t: TestContext, engine: TestEngine) {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-collect-"));
  const clock = new ManualClock();
  const store = await engine.open(t, { clock, migrations: blobMigrations });
  const blobs = await openLocalBlobStore({ folder, clock, random: seededRandom(1) });
  t.after(async () => {
    await blobs.close();
    await rm(folder, { recursive: true });
  });
  const logged: string[] = [];
  const parts = {
    store,
    blobs,
    log: (level: string, message: string) => void logged.push(`${level}: ${message}`),
  };
  const collect = collectSchedule({ ...parts, replicas: null });
  const sweep = sweepSchedule(parts);
  const scrub = scrubSchedule(parts);
  return {
    clock,
    blobs,
    store,
    logged,
    async collect() {
      await sweep.run(clock.now());
      await collect.run(clock.now());
    },
    scrub: () => scrub.run(clock.now()),
    hold: (blob: { sha256: string; bytes: number }, holder: string) =>
      store.write(({ database }) => heldBlobs(database, clock.now()).hold(blob, holder)),
    release: (sha256: string, holder: string) =>
      store.write(({ database }) => heldBlobs(database, clock.now()).release(sha256, holder)),
  };
}

async function put(blobs: BlobStore, text: string) {
  const bytes = Buffer.from(text);
  const { id } = await blobs.beginUpload({
    owner: "person:ada",
    fileName: "a",
    bytesExpected: bytes.byteLength,
  });
  const { finished } = await blobs.appendToUpload(id, 0, Readable.from([bytes]));
  assert.ok(finished !== null);
  return finished;
}

eachEngine("blobs in use", (engine) => {
  test("a blob stays while anybody refers to it, and goes after the grace time", async (t) => {
    const { clock, blobs, hold, release, collect } = await setUp(t, engine);
    const blob = await put(blobs, "a worksheet");
    await hold(blob, "materials:1");
    await hold(blob, "submissions:1");
    await hold(blob, "submissions:1");
    await release(blob.sha256, "materials:1");
    clock.advance(blobGraceMs * 2);
    await collect();
    assert.ok((await blobs.stat(blob.sha256)) !== null, "somebody still refers to it");
    await release(blob.sha256, "submissions:1");
    clock.advance(blobGraceMs - 1);
    await collect();
    assert.ok((await blobs.stat(blob.sha256)) !== null, "the grace time is not over");
    clock.advance(1);
    await collect();
    assert.equal(await blobs.stat(blob.sha256), null);
  });

  test("a command that refers to a released blob revives it", async (t) => {
    const { clock, blobs, hold, release, collect } = await setUp(t, engine);
    const blob = await put(blobs, "a worksheet");
    await hold(blob, "materials:1");
    await release(blob.sha256, "materials:1");
    clock.advance(blobGraceMs - 1);
    await hold(blob, "materials:2");
    clock.advance(blobGraceMs * 2);
    await collect();
    assert.ok((await blobs.stat(blob.sha256)) !== null);
  });

  test("while a blob is being deleted nobody can refer to it; sent again, it can be held and stays", async (t) => {
    const { clock, store, blobs, hold, release } = await setUp(t, engine);
    const blob = await put(blobs, "a worksheet");
    await hold(blob, "materials:1");
    await release(blob.sha256, "materials:1");
    clock.advance(blobGraceMs);
    const isExpired = (error: unknown) => error instanceof Refusal && error.code === "upload_expired";
    let tried = 0;
    // Between the mark and the end of the collection: a command that wants it, then the same file sent again.
    const watched: BlobStore = Object.create(blobs, {
      remove: {
        value: async (sha256: string, only: { readonly storedBefore: number }) => {
          await assert.rejects(hold(blob, "materials:2"), isExpired);
          await put(blobs, "a worksheet");
          tried++;
          return blobs.remove(sha256, only);
        },
      },
    });
    await collectSchedule({ store, blobs: watched, replicas: null, log: () => {} }).run(clock.now());
    assert.equal(tried, 1);
    await hold(blob, "materials:2");
    clock.advance(blobGraceMs * 2);
    await collectSchedule({ store, blobs, replicas: null, log: () => {} }).run(clock.now());
    assert.ok((await blobs.stat(blob.sha256)) !== null);
  });

  test("a collection that was cut short is finished by the next", async (t) => {
    const { clock, store, blobs, hold, release, collect } = await setUp(t, engine);
    const blob = await put(blobs, "a worksheet");
    await hold(blob, "materials:1");
    await release(blob.sha256, "materials:1");
    clock.advance(blobGraceMs);
    const dying: BlobStore = Object.create(blobs, {
      remove: { value: () => Promise.reject(new Error("killed")) },
    });
    await assert.rejects(
      collectSchedule({ store, blobs: dying, replicas: null, log: () => {} }).run(clock.now()),
      /killed/,
    );
    await collect();
    assert.equal(await blobs.stat(blob.sha256), null);
    await put(blobs, "a worksheet");
    await hold(blob, "materials:2");
  });

  test("a file that no command ever referred to goes with its upload, and not before", async (t) => {
    const { clock, blobs, hold, collect, logged } = await setUp(t, engine);
    const wanted = await put(blobs, "wanted");
    const unwanted = await put(blobs, "unwanted");
    await blobs.beginUpload({ owner: "person:ada", fileName: "a", bytesExpected: 9 });
    await hold(wanted, "materials:1");
    clock.advance(orphanAgeMs);
    await collect();
    assert.ok((await blobs.stat(unwanted.sha256)) !== null);
    clock.advance(1);
    await collect();
    assert.equal(await blobs.stat(unwanted.sha256), null);
    assert.ok((await blobs.stat(wanted.sha256)) !== null);
    assert.equal(logged.length, 2);
  });

  test("damage and loss of files in use are reported, each time round", async (t) => {
    const { blobs, hold, scrub, logged } = await setUp(t, engine);
    for (const text of ["whole", "damaged", "missing"])
      await hold(await put(blobs, text), `materials:${text}`);
    await scrub();
    assert.deepEqual(logged, []);
    const damaged = await put(blobs, "damaged");
    const file = await open(await blobs.localPath(damaged.sha256), "r+");
    await file.write("D", 0);
    await file.close();
    await unlink(await blobs.localPath((await put(blobs, "missing")).sha256));
    await scrub();
    const advice = "restore it from a backup or send it again";
    const expected = [
      `error: a file in use is damaged; ${advice}`,
      `error: a file in use is missing; ${advice}`,
    ];
    assert.deepEqual(logged.toSorted(), expected);
    await scrub();
    assert.equal(logged.length, 4);
  });
});
