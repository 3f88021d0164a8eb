/** The driver on a disk that can be held up, with the other nodes' messages written by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import type { Message } from "#raft/message.ts";
import { DurableLog } from "../log/durable-log.ts";
import { SimulatedDisk } from "../log/simulated-disk.ts";
import { Group } from "./group.ts";
import type { Machine } from "./machine.ts";
import { memberOf } from "./testing/test-cluster.ts";
import type { Transport, TransportHandler } from "./transport.ts";

const configuration = { index: 0, configuration: { members: ["a", "b", "c"].map(memberOf) } };

/** Lets everything run that is ready. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function driven() {
  const clock = new ManualClock();
  const held = { sync: null as Promise<void> | null };
  const disk = new SimulatedDisk({ random: seededRandom(1), delay: async () => held.sync ?? undefined });
  const log = await DurableLog.open({
    folder: "/log",
    storeId: "c".repeat(32),
    startAfter: { index: 0, term: 0 },
    segmentBytes: 1 << 16,
    entryBytesMax: 1 << 16,
    files: disk.mount(),
  });
  const sent: Message[] = [];
  let handler: TransportHandler | null = null;
  const transport: Transport = {
    start: async (given) => {
      handler = given;
    },
    setPeers: () => undefined,
    send: (message) => sent.push(message),
    sendSnapshot: () => Promise.reject(new Error("nobody needs one here")),
    links: () => new Map(),
    close: () => Promise.resolve(),
  };
  const machine: Machine = {
    wake: () => undefined,
    position: 0,
    configuration,
    install: () => Promise.reject(new Error("nobody sends one here")),
    sendSnapshot: () => undefined,
    diskFailed: assert.fail,
    broken: assert.fail,
  };
  const group = new Group({
    id: "a",
    disk: log,
    machine,
    transport,
    clock,
    report: () => undefined,
    draw: () => 0,
    timing: { tickMs: 10, heartbeatTicks: 2, electionTicks: 10 },
    snapshots: { snapshotOffset: () => Promise.resolve(0), receiveSnapshot: () => Promise.resolve() },
    facts: () => ({ schemaKnown: 1, version: "test" }),
    nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
  });
  await group.join(() => undefined);
  const deliver = async (message: Message) => {
    assert.ok(handler);
    handler.message(message);
    await settled();
  };
  const tick = async () => {
    clock.advance(10);
    await settled();
  };
  return { group, log, sent, held, deliver, tick };
}

test("a leader takes no commands before the end of the last term has reached its state, however busy its disk is", async () => {
  const { group, log, sent, held, deliver, tick } = await driven();
  while (!sent.some((message) => message.type === "vote-request" && !message.isPreVote)) {
    await tick();
    const wouldBe = sent.findLast((message) => message.type === "vote-request");
    if (wouldBe?.type !== "vote-request" || !wouldBe.isPreVote) continue;
    const { term } = wouldBe;
    await deliver({ type: "vote-reply", from: "b", to: "a", term, isPreVote: true, granted: true });
  }
  const { term } = group.status;
  await deliver({ type: "vote-reply", from: "b", to: "a", term, isPreVote: false, granted: true });
  assert.equal(group.leadership.isLeader, true);
  assert.equal(log.last.index, 1, "the beginning of its term");
  assert.equal(group.mayPropose, false);

  const sync = Promise.withResolvers<void>();
  held.sync = sync.promise;
  const proposal = { kind: "changeset" as const, schemaVersion: 1, payload: new Uint8Array(8) };
  const committed = group.propose(proposal, term);
  await settled();
  await deliver({ type: "append-reply", from: "b", to: "a", term, matchIndex: 1, rejected: null });
  await tick();
  assert.equal(group.status.hasCommittedInTerm, true, "the core knows it");
  assert.equal(group.commitIndex, 0, "nobody was told");
  assert.equal(group.mayPropose, false);

  held.sync = null;
  sync.resolve();
  await settled();
  assert.equal(group.commitIndex, 1);
  assert.equal(group.mayPropose, true);
  await deliver({ type: "append-reply", from: "b", to: "a", term, matchIndex: 2, rejected: null });
  assert.deepEqual(await committed, { index: 2, term });
  await group.close();
  await log.close();
});
