import assert from "node:assert/strict";
import test from "node:test";
import { type ClusterState, durationText, findNode, healthOf, type NodeState, statusText } from "./status.ts";

const node = (name: string, about: Partial<NodeState> = {}): NodeState => ({
  id: `00000000000${name}`,
  name,
  role: "voter",
  isLeader: false,
  isReachable: true,
  peerAddress: `127.0.0.1:700${name}`,
  httpUrl: `http://127.0.0.1:800${name}`,
  grpcAddress: null,
  version: "0.1.0",
  lagEntries: 0,
  progress: null,
  appliedIndex: 7,
  diskFreeBytes: null,
  diskBytes: null,
  lastSnapshotAt: null,
  trouble: null,
  ...about,
});

const state = (nodes: readonly NodeState[], about: Partial<ClusterState> = {}): ClusterState => ({
  kind: "group",
  clusterId: "c".repeat(32),
  answeredBy: nodes[0]?.id ?? "",
  term: 1,
  commitIndex: 7,
  appliedIndex: 7,
  leaderId: nodes.find(({ isLeader }) => isLeader)?.id ?? null,
  leaderSince: 10_000,
  nodes: [...nodes],
  lastSnapshot: null,
  rebuilding: null,
  ...about,
});

const sound = state([node("1", { isLeader: true, lagEntries: null }), node("2"), node("3")]);

test("a sound cluster has nothing to look at", () => {
  assert.deepEqual(healthOf(sound), []);
  const text = statusText(sound, [], 100_000);
  assert.match(text, /^Cluster c{32}, led by 1, for 1 min\.\n/);
  assert.match(text, /NAME +ID +ROLE +REACHABLE +BEHIND/);
  assert.match(text, /1 +000000000001 +leader +yes/);
  assert.match(text, /All is well\.\n$/);
});

const sick: readonly { readonly of: ClusterState; readonly says: readonly RegExp[] }[] = [
  {
    of: state([node("1", { isLeader: true }), node("2"), node("3", { isReachable: false })]),
    says: [/^3 \(000000000003\) cannot be reached: start it there, or take it out/],
  },
  {
    of: state([node("1"), node("2", { isReachable: false }), node("3", { isReachable: false })]),
    says: [/^No node leads/, /^Only 1 of 3 voting nodes/, /^2 .* start it there\.$/, /^3 /],
  },
  {
    of: state([node("1", { isLeader: true }), node("2", { isReachable: false })]),
    says: [/^Only 1 of 2 voting nodes can be reached, which is no majority/, /^2 /],
  },
  {
    of: state([node("1", { isLeader: true }), node("2"), node("3", { lagEntries: 50_000 })]),
    says: [/^3 is 50000 entries behind/],
  },
  {
    of: state([node("1", { isLeader: true }), node("2", { trouble: "The disk is full." }), node("3")]),
    says: [/^2 \(000000000002\) says: The disk is full\./],
  },
  {
    of: state([node("1", { isLeader: true, diskFreeBytes: 5_000 }), node("2"), node("3")]),
    says: [/^1 has only 4\.9 KiB of its disk left/],
  },
];

for (const { of, says } of sick)
  test(`what is not well is named: ${says.map(({ source }) => source).join(", ")}`, () => {
    const problems = healthOf(of);
    assert.equal(problems.length, says.length, problems.join("\n"));
    for (const [index, pattern] of says.entries()) assert.match(problems[index] ?? "", pattern);
  });

test("a learner that is away is no lack of a majority", () => {
  const learner = node("4", { role: "learner", isReachable: false });
  assert.deepEqual(healthOf(state([...sound.nodes, learner])).length, 1);
});

test("a node is found by its id, and by its name where that is one node's alone", () => {
  const twins = state([node("1"), node("2"), { ...node("3"), name: "2" }]);
  assert.equal(findNode(twins, "1")?.id, "000000000001");
  assert.equal(findNode(twins, "000000000002")?.id, "000000000002");
  assert.equal(findNode(twins, "2"), null);
  assert.equal(findNode(twins, "7"), null);
});

test("durations are told in the largest unit that is not 0", () => {
  assert.deepEqual([-5, 59_999, 60_000, 7_200_000, 200_000_000].map(durationText), [
    "0 s",
    "59 s",
    "1 min",
    "2 h",
    "2 days",
  ]);
});
