/** Sends files to the blob store of a folder until it is killed, and says on its output what it was told. */
import { writeSync } from "node:fs";
import { systemClock } from "#base/clock.ts";
import { seededRandom, systemRandom } from "#base/random.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import { contentOf, piecesOf } from "./contents.ts";

const [folder = "", seedText = "", firstText = ""] = process.argv.slice(2);
const random = seededRandom(Number(seedText));
const below = (max: number) => Buffer.from(random.bytes(4)).readUInt32LE(0) % max;
const lanes = 3;
const blobs = await openLocalBlobStore({
  folder,
  clock: systemClock,
  random: systemRandom,
  limits: { diskReserveBytes: 0 },
});

/** Written before the next step begins, so whatever was said had been promised. */
const say = (...words: readonly (string | number)[]) => writeSync(1, `${words.join(" ")}\n`);

let number = Number(firstText);
say("ready");
await Promise.all(Array.from({ length: lanes }, lane));

async function lane(): Promise<void> {
  for (;;) {
    const size = below(10) === 0 ? below(3) : below(1 << below(22));
    // Some files are sent more than once.
    const content = contentOf(below(5) === 0 ? 0 : number++, size);
    const bytesExpected = below(3) === 0 ? null : size;
    const { id, finished } = await blobs.beginUpload({
      owner: "person:ada",
      fileName: "a.bin",
      bytesExpected,
    });
    say("begun", id, content.byteLength < 8 ? 0 : Number(content.readBigUInt64BE()), size);
    if (finished !== null) {
      say("finished", id);
      continue;
    }
    if (below(20) === 0) {
      await blobs.abandonUpload(id);
      say("abandoned", id);
      continue;
    }
    let at = 0;
    let isFinished = false;
    while (at < size && !isFinished) {
      const until = below(2) === 0 ? size : Math.min(size, at + 1 + below(500_000));
      const upload = await blobs.appendToUpload(id, at, piecesOf(content.subarray(at, until)));
      at = upload.bytesReceived;
      isFinished = upload.finished !== null;
      say(isFinished ? "finished" : "received", id, at);
    }
    if (isFinished) continue;
    await blobs.finishUpload(id);
    say("finished", id);
  }
}
