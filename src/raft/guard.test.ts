/** What a core does after an assertion of its own has failed: nothing. */
import assert from "node:assert/strict";
import test from "node:test";
import { AssertionError } from "#base/assert.ts";
import { RaftRefused } from "./port.ts";
import { createRaft } from "./raft.ts";
import { member } from "./testing/member.ts";
import { MemoryDisk } from "./testing/memory-disk.ts";

function alone(): { disk: MemoryDisk; raft: ReturnType<typeof createRaft> } {
  const disk = new MemoryDisk({ index: 0, configuration: { members: [member("a", "voter")] } });
  const raft = createRaft({
    id: "a",
    log: disk,
    hardState: disk.hardState,
    configurations: disk.configurations,
    appliedIndex: 0,
    electionTicks: 10,
    heartbeatTicks: 1,
    draw: () => 0,
    appendBytesMax: 100,
    inFlightMax: 4,
    reads: "quorum",
  });
  raft.campaign();
  disk.save(raft.takeEffects());
  raft.saved();
  return { disk, raft };
}

test("another leader in its own term stops a leader for good, also when the error was swallowed", () => {
  const { raft } = alone();
  raft.propose({ kind: "noop", schemaVersion: 0, payload: new Uint8Array() });
  const impossible = { type: "heartbeat", from: "b", to: "a", term: 1, commitIndex: 0, round: 1 } as const;
  const bug = /b leads in term 1, in which this node leads/;
  assert.throws(() => raft.step(impossible), bug);
  assert.throws(() => raft.hasEffects, bug);
  assert.throws(() => raft.takeEffects(), bug);
  assert.throws(() => raft.takeMessagesAtOnce(), bug);
  assert.throws(() => raft.tick(), bug);
  raft.resign();
  assert.equal(raft.status.term, 1);
});

test("a driver that says what is not so is not believed", () => {
  const { raft } = alone();
  raft.propose({ kind: "noop", schemaVersion: 0, payload: new Uint8Array() });
  raft.takeEffects();
  assert.throws(() => raft.takeEffects(), /the effects before these are durable/);
  const other = alone();
  other.raft.propose({ kind: "noop", schemaVersion: 0, payload: new Uint8Array() });
  other.raft.takeEffects();
  assert.throws(() => other.raft.saved(), /the durable log holds entry 2 of term 1/);
  assert.throws(() => alone().raft.saved(), /effects were taken/);
});

test("a commit beyond the log of a node that has acknowledged it says that the log has lost entries", () => {
  const disk = new MemoryDisk({
    index: 0,
    configuration: { members: [member("a", "voter"), member("b", "voter")] },
  });
  const raft = createRaft({
    id: "a",
    log: disk,
    hardState: { term: 1, votedFor: null },
    configurations: disk.configurations,
    appliedIndex: 0,
    electionTicks: 10,
    heartbeatTicks: 1,
    draw: () => 0,
    appendBytesMax: 100,
    inFlightMax: 4,
    reads: "quorum",
  });
  const heartbeat = { type: "heartbeat", from: "b", to: "a", term: 1, commitIndex: 7, round: 1 } as const;
  assert.throws(() => raft.step(heartbeat), AssertionError);
  assert.throws(() => raft.hasEffects, /the log has lost entries/);
});

test("a wish that is refused breaks nothing", () => {
  const { raft } = alone();
  assert.throws(() => raft.changeMembership({ kind: "remove", id: "a" }), RaftRefused);
  assert.equal(raft.propose({ kind: "noop", schemaVersion: 0, payload: new Uint8Array() }).index, 2);
});
