import assert from "node:assert/strict";
import { test } from "node:test";
import { levelNames, levelOf, type SeedOptions } from "./level.ts";

function options(seed: number, more: Partial<SeedOptions> = {}): SeedOptions {
  return { seed, fault: null, isVerbose: false, checksRules: true, ...more };
}

for (const name of levelNames) {
  const seeds = name === "core" ? 100 : 8;

  test(`${name}: some seeds hold, and things happen in them`, async () => {
    const { runSeed } = await levelOf(name);
    const seen = new Set<string>();
    for (let seed = 1; seed <= seeds; seed++) {
      const { failure, coverage } = await runSeed(options(seed));
      assert.equal(failure, null, `${name} seed ${seed}: ${failure?.checker}: ${failure?.message}`);
      for (const what of coverage.keys()) seen.add(what);
    }
    for (const what of ["elections", "leader changes", "partitions", "client retries"]) {
      assert.ok(seen.has(what), `${what} happen`);
    }
  });

  test(`${name}: a seed is the same every time, and its transcript can be read`, async () => {
    const { runSeed } = await levelOf(name);
    const first = await runSeed(options(11, { isVerbose: true }));
    const second = await runSeed(options(11));
    const other = await runSeed(options(12));
    assert.deepEqual([second.hash, second.events], [first.hash, first.events]);
    assert.notEqual(other.hash, first.hash);
    assert.ok(first.transcript.some((line) => /n\d {3}gets append-request from n\d/.test(line)));
    assert.deepEqual(second.transcript, []);
  });

  test(`${name}: a planted bug is found within a few seeds`, async () => {
    const { runSeed } = await levelOf(name);
    const fault = "acknowledge-before-saved";
    let found: string | null = null;
    for (let seed = 1; seed <= 20 && found === null; seed++) {
      found = (await runSeed(options(seed, { fault }))).failure?.checker ?? null;
    }
    assert.notEqual(found, null);
  });
}
