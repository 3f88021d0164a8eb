/** What an admin types to run a cluster, against whole nodes. */
import assert from "node:assert/strict";
import { Readable, Writable } from "node:stream";
import { after, before, test } from "node:test";
import { runCli } from "#doors/cli/program.ts";
import { createRegistry } from "#kernel/registry.ts";
import { slices } from "../slices.ts";
import { openTestCluster, type TestCluster } from "../testing/test-cluster.ts";
import { clusterCommands } from "./commands.ts";
import { joinCluster } from "./join.ts";

let cluster: TestCluster;

before(async () => {
  cluster = await openTestCluster();
  await cluster.add("b");
  await cluster.settled(2);
});
after(() => cluster.close());

class Sink extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function lyceum(words: readonly string[], stderr = new Sink()) {
  const stdout = new Sink();
  const registry = createRegistry(slices);
  const status = await runCli(
    {
      registry,
      version: "test",
      nodeCommands: [],
      composedCommands: clusterCommands,
      agent: "lyceum-cli/test",
      fetch,
      sessions: { opens: [], ends: [] },
      nodes: { operation: null, addressesIn: () => [] },
      terminal: {
        ...{ stdin: Readable.from([]), stdout, stderr },
        environment: {
          HOME: cluster.folder,
          LYCEUM_URL: String(cluster.members[0]?.addresses.http.url),
          LYCEUM_TOKEN: cluster.adminToken(),
        },
        wait: () => new Promise((resolve) => setImmediate(resolve)),
        timeLimit: () => new AbortController().signal,
        now: () => Date.now(),
      },
    },
    ["cluster", ...words],
  );
  return { status, out: stdout.text, err: stderr.text };
}

const limit = { timeout: 60_000 };

test("status shows every node, and says by its exit status that all is well", limit, async () => {
  const { status, out } = await lyceum(["status"]);
  assert.equal(status, 0, out);
  assert.match(out, /^Cluster [0-9a-f]{32}, led by [ab], for \d+ s\.\n/);
  for (const name of ["a", "b"]) assert.match(out, new RegExp(`^${name} +[0-9a-f]{12} `, "m"));
  const json = JSON.parse((await lyceum(["status", "--json"])).out) as { healthy: boolean; nodes: object[] };
  assert.deepEqual([json.healthy, json.nodes.length], [true, 2]);
});

test("leadership goes to the node that is named, after a question", limit, async () => {
  for (const name of ["a", "b"]) {
    const { status, out } = await lyceum(["transfer", name, "--yes"]);
    assert.equal(status, 0, out);
    assert.match(out, new RegExp(`^${name} \\([0-9a-f]{12}\\) leads now\\.$`, "m"));
  }
  const asked = await lyceum(["transfer", "a"]);
  assert.equal(asked.status, 64);
  assert.match(asked.err, /Hand leadership to a .*\?[\s\S]*--yes/);
});

test("add shows what to run on the new machine, and waits until that votes", limit, async () => {
  const said = new Sink();
  const adding = lyceum(["add", "--minutes", "2"], said);
  let token: string | undefined;
  while (token === undefined) {
    await new Promise((resolve) => setImmediate(resolve));
    token = /lyceum cluster join (lyj1\.\S+) --data/.exec(said.text)?.[1];
  }
  const config = await cluster.configOf("c");
  await joinCluster(config, token);
  const member = await cluster.start("c", config);
  const { status, out, err } = await adding;
  assert.equal(status, 0, err);
  assert.match(err, /within 2 minutes/);
  assert.match(out, /^c \([0-9a-f]{12}\) has caught up and votes\.$/m);

  const removed = await lyceum(["remove", "c", "--yes"]);
  assert.equal(removed.status, 0, removed.err);
  assert.match(removed.out, /^c \([0-9a-f]{12}\) is removed\./);
  await member.node.left;
  await cluster.stop(member);
  await cluster.settled(2);
});

test("what would leave nobody, or names nobody, is refused in a sentence", limit, async () => {
  const nobody = await lyceum(["remove", "zoe", "--yes"]);
  assert.equal(nobody.status, 64);
  assert.match(nobody.err, /no single node "zoe"[\s\S]*Its nodes are: a \(/);
  const long = await lyceum(["token", "--minutes", "100000"]);
  assert.equal(long.status, 64);
  assert.match(long.err, /--minutes takes a whole number from 1 to 10080/);
});

test("with a node away status is not well", limit, async () => {
  const leaderId = await cluster.settled(2);
  const away = cluster.members.find(({ node }) => node.kernel.store.cluster?.view().selfId !== leaderId);
  assert.ok(away !== undefined);
  await cluster.stop(away);
  let seen = await lyceum(["status"]);
  while (seen.status === 0) seen = await lyceum(["status"]);
  assert.equal(seen.status, 1);
  assert.match(seen.out, new RegExp(`! ${away.name} \\(.*\\) cannot be reached`));
});
