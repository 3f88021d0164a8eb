/** The blob store dies before each of its steps in turn, with and without what was not synced. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import { Unavailable } from "#engines/errors.ts";
import type { BlobStore } from "../port.ts";
import { Crash, FaultyFiles } from "./faulty-files.ts";
import { openLocalBlobStore } from "./open.ts";

const bytesOf = (size: number, seed: number) => Buffer.from(seededRandom(seed).bytes(size));
const file = bytesOf(10_000, 1);
const other = bytesOf(3_000, 2);
const shaOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 999) yield bytes.subarray(at, at + 999);
}

/** What the sender was told: all that it may rely on. */
interface Told {
  readonly received: Map<string, number>;
  readonly finished: Map<string, string>;
  readonly givenUp: Set<string>;
}

async function everything(blobs: BlobStore, told: Told): Promise<void> {
  const wish = { owner: "person:ada", fileName: "a.bin" };
  const first = await blobs.beginUpload({ ...wish, bytesExpected: file.byteLength });
  told.received.set(first.id, 0);
  await blobs.appendToUpload(first.id, 0, piecesOf(file.subarray(0, 4_000)));
  told.received.set(first.id, 4_000);
  await blobs.appendToUpload(first.id, 4_000, piecesOf(file.subarray(4_000)));
  told.finished.set(first.id, shaOf(file));
  const again = await blobs.beginUpload({ ...wish, bytesExpected: null });
  told.received.set(again.id, 0);
  await blobs.appendToUpload(again.id, 0, piecesOf(file));
  told.received.set(again.id, file.byteLength);
  await blobs.finishUpload(again.id);
  told.finished.set(again.id, shaOf(file));
  const unwanted = await blobs.beginUpload({ ...wish, bytesExpected: 50 });
  await blobs.abandonUpload(unwanted.id);
  told.givenUp.add(unwanted.id);
  const last = await blobs.beginUpload({ ...wish, bytesExpected: other.byteLength });
  told.received.set(last.id, 0);
  await blobs.appendToUpload(last.id, 0, piecesOf(other.subarray(0, 1_000)));
  told.received.set(last.id, 1_000);
}

async function checkAfterRestart(folder: string, clock: ManualClock, told: Told): Promise<void> {
  const blobs = await openLocalBlobStore({ folder, clock, random: seededRandom(9) });
  for (const id of told.givenUp) assert.equal(await blobs.upload(id), null, "what was given up stays gone");
  for (const [id, received] of told.received) {
    const upload = await blobs.upload(id);
    assert.ok(upload !== null, "an upload that was told of is still there");
    assert.ok(upload.bytesReceived >= received, `${upload.bytesReceived} bytes are left of ${received} told`);
    const sha256 = told.finished.get(id);
    if (sha256 !== undefined) assert.equal(upload.finished?.sha256, sha256);
    const whole = upload.bytesExpected === other.byteLength ? other : file;
    // Whatever is unfinished goes on from where it stands, and comes out right.
    if (upload.finished === null) {
      await blobs.appendToUpload(id, upload.bytesReceived, piecesOf(whole.subarray(upload.bytesReceived)));
      assert.equal((await blobs.finishUpload(id)).finished?.sha256, shaOf(whole));
    }
    const parts: Buffer[] = [];
    for await (const part of await blobs.open(shaOf(whole))) parts.push(part as Buffer);
    assert.ok(Buffer.concat(parts).equals(whole));
  }
  clock.advance(25 * 60 * 60 * 1_000);
  await blobs.expireUploads();
  await blobs.close();
  assert.deepEqual(await readdir(join(folder, "uploads")), [], "nothing is left of expired uploads");
  const reopened = await openLocalBlobStore({
    folder,
    clock,
    random: seededRandom(9),
    report: (report) => assert.fail(report.kind),
  });
  for await (const { sha256, bytes } of reopened.list())
    assert.ok(
      (sha256 === shaOf(file) && bytes === file.byteLength) ||
        (sha256 === shaOf(other) && bytes === other.byteLength),
      "only whole blobs are left",
    );
  await reopened.close();
}

for (const powerCut of [false, true]) {
  test(`a crash at any step loses nothing that was told${powerCut ? ", not even with the power" : ""}`, async () => {
    let crashes = 0;
    for (let dieAt = 1; ; dieAt++) {
      const folder = await mkdtemp(join(tmpdir(), "lyceum-blobs-"));
      const files = await FaultyFiles.open(dieAt);
      const clock = new ManualClock();
      const told: Told = { received: new Map(), finished: new Map(), givenUp: new Set() };
      try {
        const blobs = await openLocalBlobStore({ folder, clock, random: seededRandom(7), files });
        await everything(blobs, told);
      } catch (error) {
        assert.ok(error instanceof Crash, String(error));
      }
      if (powerCut) await files.cutPower();
      await checkAfterRestart(folder, clock, told);
      await files.dispose();
      await rm(folder, { recursive: true });
      if (!files.isDead) break;
      crashes++;
    }
    assert.ok(crashes > 60, `${crashes} crashes`);
  });
}

test("a full disk at any write is said as such, and the upload goes on once there is room", async () => {
  let refused = 0;
  for (let room = 0; ; room += 250) {
    const folder = await mkdtemp(join(tmpdir(), "lyceum-blobs-"));
    const files = await FaultyFiles.open(Number.MAX_SAFE_INTEGER);
    const blobs = await openLocalBlobStore({
      folder,
      clock: new ManualClock(),
      random: seededRandom(7),
      files,
    });
    const wish = { owner: "person:ada", fileName: "a.bin", bytesExpected: file.byteLength };
    const isFull = (error: unknown) => error instanceof Unavailable && /disk is full/.test(error.message);
    const { id } = await blobs.beginUpload(wish);
    files.room = room;
    const full = await blobs.appendToUpload(id, 0, piecesOf(file)).then(() => false, isFull);
    files.room = null;
    const upload = await blobs.upload(id);
    assert.ok(upload !== null);
    if (upload.finished === null) {
      assert.ok(full, "it is not finished, so that was said");
      await blobs.appendToUpload(id, upload.bytesReceived, piecesOf(file.subarray(upload.bytesReceived)));
      refused++;
    }
    assert.equal((await blobs.finishUpload(id)).finished?.sha256, shaOf(file));
    await blobs.close();
    await files.dispose();
    await rm(folder, { recursive: true });
    if (!full) break;
  }
  assert.ok(refused > 10, `${refused} refusals`);
});
