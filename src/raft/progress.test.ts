/** What a leader makes of one follower's answers. */
import assert from "node:assert/strict";
import test from "node:test";
import { AssertionError } from "#base/assert.ts";
import { Progress } from "./progress.ts";

const leader = { startIndex: 0, lastIndex: 100, now: 0 };

function replicating(matchIndex: number, inFlightMax = 2): Progress {
  const progress = new Progress({ lastIndex: matchIndex, now: 0, inFlightMax });
  progress.accepted(matchIndex, leader);
  return progress;
}

test("a probe waits for its answer; an accepted one opens the window", () => {
  const progress = new Progress({ lastIndex: 10, now: 0, inFlightMax: 2 });
  assert.equal(progress.state, "probe");
  assert.equal(progress.isPaused, false);
  progress.sent(10, 0);
  assert.equal(progress.isPaused, true);
  progress.accepted(10, leader);
  assert.equal(progress.state, "replicate");
  assert.equal(progress.nextIndex, 11);
  assert.equal(progress.isPaused, false);
});

test("as many appends are on their way as the window holds, and one answer may free several", () => {
  const progress = replicating(10, 3);
  for (const last of [12, 14, 16]) progress.sent(last, 0);
  assert.equal(progress.isPaused, true);
  progress.accepted(14, leader);
  assert.equal(progress.isPaused, false);
  progress.sent(18, 0);
  progress.sent(20, 0);
  assert.equal(progress.isPaused, true);
});

test("an append without entries takes no place in the window", () => {
  const progress = replicating(10, 1);
  progress.sent(10, 10);
  assert.equal(progress.isPaused, false);
  assert.equal(progress.toldCommit, 10);
});

test("a refusal while replicating goes back to what is known and tries one append from where the logs may agree", () => {
  const progress = replicating(10);
  progress.sent(15, 0);
  progress.sent(20, 0);
  assert.equal(progress.refused(15, 12), true);
  assert.equal(progress.state, "probe");
  assert.equal(progress.nextIndex, 13);
  assert.equal(progress.refused(20, 12), false, "the one behind it says nothing new");
});

test("no refusal takes back what was acknowledged", () => {
  const progress = replicating(10);
  progress.sent(15, 0);
  assert.equal(progress.refused(10, 3), false, "it is from before the acknowledgement");
  assert.equal(progress.refused(15, 3), true);
  assert.equal(progress.nextIndex, 11);
});

test("each refused probe steps back by one at least", () => {
  const progress = new Progress({ lastIndex: 5, now: 0, inFlightMax: 2 });
  for (const previous of [5, 4, 3, 2, 1]) {
    assert.equal(progress.refused(previous, previous), true);
    assert.equal(progress.nextIndex, previous);
  }
  assert.equal(progress.refused(0, 0), true);
  assert.equal(progress.nextIndex, 1);
});

test("a late acknowledgement moves nothing back", () => {
  const progress = replicating(10);
  assert.equal(progress.accepted(7, leader), false);
  assert.equal(progress.matchIndex, 10);
  assert.equal(progress.nextIndex, 11);
});

test("a sign of life with the window full asks where the follower stands, and sends it no more for that", () => {
  const progress = replicating(10, 1);
  progress.sent(11, 0);
  progress.alive(100);
  assert.equal(progress.isPoked, true);
  assert.equal(progress.isPaused, true);
  progress.sent(11, 0);
  assert.equal(progress.isPoked, false);
  progress.accepted(11, leader);
  assert.equal(progress.isPaused, false);
});

test("while a snapshot travels nothing else does, whatever is heard", () => {
  const progress = replicating(10);
  progress.offeredSnapshot(50);
  progress.alive(100);
  progress.unreachable();
  assert.equal(progress.refused(10, 0), false);
  assert.equal(progress.isPaused, true);
  progress.accepted(10, leader);
  assert.equal(progress.state, "snapshot", "an answer from before says nothing about the snapshot");
});

test("a receiver that holds what the leader can go on from needs no more of the snapshot", () => {
  const progress = replicating(10);
  progress.offeredSnapshot(50);
  progress.accepted(40, { ...leader, startIndex: 40 });
  assert.equal(progress.state, "replicate");
  assert.equal(progress.nextIndex, 41);
});

test("after a snapshot was sent, or could not be, the next try waits for a sign of life", () => {
  for (const [ok, next] of [
    [true, 51],
    [false, 11],
  ] as const) {
    const progress = replicating(10);
    progress.offeredSnapshot(50);
    progress.snapshotSent(ok);
    assert.equal(progress.state, "probe");
    assert.equal(progress.nextIndex, next);
    assert.equal(progress.isPaused, true);
    progress.alive(100);
    assert.equal(progress.isPaused, false);
  }
});

test("the end of a snapshot that nobody waits for any more changes nothing", () => {
  const progress = replicating(10);
  progress.snapshotSent(false);
  assert.equal(progress.state, "replicate");
});

test("an acknowledgement of what the leader does not have stops it", () => {
  assert.throws(() => replicating(10).accepted(101, leader), AssertionError);
});

test("catching up is measured in rounds: each lasts until what the leader had at its beginning is there", () => {
  const progress = new Progress({ lastIndex: 100, now: 0, inFlightMax: 2 });
  progress.accepted(60, { ...leader, now: 5, lastIndex: 140 });
  assert.equal(progress.catchUpTicks, null);
  progress.accepted(100, { ...leader, now: 9, lastIndex: 150 });
  assert.equal(progress.catchUpTicks, 9);
  progress.accepted(140, { ...leader, now: 10, lastIndex: 160 });
  assert.equal(progress.catchUpTicks, 9, "the second round goes up to 150");
  progress.accepted(150, { ...leader, now: 12, lastIndex: 160 });
  assert.equal(progress.catchUpTicks, 3);
});
