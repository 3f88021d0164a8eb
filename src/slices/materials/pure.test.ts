/** Rules of release, places, captions and names in an archive: the pure parts, case by case. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { archivePaths, safeName } from "./archive-paths.ts";
import { placeBefore } from "./places.ts";
import {
  closesCircle,
  contradictionIn,
  locksOf,
  type ReaderFacts,
  type ReleaseRules,
  releaseDueAt,
  stateAt,
} from "./release.ts";
import { readWebVtt } from "./webvtt.ts";

const open: ReleaseRules = {
  published: true,
  publishAt: null,
  availableFrom: null,
  availableUntil: null,
  after: [],
  groupIds: [],
};
const reader: ReaderFacts = {
  now: 100,
  boundBy: "all rules",
  readIds: new Set(["read"]),
  handedInIds: new Set(["done"]),
  groupIds: new Set(["blue"]),
};
const required = (id: string, kind: "material" | "assignment" = "material", removed = false) => ({
  kind,
  id,
  removed,
});

const cases: readonly [string, Partial<ReleaseRules>, Partial<ReaderFacts>, readonly string[]][] = [
  ["without rules it is open", {}, {}, []],
  ["before its first moment", { availableFrom: 101 }, {}, ["from"]],
  ["at its first moment", { availableFrom: 100 }, {}, []],
  ["just before its last moment", { availableUntil: 101 }, {}, []],
  ["at its last moment", { availableUntil: 100 }, {}, ["until"]],
  ["what is over says only that", { availableUntil: 1, after: [required("x")] }, {}, ["until"]],
  ["after one that is read", { after: [required("read")] }, {}, []],
  ["after one that is not", { after: [required("other")] }, {}, ["after_material"]],
  ["after one that was removed", { after: [required("other", "material", true)] }, {}, []],
  ["after work that is handed in", { after: [required("done", "assignment")] }, {}, []],
  ["after work that is not", { after: [required("read", "assignment")] }, {}, ["after_assignment"]],
  ["for one's group", { groupIds: ["red", "blue"] }, {}, []],
  ["for another group", { groupIds: ["red"] }, {}, ["group"]],
  [
    "everything at once",
    { availableFrom: 200, after: [required("a"), required("b")], groupIds: ["red"] },
    {},
    ["from", "after_material", "after_material", "group"],
  ],
  ["observers heed dates only", { after: [required("a")], groupIds: ["red"] }, { boundBy: "dates" }, []],
  ["and those they heed", { availableFrom: 200 }, { boundBy: "dates" }, ["from"]],
];

for (const [about, rules, facts, expected] of cases)
  test(`release: ${about}`, () => {
    const locks = locksOf({ ...open, ...rules }, { ...reader, ...facts });
    assert.deepEqual(
      locks.map(({ kind }) => kind),
      expected,
    );
  });

test("a draft is published by its date, and what is due next is known", () => {
  const draft = { ...open, published: false, publishAt: 100 };
  assert.deepEqual([stateAt(draft, 99), stateAt(draft, 100)], ["scheduled", "published"]);
  assert.equal(stateAt({ ...draft, publishAt: null }, 100), "draft");
  assert.equal(releaseDueAt(draft, false, 50), 100);
  assert.equal(releaseDueAt({ ...open, availableFrom: 80 }, false, 50), 80);
  assert.equal(releaseDueAt(open, true, 50), null);
});

test("dates that contradict are named; circles are found, long ones too", () => {
  const dates = { publishAt: null, availableFrom: 10, availableUntil: 10 };
  assert.equal(contradictionIn(dates)?.field, "availableUntil");
  assert.equal(contradictionIn({ ...dates, availableUntil: 11 }), null);
  const known = new Map([
    ["b", ["c"]],
    ["c", ["a"]],
  ]);
  assert(closesCircle("a", ["b"], known));
  assert(closesCircle("a", ["a"], known));
  assert(!closesCircle("d", ["b"], known));
});

test("a place is found between any two, and order holds however narrow it is", () => {
  assert.deepEqual(placeBefore([], 0).place, 1024);
  const places = [1, 2, 3, 4, 5_000_000];
  for (let index = 0; index <= places.length; index++) {
    const { place, moved } = placeBefore(places, index);
    const after = places.map((each, at) => moved.get(at) ?? each);
    after.splice(index, 0, place);
    assert.deepEqual(
      after,
      after.toSorted((one, other) => one - other),
    );
    assert.equal(new Set(after).size, after.length, `index ${index}: ${after}`);
  }
});

test("captions are read as browsers read them", () => {
  const cue = "00:01.000 --> 00:02.500 line:0\nHello\n";
  assert.deepEqual(readWebVtt(`\uFEFFWEBVTT - title\r\n\r\n${cue}`), { cues: 1 });
  for (const [text, line] of [
    [cue, 1],
    ["WEBVTT\n", 2],
    ["WEBVTT\n\n00:01,000 --> 00:02,000\n", 3],
    ["WEBVTT\n\n00:03.000 --> 00:02.000\n", 3],
  ] as const) {
    const verdict = readWebVtt(text);
    assert("line" in verdict && verdict.line === line, text);
  }
});

test("names in an archive are safe and never twice", () => {
  assert.equal(safeName("../../etc/passwd"), "etc passwd");
  assert.equal(safeName("CON.txt"), "_CON.txt");
  assert.equal(safeName(" … "), "…");
  const paths = archivePaths(
    [{ id: "m", title: "Week 1/2" }],
    [
      { id: "1", moduleId: "m", name: "a.pdf" },
      { id: "2", moduleId: "m", name: "A.pdf" },
      { id: "3", moduleId: null, name: "a.pdf" },
    ],
  );
  assert.deepEqual([...paths.values()], ["01 Week 1 2/a.pdf", "01 Week 1 2/A (2).pdf", "a.pdf"]);
});
