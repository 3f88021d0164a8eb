/**
 * kill -9 in the middle of uploads and of their ends. After each kill the folder is opened again: every upload that
 * was said to be finished is there and whole, every other can go on from where its sender was told, and what was
 * given up is gone. After a day nothing is left but finished files.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "#base/clock.ts";
import { seededRandom, systemRandom } from "#base/random.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import { contentOf, demandWhole, piecesOf, shaOf } from "./blobs/contents.ts";

/** Kills before the folder is begun anew, so that looking it over stays quick. */
const killsPerFolder = 10;
const dayMs = 25 * 3_600_000;

/** What the sender was told of one upload. */
interface Told {
  readonly content: Buffer;
  received: number;
  finished: boolean;
  abandoned: boolean;
}

export async function prove(options: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const random = seededRandom(options.seed);
  const below = (max: number) => Buffer.from(random.bytes(4)).readUInt32LE(0) % max;
  const totals = { finished: 0, resumed: 0, abandoned: 0, placed: 0, swept: 0 };
  const parent = await mkdtemp(join(tmpdir(), "lyceum-prove-blobs-"));
  try {
    for (let kill = 0; kill < options.count; ) {
      const folder = join(parent, String(kill));
      const contents = new Set<string>();
      for (let turn = 0; turn < killsPerFolder && kill < options.count; turn++, kill++) {
        const told = await sendUntilKilled(folder, options.seed + kill, kill * 100_000 + 1, 5 + below(300));
        const blobs = await openLocalBlobStore({
          folder,
          clock: new ManualClock(Date.now()),
          random: systemRandom,
          limits: { diskReserveBytes: 0 },
          report: (report) => {
            assert.equal(report.kind, "recovered");
            if (report.kind === "recovered") totals.placed += report.placed;
            if (report.kind === "recovered") totals.swept += report.swept;
          },
        });
        for (const [id, each] of told) await check(blobs, id, each, totals);
        for (const each of told.values()) if (!each.abandoned) contents.add(shaOf(each.content));
        await blobs.close();
      }
      await demandNothingElse(folder, contents);
      await rm(folder, { recursive: true });
    }
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
  assert.ok(totals.finished > options.count, "the kills came under load");
  options.print(
    `blobs, kill -9: ${options.count} kills, ${totals.finished} finished uploads all there and whole, ` +
      `${totals.resumed} unfinished ones taken up and finished, ${totals.abandoned} given up and gone; at the start ` +
      `${totals.placed} put in place, ${totals.swept} left-overs swept (seed ${options.seed})`,
  );
}

async function check(
  blobs: BlobStore,
  id: string,
  told: Told,
  totals: { finished: number; resumed: number; abandoned: number },
): Promise<void> {
  const upload = await blobs.upload(id);
  if (told.abandoned) {
    assert.equal(upload, null, "what was given up is gone");
    totals.abandoned++;
    return;
  }
  // It may have been about to be given up when the process was killed.
  if (upload === null) assert.ok(told.received === 0 && !told.finished, "an upload with bytes is not lost");
  if (upload === null) return;
  assert.ok(
    upload.bytesReceived >= told.received,
    `${upload.bytesReceived} of ${told.received} bytes are left`,
  );
  if (told.finished) {
    assert.equal(upload.finished?.sha256, shaOf(told.content), "what was finished stays finished");
    totals.finished++;
  } else if (upload.finished === null) {
    const { bytesReceived } = upload;
    if (bytesReceived < told.content.byteLength)
      await blobs.appendToUpload(id, bytesReceived, piecesOf(told.content.subarray(bytesReceived)));
    assert.equal((await blobs.finishUpload(id)).finished?.sha256, shaOf(told.content));
    totals.resumed++;
  }
  await demandWhole(blobs, told.content);
}

/** After a day: no upload, no file that is none, and of the blobs only such as were sent whole. */
async function demandNothingElse(folder: string, contents: ReadonlySet<string>): Promise<void> {
  const blobs = await openLocalBlobStore({
    folder,
    clock: new ManualClock(Date.now() + dayMs),
    random: systemRandom,
  });
  await blobs.expireUploads();
  for await (const { sha256 } of blobs.list()) {
    assert.ok(contents.has(sha256), "every blob is a file that was sent");
    for await (const _piece of await blobs.open(sha256));
  }
  await blobs.close();
  assert.deepEqual(await readdir(join(folder, "uploads")), [], "nothing is left of uploads");
}

/** Starts a sender, kills it `afterMs` after it is ready, and gives what it was told until then. */
async function sendUntilKilled(
  folder: string,
  seed: number,
  firstNumber: number,
  afterMs: number,
): Promise<Map<string, Told>> {
  const script = join(import.meta.dirname, "blobs/sender.ts");
  const child = spawn(process.execPath, [script, folder, String(seed), String(firstNumber)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  const ready = Promise.withResolvers<void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (output.startsWith("ready\n")) ready.resolve();
  });
  const closed = once(child, "close");
  void closed.then(() => ready.reject(new Error("the sender ended by itself")));
  await ready.promise;
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill("SIGKILL");
  await closed;
  return toldIn(output);
}

function toldIn(output: string): Map<string, Told> {
  const told = new Map<string, Told>();
  // The last line may be cut off: then it was not said.
  for (const line of output.split("\n").slice(1, -1)) {
    const [event, id = "", first, second] = line.split(" ");
    const known = told.get(id);
    if (event === "begun") {
      const content = contentOf(Number(first), Number(second));
      told.set(id, { content, received: 0, finished: false, abandoned: false });
    } else if (known !== undefined) {
      if (first !== undefined) known.received = Number(first);
      if (event === "finished") known.finished = true;
      if (event === "abandoned") known.abandoned = true;
    }
  }
  return told;
}
