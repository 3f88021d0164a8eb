import assert from "node:assert/strict";
import test from "node:test";
import { majorityOf } from "./majority.ts";

const voter = { role: "voter", isReachable: true } as const;
const gone = { role: "voter", isReachable: false } as const;
const learner = { role: "learner", isReachable: true } as const;

test("a majority is more than half of those who vote; four nodes spare no more than three do", () => {
  assert.deepEqual(majorityOf([voter]), { voters: 1, up: 1, needed: 1, spare: 0 });
  assert.deepEqual(majorityOf([voter, voter]), { voters: 2, up: 2, needed: 2, spare: 0 });
  assert.deepEqual(majorityOf([voter, gone, voter, learner]), { voters: 3, up: 2, needed: 2, spare: 1 });
  assert.equal(majorityOf([voter, voter, voter, voter]).spare, 1);
  assert.equal(majorityOf([voter, voter, voter, voter, voter]).spare, 2);
});
