import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/random.ts";
import { HardStateFile } from "./hard-state.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

const storeId = "0123456789abcdef0123456789abcdef";
const voted = (term: number) => ({ state: { term, votedFor: `n${term}` }, durable: { index: term, term } });

/** A disk with a hard state of term 1, and the file open on it. */
async function begun(seed: number): Promise<{ disk: SimulatedDisk; file: HardStateFile }> {
  const disk = new SimulatedDisk({ random: seededRandom(seed) });
  const file = await HardStateFile.create(disk.mount(), "/log", storeId, voted(1));
  return { disk, file };
}

async function termFound(disk: SimulatedDisk): Promise<number> {
  const file = await HardStateFile.open(disk.mount(), "/log", storeId);
  assert.ok(file !== null);
  const { term, votedFor } = file.record.state;
  assert.equal(votedFor, `n${term}`);
  return term;
}

/** Does `act`, which is cut off by `crash` before its `steps`-th change, if it has as many; true when it was. */
async function cutOff(
  disk: SimulatedDisk,
  steps: number,
  crash: "cutPower" | "kill",
  act: () => Promise<unknown>,
): Promise<boolean> {
  const crashed = Promise.withResolvers<true>();
  disk.crashBefore(steps, () => {
    disk[crash]();
    crashed.resolve(true);
  });
  const done = act().then(
    () => false,
    () => crashed.promise,
  );
  const wasCut = await Promise.race([done, crashed.promise]);
  if (!wasCut) disk.crashBefore(Number.POSITIVE_INFINITY, () => undefined);
  return wasCut;
}

test("a vote survives a power cut at any step, even where the copy of the one before had failed", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    for (const mirrorFails of [false, true]) {
      for (let steps = 1; steps <= 5; steps++) {
        const { disk, file } = await begun(seed);
        await file.write(voted(2));
        // The copy of term 2 is on its way.
        disk.failSyncs = mirrorFails;
        await file.settled();
        disk.failSyncs = false;
        const wasCut = await cutOff(disk, steps, "cutPower", async () => {
          await file.write(voted(3));
          await file.settled();
        });
        const term = await termFound(disk);
        assert.ok(term === 3 || (wasCut && term === 2), `term ${term} after ${steps} steps`);
      }
    }
  }
});

test("what a killed process had written counts from its next start on, whatever comes then", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    for (let steps = 1; steps <= 4; steps++) {
      for (let stepsAtStart = 1; stepsAtStart <= 4; stepsAtStart++) {
        const { disk, file } = await begun(seed);
        await cutOff(disk, steps, "kill", async () => {
          await file.write(voted(2));
          await file.settled();
        });
        await cutOff(disk, stepsAtStart, "cutPower", () => termFound(disk));
        disk.cutPower();
        const found = await termFound(disk);
        assert.ok(found === 1 || found === 2);
        disk.cutPower();
        assert.equal(await termFound(disk), found, "a start leaves what it found durable");
      }
    }
  }
});

test("a write that failed leaves the old state or the new one, and the next write settles which", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { disk, file } = await begun(seed);
    disk.failSyncs = true;
    await assert.rejects(file.write(voted(2)), { code: "EIO" });
    disk.failSyncs = false;
    if (seed % 2 === 0) {
      await file.write(voted(3));
      disk.cutPower();
      assert.equal(await termFound(disk), 3);
    } else {
      disk.cutPower();
      assert.ok((await termFound(disk)) <= 2);
    }
  }
});
