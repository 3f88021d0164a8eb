/** Dates that move by days and stay where they are on the wall, also across a change of clocks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shiftedBy, wholeWeeks } from "./shifted-dates.ts";

const cases: readonly (readonly [what: string, zone: string, from: string, days: number, to: string])[] = [
  ["nothing moves", "Europe/Vienna", "2026-10-01T07:00:00Z", 0, "2026-10-01T07:00:00Z"],
  [
    "nine stays nine when summer time ends",
    "Europe/Vienna",
    "2026-10-24T07:00:00Z",
    1,
    "2026-10-25T08:00:00Z",
  ],
  ["and when it begins", "Europe/Vienna", "2027-03-27T08:00:00Z", 1, "2027-03-28T07:00:00Z"],
  ["a year of weeks", "America/New_York", "2026-09-07T03:59:00Z", 364, "2027-09-06T03:59:00Z"],
  ["half a year across the clocks", "America/New_York", "2026-09-07T03:59:00Z", 168, "2027-02-22T04:59:00Z"],
  [
    "an hour that the day skips comes an hour later",
    "Europe/Vienna",
    "2027-03-27T01:30:00Z",
    1,
    "2027-03-28T01:30:00Z",
  ],
  [
    "an hour that comes twice is the first",
    "Europe/Vienna",
    "2026-10-24T00:30:00Z",
    1,
    "2026-10-25T00:30:00Z",
  ],
  ["backwards", "Europe/Vienna", "2026-10-25T08:00:00Z", -1, "2026-10-24T07:00:00Z"],
  ["half-hour changes", "Australia/Lord_Howe", "2026-10-03T10:00:00Z", 1, "2026-10-04T09:30:00Z"],
  ["no clock changes", "UTC", "2026-10-24T07:00:00Z", 7, "2026-10-31T07:00:00Z"],
];
for (const [what, zone, from, days, to] of cases)
  test(what, () => {
    const moved = shiftedBy(Date.parse(from), days, zone);
    assert.equal(new Date(moved).toISOString().replace(".000", ""), to);
  });

test("whole weeks keep weekdays", () => {
  assert.deepEqual([0, 3, 4, 7, 180, -3, -4, 365].map(wholeWeeks), [0, 0, 7, 7, 182, 0, -7, 364]);
});
