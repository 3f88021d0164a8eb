/** A newcomer whose log begins before anybody told it of a membership: it must not stumble over what it cannot know. */
import assert from "node:assert/strict";
import test from "node:test";
import { encodeConfiguration } from "./configuration-codec.ts";
import type { Entry } from "./entry.ts";
import type { Message } from "./message.ts";
import { createRaft } from "./raft.ts";
import { member } from "./testing/member.ts";
import { MemoryDisk } from "./testing/memory-disk.ts";

test("a newcomer that restarts before it applied its first membership can lead and send a snapshot", () => {
  // Found by the simulator: it was promoted, fell back to an older state at a crash, and was elected.
  const members = [member("n2", "voter"), member("n3", "voter"), member("n4", "learner")];
  const payload = encodeConfiguration({ members });
  const entry = (index: number): Entry =>
    index === 9
      ? { index, term: 1, kind: "configuration", schemaVersion: 0, payload }
      : { index, term: 1, kind: "changeset", schemaVersion: 1, payload: new Uint8Array(1) };
  const disk = new MemoryDisk(null);
  disk.save({
    snapshot: null,
    hardState: { term: 1, votedFor: null },
    entries: Array.from({ length: 9 }, (_, at) => entry(at + 1)),
  });
  disk.trimThrough(8);
  const raft = createRaft({
    id: "n3",
    log: disk,
    hardState: disk.hardState,
    configurations: disk.configurations,
    appliedIndex: 8,
    electionTicks: 4,
    heartbeatTicks: 1,
    draw: () => 0,
    appendBytesMax: 100,
    inFlightMax: 4,
    reads: "quorum",
  });
  const sent: Message[] = [];
  const work = () => {
    while (raft.hasEffects) {
      const effects = raft.takeEffects();
      disk.save(effects);
      raft.saved();
      sent.push(...effects.messagesAtOnce, ...effects.messages);
    }
  };
  raft.campaign();
  raft.step({ type: "vote-reply", from: "n2", to: "n3", term: 2, isPreVote: true, granted: true });
  raft.step({ type: "vote-reply", from: "n2", to: "n3", term: 2, isPreVote: false, granted: true });
  work();
  assert.equal(raft.status.role, "leader");
  const rejected = { previousIndex: 9, hint: { index: 0, term: 0 } };
  raft.step({ type: "append-reply", from: "n4", to: "n3", term: 2, matchIndex: 0, rejected });
  work();
  assert.ok(sent.some((message) => message.type === "snapshot-offer" && message.to === "n4"));
});
