/** Names in archives: safe on every file system, and none twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf, safeName, uniqueNames } from "./archive-names.ts";
import { hiddenNames, newPseudonymKey, pseudonymOf } from "./pseudonyms.ts";

test("a name is safe on every file system, and still reads as it was", () => {
  for (const [name, safe] of [
    ["سارة 🌙", "سارة 🌙"],
    ["Zoë Müller", "Zoë Müller"],
    ["a/b\\c", "a-b-c"],
    ["../../etc", "-..-etc"],
    ['what? "now": <yes>|*', "what- -now-- -yes---"],
    ["CON", "_CON"],
    ["lpt1.pdf", "_lpt1.pdf"],
    ["dots...", "dots"],
    ["   ", "file"],
    ["evil\u202Efdp.exe", "evilfdp.exe"],
  ] as const)
    assert.equal(safeName(name), safe, JSON.stringify(name));
});

test("nobody's folder is another's, whatever capitals and forms of letters they use", () => {
  const name = uniqueNames();
  const given = ["Ada", "ada", "ADA", "Zoë", "Zoe\u0308", "work.pdf", "Work.PDF"].map(name);
  assert.deepEqual(given, ["Ada", "ada (2)", "ADA (3)", "Zoë", "Zoë (2)", "work.pdf", "Work (2).PDF"]);
});

test("what looks like a formula is text in the list", () => {
  assert.equal(csvOf([["=1+1", "a,b", "-2"]]), "\uFEFF'=1+1,\"a,b\",'-2\r\n");
});

test("pseudonyms stay the same under a key, differ under another, and show nothing of the id or the file", () => {
  const key = newPseudonymKey((count) => new Uint8Array(count).fill(7));
  const other = newPseudonymKey((count) => new Uint8Array(count).fill(8));
  const one = pseudonymOf(key, "student-1");
  assert.deepEqual(one, pseudonymOf(key, "student-1"));
  assert.notDeepEqual(one, pseudonymOf(other, "student-1"));
  assert.match(one.name, /^Student [0-9a-z]{4}-[0-9a-z]{4}$/);
  const many = new Set(Array.from({ length: 5_000 }, (_each, at) => pseudonymOf(key, `student-${at}`).name));
  assert.equal(many.size, 5_000);
  assert.match(
    hiddenNames(key).fileNameOf("student-1", "Ada's work.PDF", 2),
    /^student-[0-9a-z]{4}-[0-9a-z]{4}-2\.pdf$/,
  );
});
