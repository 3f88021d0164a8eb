/** Points come back as they were written, whatever binary fractions make of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHundredths, hasTwoDecimals, toHundredths } from "./points.ts";
import { pointsMaxMax } from "./schema.ts";

test("every mark that can be written is stored exactly and given back as it was", () => {
  for (let hundredths = 0; hundredths <= pointsMaxMax * 100; hundredths++) {
    const points = Number((hundredths / 100).toFixed(2));
    assert(hasTwoDecimals(points), `${points}`);
    assert.equal(toHundredths(points), hundredths);
    assert.equal(fromHundredths(hundredths), points);
  }
});

test("a third decimal is noticed, sums of floating point too", () => {
  for (const points of [0.001, 1.005, 0.1 + 0.2, 9.999]) assert(!hasTwoDecimals(points), `${points}`);
});
