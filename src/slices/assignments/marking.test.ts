/** Whose mark is the first and whose the second, and who sees which before they agree. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "#kernel/errors.ts";
import { mayAppeal } from "./appeal.ts";
import { type MarkGiven, placeFor, placesSeenBy } from "./marking.ts";

const anyone = { first: [], second: [] };
const named = { first: ["ann"], second: ["bob"] };
const mark = (place: "first" | "second", markerId: string): MarkGiven => ({ place, markerId });

test("markers find their place, or are told why there is none", () => {
  for (const [who, marking, markers, given, place] of [
    ["ann", "double_blind", anyone, [], "first"],
    ["bob", "double_blind", anyone, [mark("first", "ann")], "second"],
    ["ann", "double_blind", anyone, [mark("first", "ann")], "first"],
    ["cat", "double_blind", anyone, [mark("first", "ann"), mark("second", "bob")], "not_marker"],
    ["bob", "double_blind", named, [], "second"],
    ["cat", "double_blind", named, [], "not_marker"],
    ["bob", "second_reads_first", named, [], "first_mark_missing"],
    ["bob", "second_reads_first", named, [mark("first", "ann")], "second"],
  ] as const) {
    let found: string;
    try {
      found = placeFor(who, { marking, markers, given });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      found = error.code;
    }
    assert.equal(found, place, `${who}, ${marking}, ${JSON.stringify(given)}`);
  }
});

test("blind markers see their own; both, once both are there; a second reader sees the first", () => {
  const one = [mark("first", "ann")];
  const both = [mark("first", "ann"), mark("second", "bob")];
  assert.deepEqual(placesSeenBy("ann", { marking: "double_blind", given: one }), ["first"]);
  assert.deepEqual(placesSeenBy("bob", { marking: "double_blind", given: one }), []);
  assert.deepEqual(placesSeenBy("bob", { marking: "double_blind", given: both }), ["first", "second"]);
  assert.deepEqual(placesSeenBy("bob", { marking: "second_reads_first", given: one }), ["first"]);
});

test("one appeal a release, within its days, and once more when it is reopened", () => {
  const day = 24 * 3_600_000;
  const answered = { released_at: 0, state: "answered", reopened: 0 } as const;
  for (const [about, facts, may] of [
    ["private", { releasedAt: null }, "not_released"],
    ["at the last moment", { now: 7 * day }, "yes"],
    ["after it", { now: 7 * day + 1 }, "over"],
    ["where none is offered", { appealDays: null }, "not_offered"],
    ["while one is open", { earlier: { ...answered, state: "open" } }, "open"],
    ["once answered", { earlier: answered }, "answered"],
    ["reopened, late", { earlier: { ...answered, reopened: 1 }, now: 9 * day }, "yes"],
    ["against another release", { earlier: answered, releasedAt: 1 }, "yes"],
  ] as const) {
    const asked = { releasedAt: 0, appealDays: 7, earlier: null, now: 1, ...facts };
    const decision = mayAppeal(asked);
    assert.equal(decision.may ? "yes" : decision.why, may, about);
  }
});
