/** The operations on a cluster of three: changing it, and letting machines in. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { parseJoinToken } from "#engines/peer/join-token.ts";
import { JoinRefused, type JoinRequest } from "#engines/peer/port.ts";
import { tablesOf } from "#engines/store/port.ts";
import { auditPage } from "#kernel/audit-search.ts";
import { heldBlobs } from "#kernel/blob-holds.ts";
import { Refusal, Unavailable } from "#kernel/errors.ts";
import type { ClusterAdmission } from "#kernel/services.ts";
import { openKernelGroup } from "#kernel/testing/kernel-group.ts";
import { personToken } from "#kernel/testing.ts";
import { admit, keepAuthority } from "./api.ts";
import { tokenLifetimeMsDefault, tokensOpenMax } from "./schema.ts";
import { clusterSlice } from "./slice.ts";
import type { ClusterTables } from "./tables.ts";

/** An authority whose certificates say what they were asked for, so that a test can read them. */
const admission: ClusterAdmission = {
  authority: "the authority",
  fingerprint: "f".repeat(64),
  keyHashOf: async (request) => (request.startsWith("key ") ? `hash of ${request}` : null),
  issue: async ({ sealedAuthority, certificateRequest, nodeId }) =>
    `${sealedAuthority} certifies ${certificateRequest} as ${nodeId}`,
  masterKey: () => "the master key",
};

async function setUp(t: TestContext) {
  const nodes = await openKernelGroup(t, { slices: [clusterSlice], admission });
  const { at, store } = nodes;
  let requests = 0;
  const ask = async <Output = JsonObject>(
    id: string,
    name: string,
    input: JsonObject,
    key: string | null = null,
  ): Promise<Output> => {
    const answer = await at(id).call({
      operation: `cluster.${name}`,
      input,
      token: personToken("root", "admin"),
      idempotencyKey: key,
      atLeast: null,
      requestId: `r${++requests}`,
      origin: { door: "http", address: null, agent: null },
    });
    return answer.output as Output;
  };
  const trail = async () =>
    (await store.read((database) => auditPage(database, { limit: 100 }))).value.items.map(
      ({ operation, outcome }) => `${operation}: ${outcome}`,
    );
  return { ...nodes, ask, trail };
}

function request(secret: string, change: Partial<JoinRequest> = {}): JoinRequest {
  return {
    token: secret,
    certificateRequest: "key 1",
    name: "attic",
    peerAddress: "192.0.2.4:7400",
    httpUrl: "http://192.0.2.4:8080",
    grpcAddress: null,
    schemaKnown: 1_000,
    ...change,
  };
}

const isRefused = (code: string) => (error: unknown) => error instanceof JoinRefused && error.code === code;

async function secretFrom(ask: Awaited<ReturnType<typeof setUp>>["ask"], key: string | null = null) {
  const { token } = await ask<{ token: string }>("b", "createJoinToken", {}, key);
  return parseJoinToken(token);
}

test("anyone finds the nodes, and who leads, at every node", async (t) => {
  const { ask, group } = await setUp(t);
  for (const id of ["a", "b"]) {
    const { leader, nodes } = await ask<{ leader: { id: string }; nodes: { id: string }[] }>(
      id,
      "getLeader",
      {},
    );
    assert.equal(leader.id, "a");
    assert.deepEqual(
      nodes.map((node) => node.id),
      ["a", "b", "c"],
    );
  }
  group.lead(null);
  assert.equal((await ask("b", "getLeader", {})).leader, null);
});

test("an admin sees the cluster, with what each node says of itself", async (t) => {
  const { ask, at } = await setUp(t);
  await at("b").settle();
  const state = await ask<{
    kind: string;
    answeredBy: string;
    nodes: { id: string; name: string; appliedIndex: number; lagEntries: number; trouble: null }[];
  }>("b", "getCluster", {});
  assert.deepEqual([state.kind, state.answeredBy, state.nodes.length], ["group", "b", 3]);
  for (const node of state.nodes) {
    assert.equal(node.name, node.id);
    assert.ok(node.appliedIndex > 0 && node.lagEntries === 0 && node.trouble === null);
  }
});

test("a token names the nodes and the authority, is minted again for a retry, and is stored nowhere", async (t) => {
  const { ask, store } = await setUp(t);
  const first = await secretFrom(ask, "k");
  assert.deepEqual(await secretFrom(ask, "k"), first);
  assert.deepEqual(first.addresses, ["a:1", "b:1", "c:1"]);
  assert.equal(first.fingerprint, admission.fingerprint);
  assert.notEqual((await secretFrom(ask)).secret, first.secret);
  const { value: rows } = await store.read((database) =>
    tablesOf<{ receipts: { outcome: string } } & ClusterTables>(database)
      .selectFrom(["receipts", "cluster_join_tokens"])
      .selectAll()
      .execute(),
  );
  assert(!JSON.stringify(rows).includes(first.secret));
});

test("a machine with a token becomes a member; asked again it is told the same", async (t) => {
  const { ask, at, group, trail } = await setUp(t);
  await keepAuthority(at("b"), "the sealed key");
  const { secret } = await secretFrom(ask);
  const answer = await admit(at("c"), request(secret));
  assert.match(answer.nodeId, /^[0-9a-f]{12}$/);
  assert.equal(answer.certificate, `the sealed key certifies key 1 as ${answer.nodeId}`);
  assert.deepEqual([answer.authority, answer.masterKey], [admission.authority, "the master key"]);
  assert.deepEqual(answer.members[0], { id: "a", peerAddress: "a:1" });
  assert.deepEqual(group.changes, [`add ${answer.nodeId}`]);
  assert.deepEqual(await admit(at("a"), request(secret)), answer);
  assert((await trail()).includes("cluster.admitNode: done"));
});

test("a token that is unknown, used, expired or brought by too old a machine lets nobody in", async (t) => {
  const { ask, at, group, advance } = await setUp(t);
  await keepAuthority(at("a"), "the sealed key");
  const { secret } = await secretFrom(ask);
  const other = { certificateRequest: "key 2" };
  await assert.rejects(admit(at("b"), request("guessed")), isRefused("token_unknown"));
  await assert.rejects(admit(at("b"), request(secret, { schemaKnown: 1 })), isRefused("version_too_old"));
  await assert.rejects(
    admit(at("b"), request(secret, { certificateRequest: "nonsense" })),
    isRefused("invalid_request"),
  );
  await assert.rejects(admit(at("b"), request(secret, { name: "" })), isRefused("invalid_request"));
  assert.deepEqual(group.changes, []);
  const { nodeId } = await admit(at("b"), request(secret));
  await assert.rejects(admit(at("b"), request(secret, other)), isRefused("token_used"));
  const late = await secretFrom(ask);
  advance(tokenLifetimeMsDefault);
  await assert.rejects(admit(at("b"), request(late.secret)), isRefused("token_expired"));
  await ask("b", "removeNode", { nodeId });
  await assert.rejects(admit(at("b"), request(secret)), isRefused("token_unknown"));
});

test("two machines with one token: one gets in", async (t) => {
  const { ask, at, group } = await setUp(t);
  await keepAuthority(at("a"), "the sealed key");
  const { secret } = await secretFrom(ask);
  const both = await Promise.allSettled([
    admit(at("b"), request(secret)),
    admit(at("c"), request(secret, { certificateRequest: "key 2" })),
  ]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  assert.equal(group.changes.length, 1);
});

test("unused tokens are bounded", async (t) => {
  const { ask } = await setUp(t);
  for (let count = 0; count < tokensOpenMax; count++) await secretFrom(ask);
  await assert.rejects(secretFrom(ask), { code: "too_many_tokens" });
});

test("a node is removed at the leader, and it is written down", async (t) => {
  const { ask, group, trail } = await setUp(t);
  await ask("b", "removeNode", { nodeId: "c" });
  assert.deepEqual(group.changes, ["remove c"]);
  assert.deepEqual(await trail(), ["cluster.removeNode: done"]);
});

test("a node that has the only copy of a file stays until another has it, or until it is gone itself", async (t) => {
  const { at, ask, group, store, peers } = await setUp(t);
  const bytes = Buffer.from("a worksheet");
  const { blobs } = at("c").services;
  const wish = { owner: "person:ada", fileName: "a.txt", bytesExpected: bytes.length };
  const { id } = await blobs.beginUpload(wish);
  const { finished } = await blobs.appendToUpload(id, 0, Readable.from([bytes]));
  assert(finished !== null);
  await store.write(({ database }) => heldBlobs(database, 0).hold(finished, "test:1"));
  await assert.rejects(ask("b", "removeNode", { nodeId: "c" }), { code: "files_not_copied" });
  assert.deepEqual(group.changes, []);
  await at("b").services.blobs.stat(finished.sha256);
  await ask("b", "removeNode", { nodeId: "c" });
  // The only copies are at nodes that cannot be asked any more.
  for (const gone of ["b", "c"]) peers.cut(gone);
  await ask("a", "removeNode", { nodeId: "b" });
  assert.deepEqual(group.changes, ["remove c", "remove b"]);
});

test("the last node is not removed", async (t) => {
  const { ask, group } = await setUp(t);
  for (const nodeId of ["b", "c"]) await ask("a", "removeNode", { nodeId });
  await assert.rejects(ask("a", "removeNode", { nodeId: "a" }), /the whole school is there/);
  assert.deepEqual(group.changes, ["remove b", "remove c"]);
});

test("what the group refuses is refused in words, and a change that is under way is waited for", async (t) => {
  const { ask, group } = await setUp(t);
  group.refusal = "would-lose-quorum";
  await assert.rejects(ask("b", "removeNode", { nodeId: "c" }), (error) => {
    assert(error instanceof Refusal);
    assert.equal(error.code, "would_lose_quorum");
    assert.match(error.message, /Start those that are down first/);
    return true;
  });
  group.refusal = "configuration-pending";
  await assert.rejects(ask("b", "removeNode", { nodeId: "c" }), Unavailable);
});

test("leadership handed over in the middle of the command that asks for it goes where it should, once", async (t) => {
  const { ask, group, advance } = await setUp(t);
  await ask("b", "transferLeadership", { nodeId: "c" });
  assert.deepEqual(group.changes, ["transfer c"]);
  await ask("b", "transferLeadership", { nodeId: "c" });
  assert.deepEqual(group.changes, ["transfer c"]);
  advance(60_000);
  // To anybody: the next leader finishes the command, and must not hand over in its turn.
  await ask("b", "transferLeadership", { nodeId: null });
  assert.deepEqual(group.changes, ["transfer c", "transfer a"]);
});
