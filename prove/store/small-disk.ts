/** The half of `../store-disk-full.ts` that runs where the small disk is mounted: fills it, frees it, counts. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { seededRandom } from "#base/random.ts";
import { Unavailable } from "#engines/errors.ts";
import type { Store } from "#engines/store/port.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { verifyDataFolder } from "#engines/store/sqlite/verify.ts";
import { checkPayments, payments, runPayment } from "./payments.ts";

const [disk = "", countText = "", seedText = ""] = process.argv.slice(2);
const random = seededRandom(Number(seedText));
const below = (max: number) => Buffer.from(random.bytes(4)).readUInt32LE(0) % max;
const folder = join(disk, "store");
const ballastFile = join(disk, "ballast");
/** How long the write-ahead log is made where a round wants it to find room in itself. */
const walBytes = 3 << 20;
const answered = new Set<string>();
/** How often each step was the one that found no room. */
const refusedAt = new Map<string, number>();
let comebacks = 0;
let turnedAway = 0;
let refusedSnapshots = 0;
let sequence = 0;
let total = 0;

/** Who needs room first: chosen by how large the files may grow and by who finds room that it already has. */
const targets = [
  { step: "log", segmentBytes: 1 << 15, walWorkerBytes: 1 << 30, reuseWal: true },
  { step: "commit", segmentBytes: 1 << 21, walWorkerBytes: 1 << 30, reuseWal: false },
  { step: "checkpoint", segmentBytes: 1 << 21, walWorkerBytes: 1 << 15, reuseWal: true },
] as const;
type Target = (typeof targets)[number];

let store = await open(targets[0]);
await store.migrate([payments]);
for (let round = 0; round < Number(countText); round++) {
  const target = targets[round % targets.length] ?? targets[0];
  await store.close();
  // A new folder, whose files have the sizes of this round from the first.
  fs.rmSync(folder, { recursive: true });
  total += answered.size;
  answered.clear();
  store = await open(target);
  await store.migrate([payments]);
  await write(30 + below(100));
  if (target.reuseWal) await leaveWalToReuse();
  fillUp(below(3) * below(8_192));
  await writeUntilRefused();
  await trySnapshot();
  const { value: found } = await store.read((database) => checkPayments(database, answered));
  assert.ok(found >= answered.size);
  fs.rmSync(ballastFile);
  if (below(3) > 0) await comeBack();
  else {
    await store.close();
    store = await open(target);
  }
  await writeAfterwards();
  await store.read((database) => checkPayments(database, answered));
}
await store.close();
assert.deepEqual(
  verifyDataFolder(folder).filter(({ level }) => level !== "ok"),
  [],
  "the doctor's findings",
);
for (const { step } of targets.slice(0, Number(countText))) {
  assert.ok((refusedAt.get(step) ?? 0) > 0, `the full disk was met at the step ${step}`);
}
assert.ok(refusedSnapshots > 0, "a snapshot met the full disk");
const steps = [...refusedAt].map(([step, times]) => `${step} ${times}`).sort();
console.log(
  `store, disk full: ${countText} times full (first noticed by: ${steps.join(", ")}; snapshot ${refusedSnapshots}), ` +
    `${turnedAway} commands turned away, ${comebacks} comebacks by itself, ` +
    `${total + answered.size} answered commands, 0 lost, 0 doubled, 0 in part (seed ${seedText})`,
);

function open({ segmentBytes, walWorkerBytes }: Target): Promise<Store> {
  return openSqliteStore({
    folder,
    limits: { segmentBytes, walWorkerBytes, walInlineBytes: 1 << 30, recoveryProbeMs: 10 },
    report: ({ event, facts }) => {
      if (event === "commands-refused") {
        const step = String(facts.step);
        refusedAt.set(step, (refusedAt.get(step) ?? 0) + 1);
      }
      if (event === "commands-taken-again") comebacks++;
    },
  });
}

/** Makes the write-ahead log long, and everything in it checkpointed: it is overwritten from its start then. */
async function leaveWalToReuse(): Promise<void> {
  while ((store.status().figures.wal_bytes ?? 0) < walBytes) await write(5);
  const checkpoint = new DatabaseSync(join(folder, "gen-1", "state.db"));
  checkpoint.exec("PRAGMA wal_checkpoint(PASSIVE)");
  checkpoint.close();
}

/** A snapshot finds no room either, unless the store has just given some back; a refused one leaves nothing. */
async function trySnapshot(): Promise<void> {
  fillUp(0);
  const file = join(disk, "snapshot.db");
  try {
    await store.snapshotTo(file);
    fs.rmSync(file);
  } catch (error) {
    assert.ok(error instanceof Unavailable, String(error));
    assert.ok(!fs.readdirSync(disk).some((name) => name.startsWith("snapshot")), "it leaves nothing behind");
    refusedSnapshots++;
  }
}

async function write(commands: number): Promise<void> {
  await Promise.all(
    Array.from({ length: commands }, async () => {
      const own = sequence++;
      try {
        await store.write((tx) => runPayment(tx, `p${own}`, own));
      } catch (error) {
        turnedAway++;
        throw error;
      }
      answered.add(`p${own}`);
    }),
  );
}

/** Leaves `bytes` of room on the disk. */
function fillUp(bytes: number): void {
  const fd = fs.openSync(ballastFile, "a");
  const { bavail, bsize } = fs.statfsSync(disk);
  const chunk = new Uint8Array(1 << 16);
  for (let left = Math.max(0, bavail * bsize - bytes); left > 0; ) {
    try {
      left -= fs.writeSync(fd, chunk, 0, Math.min(chunk.length, left));
    } catch (error) {
      // Nothing left: just what was wanted.
      assert.equal((error as { code?: unknown }).code, "ENOSPC");
      break;
    }
  }
  fs.closeSync(fd);
}

async function writeUntilRefused(): Promise<void> {
  for (let tries = 0; store.status().readOnlyBecause === null; tries++) {
    assert.ok(tries < 5_000, "a full disk is noticed");
    const results = await Promise.allSettled([write(1 + below(20))]);
    const refused = results.find((result) => result.status === "rejected");
    if (refused?.status !== "rejected") continue;
    assert.ok(refused.reason instanceof Unavailable, String(refused.reason));
  }
  assert.match(store.status().readOnlyBecause ?? "", /disk/);
}

/** A checkpoint that was on its way when there was no room may say so only now, and turn commands away once more. */
async function writeAfterwards(): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return await write(20);
    } catch (error) {
      assert.ok(error instanceof Unavailable && tries < 3, String(error));
      await comeBack();
    }
  }
}

async function comeBack(): Promise<void> {
  for (let tries = 0; store.status().readOnlyBecause !== null; tries++) {
    assert.ok(tries < 1_000, `the store comes back by itself: ${store.status().readOnlyBecause}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
