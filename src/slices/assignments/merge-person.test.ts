/** What stands where two accounts of one person both have something in an assignment: pure decisions. */
import assert from "node:assert/strict";
import test from "node:test";
import { standingGrade } from "./merge-marks.ts";
import { unitedText } from "./merge-person.ts";
import { textAnswerLengthMax } from "./schema.ts";

const grade = (points_hundredths: number, released_at: number | null = null) => ({
  points_hundredths,
  released_at,
});

test("the mark that was shown stands, then the better one, then that of the newer work", () => {
  assert.equal(standingGrade(undefined, undefined), undefined);
  const [low, high, shown] = [grade(500), grade(900), grade(300, 1)];
  assert.equal(standingGrade(low, undefined), low);
  assert.equal(standingGrade(undefined, low), low);
  assert.equal(standingGrade(low, high), high);
  assert.equal(standingGrade(high, low), high);
  assert.equal(standingGrade(high, shown), shown);
  assert.equal(standingGrade(shown, high), shown);
  const same = grade(900);
  assert.equal(standingGrade(high, same), same);
});

test("no draft is lost: both texts stay, the older one first, as long as there is room", () => {
  assert.equal(unitedText(["", "new"]), "new");
  assert.equal(unitedText(["old", " "]), "old");
  assert.equal(unitedText(["same", "same "]), "same ");
  assert.equal(unitedText(["old", "new"]), "old\n\n---\n\nnew");
  const long = "x".repeat(textAnswerLengthMax);
  assert.equal(unitedText(["old", long]), long);
});
