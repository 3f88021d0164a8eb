/** Finding in a page: its text has no blanks where lines end. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { placesOf } from "./find-text.ts";

const found = (whole: string, sought: string) =>
  placesOf(whole, sought).map(([from, to]) => whole.slice(from, to));

test("finds whatever the case, and across the ends of lines", () => {
  assert.deepEqual(found("The Earth. the earthquake", "the earth"), ["The Earth", "the earth"]);
  assert.deepEqual(found("a shadow of thestick", "the stick"), ["thestick"]);
  assert.deepEqual(found("Übung über Übermut", "üb"), ["Üb", "üb", "Üb"]);
});

test("takes signs for what they are, and nothing for nothing", () => {
  assert.deepEqual(found("f(x) = x^2 (or x.2)", "x^2 ("), ["x^2 ("]);
  assert.deepEqual(found("anything", "  "), []);
  assert.deepEqual(found("anything", "(["), []);
});
