/** Join codes survive a blackboard and a phone's keyboard. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/random.ts";
import { newJoinCode, readJoinCode, showJoinCode } from "./join-code.ts";

const random = seededRandom(3);
const codes = Array.from({ length: 2_000 }, () => newJoinCode((count) => random.bytes(count)));

test("a code has eight characters that are not taken for one another, and no two are alike", () => {
  for (const code of codes) assert.match(code, /^[2-9A-HJKMNP-TV-Z]{8}$/);
  assert.equal(new Set(codes).size, codes.length);
});

test("every character comes up about as often as any other", () => {
  const counts = new Map<string, number>();
  for (const character of codes.join("")) counts.set(character, (counts.get(character) ?? 0) + 1);
  assert.equal(counts.size, 30);
  const expected = (codes.length * 8) / 30;
  for (const [character, count] of counts)
    assert(Math.abs(count - expected) < expected / 4, `${character}: ${count}`);
});

test("what is shown is read back, however it is typed", () => {
  for (const code of codes.slice(0, 50)) {
    const shown = showJoinCode(code);
    assert.match(shown, /^.{4}-.{4}$/);
    for (const typed of [shown, shown.toLowerCase(), ` ${shown.replace("-", " – ")} `])
      assert.equal(readJoinCode(typed), code);
  }
});
