/** Two people in one page: changes that do not touch come together, others are left to people. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { differences, merged } from "./page-merge.ts";

const base = "# Week 1\n\nRead.\n\nWalk.\n\nMeasure.\n\nWrite.\n";

test("changes in different places come together", () => {
  const mine = base.replace("Read.", "Read chapter 1.");
  const theirs = base.replace("Write.", "Write it down.");
  assert.equal(merged(base, mine, theirs), mine.replace("Write.", "Write it down."));
});

test("changes of the same line are not decided by a machine", () => {
  assert.equal(merged(base, base.replace("Walk.", "Run."), base.replace("Walk.", "Stroll.")), null);
});

test("what differs is told line by line", () => {
  assert.deepEqual(differences("a\nb\n", "a\nc\n"), [
    { at: 0, kind: "same", text: "a\n" },
    { at: 1, kind: "removed", text: "b\n" },
    { at: 2, kind: "added", text: "c\n" },
  ]);
});
