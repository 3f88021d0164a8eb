/** Nodes that come together, work as one, and part again: whole nodes over real sockets. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openNode } from "../compose.ts";
import { askRunningNode } from "../control-socket.ts";
import { placesOf } from "../places.ts";
import { openTestCluster, type TestCluster } from "../testing/test-cluster.ts";
import { joinCluster } from "./join.ts";

let cluster: TestCluster;

before(async () => {
  cluster = await openTestCluster();
});
after(() => cluster.close());

const limit = { timeout: 60_000 };

test("two machines join with tokens, and all three serve the same school", limit, async () => {
  const { clusterId } = cluster.members[0]?.node.kernel.store.cluster?.view() ?? {};
  await cluster.add("b");
  await cluster.add("c");
  await cluster.settled(3);
  for (const member of cluster.members) {
    const ask = cluster.admin([member]);
    const value = `through ${member.name}`;
    await ask("cluster.writeProbe", { key: "k", value });
    for (const other of cluster.members) {
      const read = await cluster.admin([other])("cluster.readProbe", { key: "k", strong: true });
      assert.equal((read as { value: string }).value, value, `${member.name} to ${other.name}`);
    }
    const state = (await ask("cluster.getCluster", {})) as { clusterId: string; nodes: { name: string }[] };
    assert.equal(state.clusterId, clusterId);
    assert.deepEqual(state.nodes.map(({ name }) => name).sort(), ["a", "b", "c"]);
  }
});

test("what tells who a node is lies in its folder for its owner only", limit, async () => {
  for (const { config } of cluster.members) {
    const places = placesOf(config);
    const files = (await readdir(places.cluster)).map((name) => join(places.cluster, name));
    for (const file of [...files, places.masterKey])
      assert.equal((await stat(file)).mode & 0o777, 0o600, file);
    assert.equal((await stat(places.cluster)).mode & 0o777, 0o700);
    assert.ok(!files.some((file) => file.endsWith("joining.json")));
  }
  const keys = await Promise.all(
    cluster.members.map(({ config }) => readFile(placesOf(config).masterKey, "utf8")),
  );
  assert.equal(new Set(keys).size, 1);
});

test("the nodes say where they are reached, so that clients find them all", limit, async () => {
  const wanted = cluster.members.map(({ addresses }) => addresses.http.url).sort();
  for (;;) {
    const said = (await cluster.admin()("cluster.getLeader", {})) as { nodes: { httpUrl: string | null }[] };
    const urls = said.nodes.map(({ httpUrl }) => httpUrl ?? "").sort();
    if (urls.join() === wanted.join()) break;
  }
});

test("the doctor writes through every node and reads at every node", limit, async () => {
  const [first] = cluster.members;
  const { answer } = (await askRunningNode(String(first?.config.data), "checkup")) ?? {};
  assert.deepEqual(
    answer,
    ["a", "b", "c"].map((name) => ({
      level: "ok",
      message: `What is written through ${name} is read at every node.`,
    })),
  );
});

test("a token lets one machine in, and a join that died halfway goes on", limit, async () => {
  const token = await cluster.joinToken();
  const config = await cluster.configOf("d");
  const { masterKey } = placesOf(config);
  // What dies halfway here is the writing of the key: another one lies in its place.
  await mkdir(config.data, { recursive: true });
  await writeFile(masterKey, `${Buffer.alloc(32).toString("base64url")}\n`);
  await assert.rejects(joinCluster(config, token), /holds the master key of another school/);
  assert.ok(!existsSync(placesOf(config).clusterNote));
  await rm(masterKey);
  const identity = await joinCluster(config, token);
  assert.deepEqual(await joinCluster(config, token), identity);
  await assert.rejects(joinCluster(await cluster.configOf("e"), token), {
    name: "JoinRefused",
    code: "token_used",
  });
  const state = (await cluster.admin()("cluster.getCluster", {})) as {
    nodes: { id: string; name: string }[];
  };
  assert.deepEqual(
    state.nodes.filter(({ name }) => name === "d").map(({ id }) => id),
    [identity.nodeId],
  );
  await cluster.admin()("cluster.removeNode", { nodeId: identity.nodeId });
});

test("a folder with a school in it, or of another cluster, does not join", limit, async () => {
  const token = await cluster.joinToken();
  const alone = await cluster.configOf("alone");
  await (await openNode({ config: alone, log: () => {}, webRoot: null })).close();
  await assert.rejects(joinCluster(alone, token), /holds a school of its own/);
  const other = await openTestCluster();
  try {
    const [stranger] = other.members;
    assert.ok(stranger !== undefined);
    await assert.rejects(joinCluster(stranger.config, token), /is a node of another cluster/);
  } finally {
    await other.close();
  }
  await assert.rejects(joinCluster(await cluster.configOf("f"), `${token.slice(0, -9)}`), /cut short/);
});

test(
  "a node does not start on the data of another cluster, nor as a node that it is not",
  limit,
  async () => {
    const [own] = cluster.members;
    assert.ok(own !== undefined);
    const alone = await cluster.configOf("mixed");
    await (await openNode({ config: alone, log: () => {}, webRoot: null })).close();
    await cp(placesOf(own.config).cluster, placesOf(alone).cluster, { recursive: true });
    const refused = (message: RegExp) =>
      assert.rejects(openNode({ config: alone, log: () => {}, webRoot: null }), {
        name: "DataFolderRefused",
        message,
      });
    await refused(/belongs to another cluster/);
    const note = placesOf(alone).clusterNote;
    const identity = JSON.parse(await readFile(note, "utf8")) as object;
    await writeFile(note, JSON.stringify({ ...identity, nodeId: "000000000000" }));
    await refused(/cannot take its place in the cluster: .* names lyceum:/);
    await rm(join(placesOf(alone).cluster, "node.key"));
    await refused(/lacks one of/);
  },
);

test("a leader that is stopped hands over first: no command fails", limit, async () => {
  const leaderId = await cluster.settled(3);
  const leader = cluster.members.find(({ node }) => node.kernel.store.cluster?.view().selfId === leaderId);
  assert.ok(leader !== undefined);
  const others = cluster.members.filter((member) => member !== leader);
  const ask = cluster.admin(others);
  let stopping = true;
  const stopped = cluster.stop(leader).finally(() => {
    stopping = false;
  });
  let written = 0;
  while (stopping) await ask("cluster.writeProbe", { key: "restart", value: String(++written) });
  await stopped;
  const after = (await ask("cluster.readProbe", { key: "restart", strong: true })) as { value: string };
  assert.equal(after.value, String(written));
  await cluster.start(leader.name, leader.config);
  await cluster.settled(3);
});

test("a node that an admin takes out notices and stops", limit, async () => {
  const member = await cluster.add("g");
  const state = (await cluster.admin()("cluster.getCluster", {})) as {
    nodes: { id: string; name: string }[];
  };
  const nodeId = state.nodes.find(({ name }) => name === "g")?.id ?? "";
  await cluster.settled(4);
  await cluster.admin(cluster.members.filter((each) => each !== member))("cluster.removeNode", { nodeId });
  await member.node.left;
  await cluster.stop(member);
  await cluster.settled(3);
});

test("a node that leaves is gone for good", limit, async () => {
  const member = cluster.members.at(-1);
  assert.ok(member !== undefined);
  const { config, node } = member;
  await askRunningNode(config.data, "leave");
  await node.left;
  await cluster.stop(member);
  await cluster.settled(2);
  await assert.rejects(openNode({ config, log: () => {}, webRoot: null }), {
    name: "DataFolderRefused",
    message: /has left its cluster/,
  });
  const { token } = (await cluster.admin()("cluster.createJoinToken", {})) as { token: string };
  await assert.rejects(joinCluster(config, token), {
    name: "DataFolderRefused",
    message: /empty the folder and join anew/,
  });
  const state = (await cluster.admin()("cluster.getCluster", {})) as { nodes: { name: string }[] };
  assert.ok(!state.nodes.some(({ name }) => name === member.name));
});
