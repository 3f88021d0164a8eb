import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogView } from "#raft/port.ts";
import { NotLeader, OutcomeUnknown } from "../../errors.ts";
import { PendingProposals, ReadRounds } from "./pending.ts";

/** A log that knows the terms of a few entries. */
function logOf(terms: Record<number, number>): LogView {
  return {
    start: { index: 0, term: 0 },
    last: { index: 9, term: 9 },
    termAt: (index) => terms[index] ?? null,
    entries: () => [],
  };
}

test("a proposal is committed only if the log still holds it under its term", async () => {
  const proposals = new PendingProposals();
  const kept = proposals.add({ index: 3, term: 2 });
  const replaced = proposals.add({ index: 4, term: 2 });
  const underSnapshot = proposals.add({ index: 5, term: 2 });
  const waiting = proposals.add({ index: 6, term: 2 });
  proposals.settle(5, logOf({ 3: 2, 4: 3 }));
  assert.deepEqual(await kept, { index: 3, term: 2 });
  await assert.rejects(replaced, NotLeader);
  await assert.rejects(underSnapshot, OutcomeUnknown);
  assert.equal(proposals.count, 1);
  proposals.abandon();
  await assert.rejects(waiting, OutcomeUnknown);
});

test("what was proposed in an earlier term of leadership is given up, what came since is not", async () => {
  const proposals = new PendingProposals();
  const earlier = proposals.add({ index: 3, term: 2 });
  const now = proposals.add({ index: 5, term: 4 });
  proposals.abandonOthers(4);
  await assert.rejects(earlier, OutcomeUnknown);
  proposals.settle(5, logOf({ 5: 4 }));
  assert.deepEqual(await now, { index: 5, term: 4 });
});

test("whoever asks while a question is on its way waits for the next one, together with the others", async () => {
  const asked: number[] = [];
  const rounds = new ReadRounds((context) => asked.push(context), 3);
  const first = rounds.confirm();
  const second = rounds.confirm();
  const third = rounds.confirm();
  assert.deepEqual(asked, [1]);
  rounds.settle([{ context: 1, index: 10 }]);
  assert.equal(await first, 10);
  assert.deepEqual(asked, [1, 2]);
  rounds.settle([{ context: 2, index: 12 }]);
  assert.deepEqual(await Promise.all([second, third]), [12, 12]);
});

test("a question that nobody answers is given up, a late answer to it is no answer to the next", async () => {
  const asked: number[] = [];
  const rounds = new ReadRounds((context) => asked.push(context), 3);
  const lost = rounds.confirm();
  const next = rounds.confirm();
  for (let tick = 0; tick < 3; tick++) rounds.tick();
  assert.equal(await lost, null);
  rounds.settle([{ context: 1, index: 10 }]);
  rounds.settle([{ context: 2, index: 11 }]);
  assert.equal(await next, 11);
  assert.deepEqual(asked, [1, 2]);
});
