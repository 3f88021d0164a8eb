/** One mailbox is one account, and names sort the same on every engine. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanName, foldEmail, nameKey, searchKey } from "./names.ts";

test("spellings of one address fold to one", () => {
  for (const email of [" Ada@School.Example ", "ADA@SCHOOL.EXAMPLE", "ａｄａ@school.example"])
    assert.equal(foldEmail(email), "ada@school.example");
  assert.notEqual(foldEmail("ada.l@school.example"), foldEmail("adal@school.example"));
});

test("names keep their script and lose stray blanks", () => {
  assert.equal(cleanName("  Zoe\u0308   Ångström\t"), "Zoë Ångström");
  assert.equal(cleanName("王 小明"), "王 小明");
});

test("sort keys put people where readers look, whatever the collation", () => {
  const names = ["zoë", "Élise", "Ada", "ada b", "Emil", "Łukasz", "王小明", "Ádám", "محمد"];
  const sorted = names.toSorted((a, b) => (nameKey(a) < nameKey(b) ? -1 : 1));
  assert.deepEqual(sorted, ["Ada", "ada b", "Ádám", "Élise", "Emil", "zoë", "Łukasz", "محمد", "王小明"]);
  assert.match(nameKey("王".repeat(200)), /^[0-9a-f]{1,480}$/, "short enough for a cursor");
});

test("a search key holds name and address without marks and case", () => {
  assert.equal(searchKey("Zoë Ångström", "zoe@school.example"), "zoe angstrom zoe@school.example");
});
