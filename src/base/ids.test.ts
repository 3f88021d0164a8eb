import assert from "node:assert/strict";
import { test } from "node:test";
import { createIdSource, uuidPattern } from "./ids.ts";
import { seededRandom } from "./random.ts";

test("ids sort in the order in which they were made, whatever the clock does", () => {
  const nextId = createIdSource(seededRandom(1));
  const times = [...Array.from({ length: 9_000 }, () => 1_000), 2_000, 2_000, 1_500, 3_000];
  const ids = times.map(nextId);
  for (const id of ids) assert.match(id, uuidPattern);
  assert.deepEqual(ids, [...ids].sort());
  assert.equal(new Set(ids).size, ids.length);
});
