/** Spreading people over groups: even, within the size, and repeatable. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { distribute, shuffled } from "./distribution.ts";

const people = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);
const sizes = (count: number, rooms: readonly number[], sizeMax: number) => {
  const groups = rooms.map((memberCount, index) => ({ groupId: `g${index}`, memberCount }));
  const placed = distribute(people(count), groups, sizeMax);
  return groups.map(
    ({ groupId, memberCount }) => memberCount + placed.filter((each) => each.groupId === groupId).length,
  );
};

test("groups differ by one at most, and nobody is over the size", () => {
  for (const [count, rooms, sizeMax, expected] of [
    [7, [0, 0, 0], 10, [3, 2, 2]],
    [3, [2, 0], 10, [3, 2]],
    [9, [0, 0], 3, [3, 3]],
    [5, [], 3, []],
    [2, [5, 1], 3, [5, 3]],
    [0, [1, 1], 3, [1, 1]],
  ] as const)
    assert.deepEqual(sizes(count, rooms, sizeMax), expected, `${count} over ${rooms} of ${sizeMax}`);
});

test("the same seed gives the same order, another one another, and nobody is lost", () => {
  const all = people(50);
  assert.deepEqual(shuffled(all, 7), shuffled([...all].reverse(), 7));
  assert.notDeepEqual(shuffled(all, 7), shuffled(all, 8));
  assert.deepEqual(shuffled(all, 7).sort(), all.sort());
});
