/** What is done with an answer after it came: other pages, waiting, one field of it, the room that it has. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { slices } from "#app/slices.ts";
import { present } from "#base/assert.ts";
import type { JsonValue } from "#base/json.ts";
import { createRegistry } from "#kernel/registry.ts";
import { problemOf } from "./client.ts";
import { flagsOf, helpOf, readValue } from "./flags.ts";
import { oneField } from "./one-field.ts";
import { isPaged, withAllPages } from "./pages.ts";
import { render } from "./render.ts";
import { hasFailed, waitFor, watchOf } from "./waiting.ts";

const registry = createRegistry(slices);
const operation = (name: string) => present(registry.byName(name), name);

test("all pages are one answer: lists after each other, maps over each other, texts in a row", async () => {
  const pages: Record<string, JsonValue> = {
    b: { items: [2], byId: { y: 2 }, text: "b\n", title: "same", nextCursor: "c" },
    c: { items: [3], byId: { z: 3 }, text: "c\n", title: "same", nextCursor: null },
  };
  const first = { items: [1], byId: { x: 1 }, text: "a\n", title: "same", nextCursor: "b" };
  assert.deepEqual(await withAllPages(first, async (cursor) => pages[cursor] ?? null), {
    ...{ items: [1, 2, 3], byId: { x: 1, y: 2, z: 3 } },
    ...{ text: "a\nb\nc\n", title: "same", nextCursor: null },
  });
  let asked = 0;
  const forEver = async () => {
    asked++;
    return { items: [0], nextCursor: "again" };
  };
  await withAllPages({ items: [], nextCursor: "again" }, forEver);
  assert.equal(asked, 1);
});

test("what comes in pages and what goes on after its answer is known from the operations", () => {
  assert.ok(isPaged(operation("identity.listPeople")));
  assert.ok(isPaged(operation("system.exportAuditEntries")));
  assert.ok(!isPaged(operation("courses.getCourse")));
  const watched = registry.operations.flatMap((each) => {
    const watch = each.kind === "command" ? watchOf(registry, each) : null;
    return watch === null ? [] : [`${each.name} by ${watch.read.name}`];
  });
  for (const expected of [
    "identity.uploadPeopleImport by identity.getPeopleImport",
    "identity.applyPeopleImport by identity.getPeopleImport",
    "courses.applyRoster by courses.getRosterImport",
    "courses.copyCourse by courses.getCourseCopy",
    "grades.uploadGradeImport by grades.getGradeImport",
  ])
    assert.ok(watched.includes(expected), `${expected}, among ${watched.join(", ")}`);
  const watch = present(watchOf(registry, operation("courses.copyCourse")) ?? undefined, "a watch");
  assert.deepEqual(watch.inputOf({ copyId: "c1", id: "other" }), { copyId: "c1" });
});

test("work that was begun is asked for until it rests", async () => {
  const states = ["applying", "applying", "done"];
  const pauses: number[] = [];
  const last = await waitFor(
    { id: "i", state: "waiting" },
    async ({ id }) => ({ id: id ?? null, state: states.shift() ?? "" }),
    async (durationMs) => void pauses.push(durationMs),
  );
  assert.deepEqual([last, pauses], [{ id: "i", state: "done" }, [100, 200, 400]]);
  assert.equal(hasFailed({ state: "failed" }), true);
  assert.equal(hasFailed(last), false);
});

test("one field of an answer, a line for each", () => {
  const answer = {
    items: [
      { id: "a", n: 1 },
      { id: "b", n: null },
    ],
    csv: "x\r\ny\r\n",
  };
  assert.equal(oneField(answer, "items.*.id"), "a\nb\n");
  assert.equal(oneField(answer, "items.1.n"), "\n");
  assert.equal(oneField(answer, "items.0"), '{"id":"a","n":1}\n');
  assert.equal(oneField(answer, "csv"), "x\r\ny\r\n");
  assert.throws(() => oneField(answer, "item"), /no field "item": at "item" there is items, csv/);
  assert.throws(() => oneField({ items: [] }, "items.0.id"), {
    message: 'The answer has no "items.0.id": the list has 0 entries.',
    exitStatus: 66,
  });
});

test("a table that is wider than the terminal is a card for each row", () => {
  const items = [
    { title: "A title of some length", at: 1_795_279_300_000 },
    { title: "Another", at: 1_795_279_300_000 },
  ];
  assert.match(render({ items, nextCursor: "c" }), /^TITLE +AT\n/);
  assert.equal(
    render({ items, nextCursor: "c" }, 30),
    [
      "title  A title of some length",
      "at     2026-11-21 16:41:40 UTC",
      "",
      "title  Another",
      "at     2026-11-21 16:41:40 UTC",
      "",
    ].join("\n"),
  );
});

test("moments are typed as times, whatever their field is called; what an object holds stands in the help", () => {
  const from = present(
    flagsOf(operation("system.listAuditEntries")).find(({ field }) => field === "from"),
    "from",
  );
  assert.equal(readValue(from, "2026-11-21T16:41:40Z"), 1_795_279_300_000);
  const quiet = flagsOf(operation("notices.updateNoticePreferences")).find(
    ({ field }) => field === "quietFrom",
  );
  assert.equal(quiet?.kind, "integer");
  const criteria = flagsOf(operation("assignments.setRubric")).find(({ field }) => field === "criteria");
  assert.match(
    helpOf(present(criteria, "criteria")),
    /Each as JSON: \{.*"title", .*"levels": \[\{.*"points"/,
  );
});

test("who has asked too often is told when to ask again", () => {
  const told = (retryAfterMs: number) => problemOf(429, { code: "rate_limited", retryAfterMs }).remedy;
  assert.equal(told(700), "Try again in a second.");
  assert.equal(told(59_001), "Try again in 60 seconds.");
  assert.equal(told(14 * 60_000 + 1), "Try again in 15 minutes.");
  assert.equal(problemOf(429, { code: "rate_limited" }).remedy, "Wait a little, then try again.");
});
