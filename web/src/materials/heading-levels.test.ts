import assert from "node:assert/strict";
import { test } from "node:test";
import { headingLevels } from "./heading-levels.ts";

for (const [text, levels, shown] of [
  ["a text that begins at the top", [1, 2, 3, 2, 1], [2, 3, 4, 3, 2]],
  ["slides, whose titles are all of the second level", [2, 2, 2], [2, 2, 2]],
  ["levels left out on the way down", [1, 3, 5, 3, 2], [2, 3, 4, 3, 3]],
  ["a lower one first", [3, 1, 2], [2, 2, 3]],
  ["deeper than a page has levels", [1, 2, 3, 4, 5, 6], [2, 3, 4, 5, 6, 6]],
] as const)
  test(`headings of a text in a page: ${text}`, () => {
    assert.deepEqual(levels.map(headingLevels()), shown);
  });
