/** The days of the calendar: whole weeks, months of every length, and the nights in which the clocks change. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayAfter, dayOfAddress, daysShown, itemsByDay, type Shown } from "./days.ts";

const berlin = { timeZone: "Europe/Berlin", firstWeekday: 1 } as const;
const hours = ({ from, to }: { from: number; to: number }) => (to - from) / 3_600_000;
const shownOf = (shown: Pick<Shown, "view" | "day"> & Partial<Shown>) => daysShown({ ...berlin, ...shown });
const at = (iso: string) => Date.parse(iso);

const grids: readonly [day: string, firstWeekday: number, first: string, last: string][] = [
  ["2026-11-21", 1, "2026-10-26", "2026-12-06"],
  ["2026-11-21", 7, "2026-11-01", "2026-12-05"],
  ["2026-02-10", 7, "2026-02-01", "2026-02-28"],
  ["2027-02-01", 1, "2027-02-01", "2027-02-28"],
  ["2028-02-29", 1, "2028-01-31", "2028-03-05"],
  ["2026-12-31", 6, "2026-11-28", "2027-01-01"],
];
for (const [day, firstWeekday, first, last] of grids)
  test(`the month of ${day}, weeks beginning on day ${firstWeekday}, is shown from ${first} to ${last}`, () => {
    const days = shownOf({ view: "month", day, firstWeekday });
    assert.deepEqual([days[0]?.key, days.at(-1)?.key, days.length % 7], [first, last, 0]);
    assert.equal(days.filter(({ isOfMonth }) => isOfMonth).length, shownOf({ view: "agenda", day }).length);
    for (const [index, each] of days.entries())
      assert.equal(each.to, days[index + 1]?.from ?? each.to, "nothing lies between two days");
  });

test("a day on which the clocks change has an hour more or less, and says so", () => {
  const day = (key: string, timeZone = "Europe/Berlin") => {
    const found = shownOf({ view: "week", day: key, timeZone }).find((each) => each.key === key);
    assert(found);
    return [hours(found), found.clockChange];
  };
  assert.deepEqual(day("2026-10-25"), [25, -60]);
  assert.deepEqual(day("2027-03-28"), [23, 60]);
  assert.deepEqual(day("2026-10-26"), [24, 0]);
  // Midnight itself is left out in Santiago, and Lord Howe moves by half an hour.
  assert.deepEqual(day("2026-09-06", "America/Santiago"), [23, 60]);
  assert.deepEqual(day("2026-10-04", "Australia/Lord_Howe"), [23.5, 30]);
});

test("what is due in the hour that comes twice stands on its day, in its order", () => {
  const days = shownOf({ view: "week", day: "2026-10-25" });
  const items = ["2026-10-24T21:59:59.999Z", "2026-10-24T22:00Z", "2026-10-25T00:30Z", "2026-10-25T01:30Z"]
    .concat("2026-10-25T22:59:59.999Z", "2026-10-25T23:00Z")
    .map((iso) => ({ startsAt: at(iso), endsAt: null }));
  const found = itemsByDay(items, days);
  assert.equal(found.get("2026-10-24")?.length, 1);
  assert.equal(found.get("2026-10-25")?.length, 4);
});

test("what lasts over midnight stands in each day that it takes something of", () => {
  const days = shownOf({ view: "week", day: "2026-11-18" });
  const excursion = { startsAt: at("2026-11-17T08:00Z"), endsAt: at("2026-11-19T10:00Z") };
  const untilMidnight = { startsAt: at("2026-11-20T20:00Z"), endsAt: at("2026-11-20T23:00Z") };
  const before = { startsAt: at("2026-11-10T08:00Z"), endsAt: at("2026-11-16T08:00Z") };
  const found = itemsByDay([before, excursion, untilMidnight], days);
  assert.deepEqual(
    days.map(({ key }) => found.get(key)?.length),
    [1, 1, 1, 1, 1, 0, 0],
  );
});

test("going on stays within months and years, and addresses that name no day mean today", () => {
  assert.equal(dayAfter("month", "2027-01-31", 1), "2027-02-28");
  assert.equal(dayAfter("agenda", "2027-01-15", -1), "2026-12-15");
  assert.equal(dayAfter("week", "2026-12-30", 1), "2027-01-06");
  const now = at("2026-11-20T23:30Z");
  for (const given of [undefined, "", "tomorrow", "2026-02-30", "2026-13-01"])
    assert.equal(dayOfAddress(given, now, "Europe/Berlin"), "2026-11-21");
  assert.equal(dayOfAddress("2028-02-29", now, "Europe/Berlin"), "2028-02-29");
});
