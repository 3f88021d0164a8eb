/** The half of `../store-disk-full.ts` that runs where the small disk is mounted: fills it, frees it, counts. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { join } from "node:path";
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
const answered = new Set<string>();
/** How often each step was the one that found no room. */
const refusedAt = new Map<string, number>();
let comebacks = 0;
let turnedAway = 0;
let refusedSnapshots = 0;
let sequence = 0;
let walBytes = 0;

let store = await open();
await store.migrate([payments]);
for (let round = 0; round < Number(countText); round++) {
  if (round % 10 === 9) await beginAnew();
  await write(30 + below(200));
  if (round % 2 === 0) await growWriteAheadLog();
  fillUp(below(5) === 0 ? 0 : below(600_000));
  await writeUntilRefused();
  fillUp(0);
  await assert.rejects(
    store.snapshotTo(join(disk, "snapshot.db")),
    Unavailable,
    "a snapshot finds no room either",
  );
  refusedSnapshots++;
  assert.ok(!fs.readdirSync(disk).some((name) => name.startsWith("snapshot")), "it leaves nothing behind");
  const { value: found } = await store.read((database) => checkPayments(database, answered));
  assert.ok(found >= answered.size);
  if (below(3) === 0) {
    // Stopped and started while the disk is full, where a start needs no more room than there is.
    await store.close();
    fs.rmSync(ballastFile);
    store = await open();
  } else {
    fs.rmSync(ballastFile);
    await comeBack();
  }
  await write(20);
  await store.read((database) => checkPayments(database, answered));
}
await store.close();
assert.deepEqual(
  verifyDataFolder(folder).filter(({ level }) => level !== "ok"),
  [],
  "the doctor's findings",
);
if (Number(countText) >= 50) {
  assert.deepEqual(
    [...refusedAt.keys()].sort(),
    ["checkpoint", "commit", "log"],
    "each step met the full disk",
  );
}
const steps = [...refusedAt].map(([step, times]) => `${step} ${times}`).sort();
console.log(
  `store, disk full: ${countText} times full (first noticed by: ${steps.join(", ")}; snapshot ${refusedSnapshots}), ` +
    `${turnedAway} commands turned away, ${comebacks} comebacks by itself, ` +
    `${answered.size} answered commands in the last folder, 0 lost, 0 doubled, 0 in part (seed ${seedText})`,
);

function open(): Promise<Store> {
  // Sizes vary, so that each step is at some time the first that needs room.
  walBytes = 1 << (18 + below(3));
  return openSqliteStore({
    folder,
    limits: {
      segmentBytes: 1 << (15 + below(6)),
      walWorkerBytes: 1 << (15 + below(7)),
      walInlineBytes: walBytes,
      recoveryProbeMs: 10,
    },
    report: ({ event, facts }) => {
      if (event === "commands-refused") {
        const step = String(facts.step);
        refusedAt.set(step, (refusedAt.get(step) ?? 0) + 1);
      }
      if (event === "commands-taken-again") comebacks++;
    },
  });
}

/** Writes until the write-ahead log has its full length; from then on it is overwritten and needs no more room. */
async function growWriteAheadLog(): Promise<void> {
  for (let tries = 0; (store.status().figures.wal_bytes ?? 0) < walBytes; tries++) {
    assert.ok(tries < 1_000, "the write-ahead log grows");
    for (let batch = 0; batch < 10; batch++) await write(5);
  }
}

async function beginAnew(): Promise<void> {
  await store.close();
  fs.rmSync(folder, { recursive: true });
  answered.clear();
  store = await open();
  await store.migrate([payments]);
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

async function comeBack(): Promise<void> {
  for (let tries = 0; store.status().readOnlyBecause !== null; tries++) {
    assert.ok(tries < 1_000, `the store comes back by itself: ${store.status().readOnlyBecause}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
