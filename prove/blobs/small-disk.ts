/** The half of `../blobs-disk-full.ts` that runs where the small disk is mounted: fills it, frees it, counts. */
import assert from "node:assert/strict";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ManualClock } from "#base/clock.ts";
import { seededRandom, systemRandom } from "#base/random.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import { Unavailable } from "#engines/errors.ts";
import { contentOf, demandWhole, piecesOf, shaOf } from "./contents.ts";

const [disk = "", countText = "", seedText = ""] = process.argv.slice(2);
const random = seededRandom(Number(seedText));
const below = (max: number) => Buffer.from(random.bytes(4)).readUInt32LE(0) % max;
const folder = join(disk, "blobs");
const ballast = join(disk, "ballast");
const clock = new ManualClock();
const open = () =>
  openLocalBlobStore({
    folder,
    clock,
    random: systemRandom,
    limits: { diskReserveBytes: 0 },
    report: ({ kind }) => assert.fail(kind),
  });
const counts = { refusedAtBegin: 0, refusedMidway: 0, restarts: 0, finished: 0 };

let blobs = await open();
for (let round = 0; round < Number(countText); round++) {
  const kept = contentOf(round * 2, 1 + below(2 << 20));
  const first = await blobs.beginUpload({ owner: "p", fileName: "kept", bytesExpected: kept.byteLength });
  await blobs.appendToUpload(first.id, 0, piecesOf(kept));
  const content = contentOf(round * 2 + 1, 2 << 20);
  const wish = { owner: "p", fileName: "a", bytesExpected: content.byteLength };
  const begun = below(4) === 0 ? null : await blobs.beginUpload(wish);
  fillUp(begun === null ? below(4_096) : below(2 << 20));
  if (begun === null) {
    await assert.rejects(blobs.beginUpload(wish), isFull);
    counts.refusedAtBegin++;
  } else {
    await assert.rejects(blobs.appendToUpload(begun.id, 0, piecesOf(content)), isFull);
    counts.refusedMidway++;
  }
  await demandWhole(blobs, kept);
  // Sometimes the server is started again before there is room, sometimes it just goes on.
  if (below(2) === 0) {
    await blobs.close();
    blobs = await openLocalBlobStore({
      folder,
      clock,
      random: systemRandom,
      limits: { diskReserveBytes: 0 },
    });
    counts.restarts++;
  }
  rmSync(ballast);
  const { id } = begun ?? (await blobs.beginUpload(wish));
  const upload = await blobs.upload(id);
  assert.ok(upload !== null, "the upload is still there");
  const rest = piecesOf(content.subarray(upload.bytesReceived));
  const { finished } = await blobs.appendToUpload(id, upload.bytesReceived, rest);
  assert.equal(finished?.sha256, shaOf(content));
  await demandWhole(blobs, content);
  counts.finished += 2;
  clock.advance(25 * 3_600_000);
  await blobs.expireUploads();
  assert.deepEqual(await readdir(join(folder, "uploads")), []);
  for (const each of [kept, content]) await blobs.remove(shaOf(each));
}
await blobs.close();
console.log(
  `blobs, disk full: ${countText} times full (${counts.refusedAtBegin} at the beginning of an upload, ` +
    `${counts.refusedMidway} in the middle; ${counts.restarts} restarts while full), ${counts.finished} uploads ` +
    `finished after all and whole, nothing else left (seed ${seedText})`,
);

function isFull(error: unknown): boolean {
  return error instanceof Unavailable && /disk/.test(error.message);
}

/** Takes all room but `spare` bytes. */
function fillUp(spare: number): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - spare)));
}
