/** Dates on the course's clock: the end of a day, and the nights in which the clocks change. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Temporal } from "temporal-polyfill";
import { clockChangeAt, fieldOf, instantOf } from "./course-time.ts";

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

test("a date that nobody touched stays to the millisecond, and the later of two that read alike stays the later", () => {
  const zone = "Europe/Berlin";
  for (const exact of ["2026-11-21T16:00:31.407Z", "2026-10-25T01:30:00Z"]) {
    const at = Temporal.Instant.from(exact).epochMilliseconds;
    assert.equal(instantOf(fieldOf(at, zone), zone, at), at);
  }
  const later = Temporal.Instant.from("2026-10-25T01:30:00Z").epochMilliseconds;
  assert.equal(instantOf("2026-10-25T02:31", zone, later), later - 3_600_000 + 60_000);
  assert.equal(instantOf("", zone, later), null);
});

test("the clocks leave a time out, show it twice, or neither", () => {
  for (const [field, zone, change] of [
    ["2026-03-29T01:59", "Europe/Berlin", null],
    ["2026-03-29T02:00", "Europe/Berlin", "left_out"],
    ["2026-03-29T02:30", "Europe/Berlin", "left_out"],
    ["2026-03-29T03:00", "Europe/Berlin", null],
    ["2026-10-25T02:30", "Europe/Berlin", "twice"],
    ["2026-10-25T03:00", "Europe/Berlin", null],
    ["2026-03-29T02:30", "America/New_York", null],
    ["2026-03-08T02:30", "America/New_York", "left_out"],
    ["2026-04-05T01:45", "Australia/Lord_Howe", "twice"],
    ["2026-10-25T02:30", "UTC", null],
    ["", "Europe/Berlin", null],
    ["12026-10-25T02:30", "Europe/Berlin", null],
  ] as const)
    assert.equal(clockChangeAt(field, zone), change, `${field} in ${zone}`);
});

test("no date is no date", () => {
  assert.equal(instantOf("", "Europe/Berlin"), null);
  assert.equal(fieldOf(null, "Europe/Berlin"), "");
});
