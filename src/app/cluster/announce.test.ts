import assert from "node:assert/strict";
import test from "node:test";
import { ManualClock } from "#base/clock.ts";
import type { JsonValue } from "#base/json.ts";
import type { PeerAnswerer, Peers } from "#engines/peer/port.ts";
import type { Cluster, ClusterNode } from "#engines/store/replica/cluster.ts";
import type { MemberAbout } from "#raft/configuration.ts";
import { createAnnouncer } from "./announce.ts";

const about = (port: number): MemberAbout => ({
  name: "n",
  peerAddress: `127.0.0.1:${port}`,
  httpUrl: null,
  grpcAddress: null,
});

/** A membership that two nodes share, as Raft would keep it, and the way from the one to the other. */
function pair() {
  const clock = new ManualClock();
  const abouts = new Map([
    ["a", about(1)],
    ["b", about(2)],
  ]);
  const answerers = new Map<string, PeerAnswerer>();
  let leaderId: string | null = null;
  let refusals = 0;
  const listeners = new Set<() => void>();
  const clusterOf = (selfId: string) =>
    ({
      view: () => ({
        selfId,
        leaderId,
        nodes: [...abouts].map(([id, each]) => ({ id, about: each }) as ClusterNode),
      }),
      async updateMember(member: { readonly id: string; readonly about: MemberAbout }) {
        if (refusals-- > 0) throw new Error("another change is under way");
        abouts.set(member.id, member.about);
      },
      onLeadership(listener: () => void) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }) as unknown as Cluster;
  const peersOf = (selfId: string) =>
    ({
      answer: (kind: string, answerer: PeerAnswerer) => void answerers.set(`${selfId} ${kind}`, answerer),
      ask: (to: string, kind: string, body: JsonValue) =>
        answerers.get(`${to} ${kind}`)?.(body, selfId) ?? Promise.reject(new Error("nobody answers")),
    }) as unknown as Peers;
  const announcerOf = (id: string) =>
    createAnnouncer({ cluster: clusterOf(id), peers: peersOf(id), clock, log: () => {} });
  return {
    clock,
    abouts,
    a: announcerOf("a"),
    b: announcerOf("b"),
    elect(id: string) {
      leaderId = id;
      for (const listener of listeners) listener();
    },
    refuse(times: number) {
      refusals = times;
    },
    /** What another version of Lyceum may say, at the node `to`. */
    say: (to: string, from: string, body: JsonValue) =>
      answerers.get(`${to} announce`)?.(body, from) ?? Promise.reject(new Error("nobody answers")),
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

test("a node tells the leader its addresses as soon as there is one, itself too", async () => {
  const { a, b, abouts, elect, settle } = pair();
  a.announce(about(10));
  b.announce(about(20));
  await settle();
  assert.equal(abouts.get("b")?.peerAddress, "127.0.0.1:2");
  elect("a");
  await settle();
  assert.deepEqual([...abouts.values()], [about(10), about(20)]);
});

test("a leader that cannot take it now is told again", async () => {
  const { b, abouts, elect, refuse, clock, settle } = pair();
  elect("a");
  refuse(1);
  b.announce(about(20));
  await settle();
  assert.equal(abouts.get("b")?.peerAddress, "127.0.0.1:2");
  clock.advance(1_000);
  await settle();
  assert.deepEqual(abouts.get("b"), about(20));
});

test("a node that is no member is not made one by telling where it is", async () => {
  const { a, b, abouts, elect, clock, settle } = pair();
  a.announce(about(10));
  abouts.delete("b");
  elect("a");
  b.announce(about(20));
  clock.advance(5_000);
  await settle();
  assert.deepEqual([...abouts.keys()], ["a"]);
});

test("what does not say where a node is reached never comes into the membership", async () => {
  const { abouts, say } = pair();
  const { name: _name, ...nameless } = about(20);
  for (const wrong of [null, {}, nameless, { ...about(20), httpUrl: 7 }])
    await assert.rejects(say("a", "b", wrong as JsonValue));
  assert.deepEqual(abouts.get("b"), about(2));
  await say("a", "b", { ...about(20), rack: "a field of a newer version" });
  assert.deepEqual(abouts.get("b"), about(20));
});
