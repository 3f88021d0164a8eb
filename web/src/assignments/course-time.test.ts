/** Dates on the course's clock: the end of a day, and the nights in which the clocks change. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Temporal } from "temporal-polyfill";
import { fieldOf, instantOf } from "./course-time.ts";

const cases: readonly [field: string, zone: string, instant: string][] = [
  ["2026-11-21T17:00", "Europe/Berlin", "2026-11-21T16:00:00Z"],
  ["2026-11-21T23:59", "Europe/Berlin", "2026-11-21T22:59:59.999Z"],
  ["2026-10-25T23:59", "Europe/Berlin", "2026-10-25T22:59:59.999Z"],
  ["2026-10-24T23:59", "Europe/Berlin", "2026-10-24T21:59:59.999Z"],
  ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00Z"],
  ["2026-11-21T17:00", "Pacific/Auckland", "2026-11-21T04:00:00Z"],
];

for (const [field, zone, instant] of cases)
  test(`${field} in ${zone} is ${instant}, and is shown so again`, () => {
    const at = instantOf(field, zone);
    assert.equal(at, Temporal.Instant.from(instant).epochMilliseconds);
    assert.equal(fieldOf(at, zone), field);
  });

test("a time of day that the clocks leave out moves on by the hour", () => {
  assert.equal(fieldOf(instantOf("2026-03-29T02:30", "Europe/Berlin"), "Europe/Berlin"), "2026-03-29T03:30");
});

test("no date is no date", () => {
  assert.equal(instantOf("", "Europe/Berlin"), null);
  assert.equal(fieldOf(null, "Europe/Berlin"), "");
});
