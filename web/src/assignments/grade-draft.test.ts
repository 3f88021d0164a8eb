/** What a grader types as points. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pointsOf } from "./grade-draft.ts";

test("points are numbers up to the assignment's, with a point or a comma and at most two decimals", () => {
  for (const [typed, points] of [
    ["0", 0],
    ["18.5", 18.5],
    [" 18,25 ", 18.25],
    ["20", 20],
    ["20.01", null],
    ["-1", null],
    ["1.234", null],
    ["1e1", null],
    ["1,5,0", null],
    ["", null],
    ["ten", null],
  ] as const)
    assert.equal(pointsOf(typed, 20), points, JSON.stringify(typed));
});
