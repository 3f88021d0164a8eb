/** Nodes that come and go while the cluster works, and versions of Lyceum beside each other. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { DataFolderRefused } from "../folder-refused.ts";
import { DurableLog } from "../log/durable-log.ts";
import { type Database, type Migration, tablesOf } from "../port.ts";
import { pathsOf } from "../sqlite/folder.ts";
import { sqliteLimits } from "../sqlite/limits.ts";
import { openSqliteStore } from "../sqlite/open.ts";
import { addNote, noteIds, notesMigration } from "../sqlite/test-store.ts";
import { MemoryNetwork } from "./testing/memory-network.ts";
import { aboutOf, memberOf, TestCluster, type TestNode } from "./testing/test-cluster.ts";

const starsMigration: Migration = {
  name: "notes/0002-stars",
  up: (schema) => [schema.alterTable("notes").addColumn("stars", "integer")],
};

const roleAt = (node: TestNode, id: string) =>
  node.store.cluster?.view().nodes.find((each) => each.id === id)?.role ?? null;

const events = (node: TestNode) => node.reports.map(({ event }) => event);

const noteStars = (database: Database) =>
  sql`select stars from notes`.execute(tablesOf<Record<string, never>>(database));

test("a newcomer learns the log, becomes a voter by itself, and its vote counts", async (t) => {
  const cluster = await TestCluster.of(1, t);
  const first = await cluster.leading();
  await cluster.during(first.store.write((tx) => addNote(tx.database, "a")));
  for (const id of ["n2", "n3"]) {
    const node = await cluster.start(id);
    assert.match(node.store.status().readOnlyBecause ?? "", /waits to be let into its cluster/);
    await cluster.during(first.store.cluster?.addMember({ id, about: aboutOf(id) }) ?? Promise.reject());
    await cluster.during(node.migrated);
    await cluster.until(() => roleAt(node, id) === "voter", "the newcomer's vote");
  }
  // A second time it changes nothing, and other addresses are taken over.
  await cluster.during(
    first.store.cluster?.addMember({ id: "n2", about: aboutOf("n2") }) ?? Promise.reject(),
  );
  const moved = { ...aboutOf("n2"), peerAddress: "elsewhere:1" };
  await cluster.during(first.store.cluster?.addMember({ id: "n2", about: moved }) ?? Promise.reject());
  await cluster.until(() =>
    [...cluster.nodes.values()].every(({ store }) =>
      store.cluster?.view().nodes.some(({ about }) => about.peerAddress === "elsewhere:1"),
    ),
  );
  cluster.network.isolate("n1");
  await cluster.until(() => cluster.leader !== null && cluster.leader !== first, "another leader");
  const next = await cluster.leading();
  await cluster.during(next.store.write((tx) => addNote(tx.database, "b")));
  assert.deepEqual((await next.store.read(noteIds)).value, ["a", "b"]);
});

test("a member is removed, the leader too, and the rest goes on", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const first = await cluster.leading();
  const [gone, stays] = await cluster.followers();
  assert.ok(gone && stays);
  await cluster.during(first.store.cluster?.removeMember(gone.id) ?? Promise.reject());
  await cluster.during(first.store.cluster?.removeMember(gone.id) ?? Promise.reject());
  assert.equal(roleAt(first, gone.id), null);
  // What it said of itself before it went, and is heard only now, does not bring it back.
  const late = { id: gone.id, about: aboutOf("late") };
  await cluster.during(first.store.cluster?.updateMember(late) ?? Promise.reject());
  assert.equal(roleAt(first, gone.id), null);
  await cluster.stop(gone.id);
  await cluster.during(first.store.write((tx) => addNote(tx.database, "a")));
  await cluster.during(first.store.cluster?.removeMember(first.id) ?? Promise.reject());
  await cluster.until(() => stays.store.cluster?.view().role === "leader", "the last one's leading");
  await cluster.during(stays.store.write((tx) => addNote(tx.database, "b")));
  assert.deepEqual((await stays.store.read(noteIds)).value, ["a", "b"]);
  cluster.nodes.delete(gone.id);
});

test("leadership is handed over while commands are waiting; none is lost or left without an answer", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const leader = await cluster.leading();
  const [next] = await cluster.followers();
  assert.ok(next);
  const outcomes: Promise<unknown>[] = [];
  for (let place = 0; place < 20; place++) {
    outcomes.push(
      leader.store
        .write((tx) => addNote(tx.database, `a${place}`))
        .then(
          () => `a${place}`,
          () => null,
        ),
    );
    if (place === 10) void leader.store.cluster?.transferLeadership(next.id).catch(() => undefined);
    await cluster.step();
  }
  await cluster.until(() => cluster.leader === next, "the other's leading");
  const acknowledged = (await cluster.during(Promise.all(outcomes))).filter((each) => each !== null);
  assert.ok(acknowledged.length > 0);
  const { value } = await cluster.during(next.store.read(noteIds, { strong: true }));
  for (const id of acknowledged) assert.ok(value.includes(String(id)));
});

test("a schema changes once every voter knows it, and not before", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const newer = [notesMigration, starsMigration];
  const position = () => Math.max(...[...cluster.nodes.values()].map(({ store }) => store.status().position));
  for (const id of ["n1", "n2"]) {
    await cluster.stop(id);
    const node = await cluster.start(id, { migrations: newer });
    await cluster.during(node.migrated);
    await cluster.leading();
  }
  await cluster.pass(3_000);
  const stars = (node: TestNode) =>
    node.store.read((database) =>
      noteStars(database).then(
        () => true,
        () => false,
      ),
    );
  assert.ok(position() > 0);
  assert.equal((await stars(cluster.node("n1"))).value, false, "one voter does not know it yet");
  await cluster.stop("n3");
  await cluster.start("n3", { migrations: newer });
  await cluster.leading();
  for (const node of cluster.nodes.values()) {
    await cluster.until(() => node.store.status().figures.schema_version === 2, "the new schema");
    assert.equal((await stars(node)).value, true);
  }
});

test("a learner of an older version stops where it meets a schema that it does not know, and goes on once upgraded", async (t) => {
  const cluster = await TestCluster.of(1, t);
  const first = await cluster.leading();
  const old = await cluster.start("n2");
  await cluster.during(
    first.store.cluster?.addMember({ id: "n2", about: aboutOf("n2") }) ?? Promise.reject(),
  );
  await cluster.during(old.migrated);
  await cluster.until(() => roleAt(first, "n2") === "voter");
  await cluster.during(first.store.cluster?.removeMember("n2") ?? Promise.reject());
  await cluster.stop("n2");
  await cluster.stop("n1");
  const newer = await cluster.start("n1", { migrations: [notesMigration, starsMigration] });
  await cluster.during(newer.migrated);
  const learner = await cluster.start("n2");
  await cluster.during(
    newer.store.cluster?.addMember({ id: "n2", about: aboutOf("n2") }) ?? Promise.reject(),
  );
  await cluster.until(() => events(learner).includes("schema-unknown"), "the learner's saying so");
  assert.match(learner.store.status().readOnlyBecause ?? "", /notes\/0002-stars.*upgrade this node/);
  assert.equal(roleAt(newer, "n2"), "learner", "it gets no vote that it could not use");
  await cluster.stop("n2");
  const upgraded = await cluster.start("n2", { migrations: [notesMigration, starsMigration] });
  await cluster.until(() => upgraded.store.status().position === newer.store.status().position);
  await cluster.until(() => roleAt(newer, "n2") === "voter", "its vote");
});

test("the data of another cluster, or of a member without its identity, is refused", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const { folder } = cluster.node("n1");
  for (const id of [...cluster.nodes.keys()]) await cluster.stop(id);
  const { disk, transport } = cluster.node("n1");
  await assert.rejects(
    openSqliteStore({ folder, logFiles: disk.mount() }),
    (error: unknown) =>
      error instanceof DataFolderRefused && /a cluster of 3: start it together/.test(error.message),
  );
  const member = {
    nodeId: "n1",
    about: aboutOf("n1"),
    clusterId: "d".repeat(32),
    founders: [memberOf("n1")],
    transport,
    version: "test",
  };
  await assert.rejects(
    openSqliteStore({ folder, logFiles: disk.mount(), member }),
    (error: unknown) =>
      error instanceof DataFolderRefused && /belongs to another cluster/.test(error.message),
  );
});

test("a store of one becomes the first node of a cluster, keeps its data, and may move", async (t) => {
  const cluster = new TestCluster(t);
  const folder = cluster.folderOf("n1");
  const plain = await openSqliteStore({ folder });
  await plain.migrate([notesMigration]);
  await plain.write((tx) => addNote(tx.database, "a"));
  const clusterId = plain.cluster?.view().clusterId ?? "";
  await plain.close();
  const network = new MemoryNetwork();
  for (const peerAddress of ["one:7400", "two:7400"]) {
    const member = {
      nodeId: "0123456789ab",
      about: { ...aboutOf("n1"), peerAddress },
      clusterId,
      founders: [],
      transport: network.connect("0123456789ab"),
      version: "test",
    };
    const store = await openSqliteStore({ folder, member });
    await store.migrate([notesMigration]);
    const view = store.cluster?.view();
    assert.equal(view?.leaderId, "0123456789ab");
    assert.deepEqual(
      view?.nodes.map(({ id, about }) => [id, about.peerAddress]),
      [["0123456789ab", peerAddress]],
    );
    await store.write((tx) => addNote(tx.database, peerAddress));
    await store.close();
  }
  const again = await openSqliteStore({ folder });
  assert.deepEqual((await again.read(noteIds)).value, ["a", "one:7400", "two:7400"]);
  await again.close();
  // A leader of the last term, removed since, may have sent a learner another entry for the same place in that term.
  const log = await DurableLog.open({
    folder: pathsOf(folder, "gen-1").log,
    storeId: clusterId,
    startAfter: { index: 0, term: 0 },
    segmentBytes: sqliteLimits.segmentBytes,
    entryBytesMax: sqliteLimits.entryBytesMax,
  });
  const entries = [...log.entriesAfter(0)];
  await log.close();
  const moves = entries.filter(({ kind }) => kind === "configuration");
  assert.equal(moves.length, 2);
  for (const { index, term } of moves)
    assert.ok(term > (entries[index - 2]?.term ?? 0), "a move stands in a term that nobody else led");
});
