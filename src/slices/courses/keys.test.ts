/** Two spellings of one course are one course. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanLine, foldKey } from "./keys.ts";

test("case, blanks, kinds of hyphens and forms of letters do not matter", () => {
  for (const spelling of ["ASTRO-101", " astro-101 ", "Astro–101", "ＡＳＴＲＯ-101"])
    assert.equal(foldKey(spelling), "astro-101");
  assert.equal(foldKey("Straße"), foldKey("STRASSE"));
  assert.equal(foldKey("Été 2026"), foldKey("e\u0301te\u0301  2026"));
});

test("different codes stay different", () => {
  assert.notEqual(foldKey("ASTRO-101"), foldKey("ASTRO 101"));
  assert.notEqual(foldKey("ASTRO-101"), foldKey("ASTRO-102"));
});

test("a line is shown as it was written, without stray blanks", () => {
  assert.equal(cleanLine("  Measuring \u00a0 the sky "), "Measuring the sky");
});
