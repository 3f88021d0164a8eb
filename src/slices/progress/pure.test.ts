/** What is decided without a store: days on somebody's clock, visits, reasons, and how progress is counted. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inactiveDays, medianShare, reasonsOf, type StudentFacts, weightOf } from "./behind.ts";
import { countOf, nextStepOf } from "./counting.ts";
import { bucketOf, daysBetween } from "./due.ts";
import type { ProgressItem } from "./schema.ts";
import { isNewVisit, newsSince } from "./visits.ts";

const at = (iso: string) => Date.parse(iso);
const dayMs = 86_400_000;
const hourMs = 3_600_000;

test("days are those of the reader's clock, also where a day has 25 or 23 hours", () => {
  const cases: readonly (readonly [string, string, string, number])[] = [
    // The night of 25 October 2026 has an hour twice in Berlin: a day of 25 hours.
    ["2026-10-24T22:30:00Z", "2026-10-25T22:45:00Z", "Europe/Berlin", 0],
    ["2026-10-24T21:30:00Z", "2026-10-25T22:45:00Z", "Europe/Berlin", 1],
    ["2026-10-25T00:30:00Z", "2026-10-25T23:30:00Z", "Europe/Berlin", 1],
    // The one of 29 March 2026 lacks an hour: 23 hours later it is tomorrow.
    ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "Europe/Berlin", 1],
    ["2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "Europe/Berlin", 0],
    // The same instants are one day in Lisbon and two in Auckland.
    ["2026-11-21T10:00:00Z", "2026-11-21T12:00:00Z", "Europe/Lisbon", 0],
    ["2026-11-21T10:00:00Z", "2026-11-21T12:00:00Z", "Pacific/Auckland", 1],
  ];
  for (const [from, to, zone, days] of cases)
    assert.equal(daysBetween(at(from), at(to), zone), days, `${from} to ${to} in ${zone}`);
});

test("what is due stands under overdue, today, this week or later; done work stays until its day is over", () => {
  const now = at("2026-10-24T10:00:00Z");
  const clock = { now, timeZone: "Europe/Berlin" };
  const bucket = (dueAt: string | null, rest: { untilAt?: string; isDone?: boolean } = {}) =>
    bucketOf(
      {
        dueAt: dueAt === null ? null : at(dueAt),
        untilAt: rest.untilAt === undefined ? null : at(rest.untilAt),
        isDone: rest.isDone ?? false,
      },
      clock,
    );
  assert.equal(bucket("2026-10-24T09:59:59Z"), "overdue");
  assert.equal(bucket("2026-10-24T10:00:00Z"), "today", "at its very moment it is not late");
  assert.equal(bucket("2026-10-24T21:59:00Z"), "today");
  assert.equal(bucket("2026-10-24T22:00:00Z"), "week", "midnight in Berlin, before the clock change");
  // Six days on, at 23:59 by the clock, which has changed in between.
  assert.equal(bucket("2026-10-30T22:59:00Z"), "week");
  assert.equal(bucket("2026-10-30T23:00:00Z"), "later");
  assert.equal(bucket("2026-12-24T10:00:00Z"), null, "what is far off is in the calendar");
  assert.equal(bucket(null), "undated");
  assert.equal(bucket(null, { isDone: true }), null);
  assert.equal(bucket("2026-10-24T08:00:00Z", { isDone: true }), "today", "done this morning: struck out");
  assert.equal(bucket("2026-10-23T08:00:00Z", { isDone: true }), null);
  assert.equal(bucket("2026-11-05T08:00:00Z", { isDone: true }), null);
  assert.equal(bucket("2026-10-01T08:00:00Z", { untilAt: "2026-10-02T08:00:00Z" }), null, "closed long ago");
  assert.equal(bucket("2026-10-20T08:00:00Z", { untilAt: "2026-10-21T08:00:00Z" }), "overdue");
  assert.equal(bucket("2026-09-01T08:00:00Z"), "overdue", "it is still taken");
  assert.equal(bucket("2026-07-01T08:00:00Z"), null);
});

test("what was new at the beginning of a visit stays new in it", () => {
  const first = at("2026-11-01T08:00:00Z");
  assert.equal(isNewVisit(undefined, first), true);
  assert.equal(newsSince(undefined, first), first - 14 * dayMs);
  const during = { since_at: null, seen_at: first };
  assert.equal(isNewVisit(during, first + hourMs), false);
  assert.equal(newsSince(during, first + hourMs), first - 14 * dayMs);
  const nextDay = first + dayMs;
  assert.equal(isNewVisit(during, nextDay), true);
  assert.equal(newsSince(during, nextDay), first);
  const second = { since_at: first, seen_at: nextDay };
  assert.equal(newsSince(second, nextDay + hourMs), first);
  assert.equal(newsSince(second, nextDay + 100 * dayMs), nextDay + 70 * dayMs, "a month of news is enough");
});

const counted = (read: number, materials: number, handedIn = 0, assignments = 0) => ({
  ...{ read, materials, handedIn, assignments },
  percent: null,
});

test("reasons say why somebody has fallen behind, and nothing where they have not", () => {
  const now = at("2026-11-21T08:00:00Z");
  const facts = (rest: Partial<StudentFacts>): StudentFacts => ({
    ...{ count: counted(10, 10, 2, 4), late: 0, missing: 0, due: 2, lastActiveAt: now - dayMs },
    since: now - 60 * dayMs,
    ...rest,
  });
  const klass = { now, hasContents: true, medianShare: 0.8 };
  assert.deepEqual(reasonsOf(facts({}), klass), []);
  assert.deepEqual(reasonsOf(facts({ missing: 2, due: 4 }), klass), [{ kind: "missing", count: 2, of: 4 }]);
  assert.deepEqual(reasonsOf(facts({ lastActiveAt: now - inactiveDays * dayMs }), klass), [
    { kind: "inactive", count: 14, of: null },
  ]);
  assert.deepEqual(reasonsOf(facts({ lastActiveAt: null }), klass), [
    { kind: "inactive", count: null, of: null },
  ]);
  assert.deepEqual(reasonsOf(facts({ lastActiveAt: null, since: now - dayMs }), klass), [], "just enrolled");
  assert.deepEqual(reasonsOf(facts({ count: counted(3, 10, 2, 4) }), klass), [
    { kind: "reading", count: 3, of: 8 },
  ]);
  assert.deepEqual(reasonsOf(facts({ count: counted(3, 10) }), { ...klass, medianShare: 0.1 }), []);
  assert.deepEqual(reasonsOf(facts({ late: 2 }), klass), [{ kind: "late", count: 2, of: null }]);
  assert.deepEqual(reasonsOf(facts({ lastActiveAt: null }), { ...klass, hasContents: false }), []);
  assert(
    weightOf({ missing: 1, reasons: [] }) >
      weightOf({ missing: 0, reasons: reasonsOf(facts({ late: 2 }), klass) }),
  );
});

test("the median is what half of the class has read at least", () => {
  assert.equal(medianShare([]), 0);
  const of = (read: number) => ({ count: counted(read, 10) });
  assert.equal(medianShare([of(1), of(9), of(5)]), 0.5);
  assert.equal(medianShare([of(2), of(4)]), 0.2);
  assert.equal(medianShare([{ count: counted(0, 0) }]), 0);
});

const item = (id: string, rest: Partial<ProgressItem> = {}): ProgressItem => ({
  ...{ kind: "material", id, title: id, state: "unread", isDone: false, isCounted: true },
  ...{ locks: [], dueAt: null, place: null },
  ...rest,
});

test("a percentage is rounded down, so that 100 % means everything", () => {
  const done = { isDone: true };
  const many = Array.from({ length: 199 }, (_, at) => item(`m${at}`, done));
  assert.equal(countOf([...many, item("last")]).percent, 99);
  assert.equal(countOf([...many, item("last", done)]).percent, 100);
  assert.equal(countOf([item("not for them", { isCounted: false })]).percent, null);
  assert.deepEqual(countOf([item("a", done), item("b", { kind: "assignment" })]), {
    ...{ read: 1, materials: 1, handedIn: 0, assignments: 1, percent: 50 },
  });
});

test("next is what is overdue and still taken, then what is due soon, then what was begun, then the first that is open", () => {
  const now = at("2026-11-21T08:00:00Z");
  const next = (items: readonly ProgressItem[], until: Record<string, number> = {}) => {
    const step = nextStepOf(items, { now, untilOf: new Map(Object.entries(until)) });
    return step === null ? null : `${step.why} ${step.item.id}`;
  };
  const work = (id: string, rest: Partial<ProgressItem>) =>
    item(id, { kind: "assignment", state: "to_do", ...rest });
  const reading = [item("first"), item("begun", { state: "opened" })];
  const late = work("late", { state: "missing", dueAt: now - dayMs });
  assert.equal(next([...reading, late]), "overdue late");
  assert.equal(next([...reading, late], { late: now - 1 }), "go_on begun", "it is closed");
  assert.equal(next([...reading, work("soon", { dueAt: now + dayMs })]), "due_soon soon");
  assert.equal(next([...reading, work("far", { dueAt: now + 9 * dayMs })]), "go_on begun");
  assert.equal(next([item("locked", { state: "locked" }), item("open")]), "read open");
  assert.equal(next([work("free", {})]), "hand_in free");
  assert.equal(next([work("not yet", { state: "upcoming" }), item("done", { isDone: true })]), null);
});
