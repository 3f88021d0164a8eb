/** Members that fell far behind, hold something else than the others, or cannot write: each comes back by itself. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Unavailable } from "../../errors.ts";
import { currentGeneration, pathsOf } from "../sqlite/folder.ts";
import type { SqliteLimits } from "../sqlite/limits.ts";
import { contentOf } from "../sqlite/rows.ts";
import { addNote, noteIds, notesIn } from "../sqlite/test-store.ts";
import { TestCluster, type TestNode } from "./testing/test-cluster.ts";

/** Checkpoints and forgets the log after a few commands already. */
const forgetful: Partial<SqliteLimits> = {
  segmentBytes: 1 << 12,
  walInlineBytes: 1 << 15,
  walWorkerBytes: 1 << 30,
  logKeepBytes: 1 << 13,
  logKeepBytesMax: 1 << 20,
};

function databaseOf({ folder }: TestNode): string {
  return pathsOf(folder, currentGeneration(folder) ?? "gen-1").database;
}

async function writeNotes(cluster: TestCluster, prefix: string, count: number): Promise<void> {
  for (let place = 0; place < count; place++) {
    const leader = await cluster.leading();
    const id = `${prefix}${String(place).padStart(3, "0")}`;
    await cluster.during(leader.store.write((tx) => addNote(tx.database, id, "x".repeat(500))));
  }
}

async function allCaughtUp(cluster: TestCluster): Promise<void> {
  const leader = await cluster.leading();
  await cluster.during(leader.store.read(noteIds, { strong: true }));
  await cluster.until(
    () =>
      [...cluster.nodes.values()].every(
        ({ store }) => store.status().position === leader.store.status().position,
      ),
    "everybody's catching up",
  );
}

/** Every node's rows, from the files, which must be the same. */
function assertSame(cluster: TestCluster): void {
  const contents = [...cluster.nodes.values()].map((node) => {
    const database = new DatabaseSync(databaseOf(node), { readOnly: true });
    const content = contentOf(database);
    database.close();
    return content;
  });
  for (const content of contents) assert.deepEqual(content, contents[0]);
}

function tamper(node: TestNode, statements: string): void {
  const database = new DatabaseSync(databaseOf(node), { enableForeignKeyConstraints: false });
  database.exec(statements);
  database.close();
}

const events = (node: TestNode) => node.reports.map(({ event }) => event);

test("a follower whose part of the log is gone gets a snapshot and reads on without a restart", async (t) => {
  const cluster = await TestCluster.of(3, t, forgetful);
  const [away] = await cluster.followers();
  assert.ok(away);
  cluster.network.isolate(away.id);
  await writeNotes(cluster, "a", 150);
  const before = (await away.store.read(noteIds)).value.length;
  cluster.network.heal();
  await cluster.until(() => events(away).includes("snapshot-installed"), "a snapshot");
  await writeNotes(cluster, "b", 3);
  await allCaughtUp(cluster);
  const { value } = await away.store.read(noteIds);
  assert.equal(before, 0);
  assert.equal(value.length, 153);
  assertSame(cluster);
  // What it holds now survives a restart, and nothing of the old generation is left.
  await cluster.stop(away.id);
  const back = await cluster.start(away.id);
  await writeNotes(cluster, "c", 2);
  await allCaughtUp(cluster);
  assert.equal((await back.store.read(noteIds)).value.length, 155);
  assert.deepEqual(
    fs.readdirSync(back.folder).filter((name) => name.startsWith("gen-")),
    ["gen-2"],
  );
});

test("a follower whose rows do not fit the log says so, serves nobody, and is rebuilt", async (t) => {
  const cluster = await TestCluster.of(3, t);
  await writeNotes(cluster, "a", 5);
  await allCaughtUp(cluster);
  const [wrong] = await cluster.followers();
  assert.ok(wrong);
  await cluster.stop(wrong.id);
  tamper(wrong, "UPDATE notes SET text = 'somebody else was here' WHERE id = 'a001'");
  const back = await cluster.start(wrong.id);
  const leader = await cluster.leading();
  cluster.network.snapshotsPass = false;
  await cluster.during(
    leader.store.write((tx) =>
      notesIn(tx.database).updateTable("notes").set({ text: "new" }).where("id", "=", "a001").execute(),
    ),
  );
  let refusal: unknown = null;
  await cluster.until(() => events(back).includes("replica-diverged"), "the divergence");
  await back.store.read(noteIds).catch((error: unknown) => {
    refusal = error;
  });
  assert.ok(refusal instanceof Unavailable);
  assert.match(String(refusal.message), /rebuilds its copy of the data: entry \d+ met a conflict/);
  assert.match(back.store.cluster?.view().rebuilding ?? "", /conflict/);
  cluster.network.snapshotsPass = true;
  await cluster.until(() => events(back).includes("replica-rebuilt"), "the rebuilding");
  await writeNotes(cluster, "b", 2);
  await allCaughtUp(cluster);
  assert.equal(back.store.cluster?.view().rebuilding, null);
  assertSame(cluster);
});

test("the state's hash finds rows that no later command touches, on a follower", async (t) => {
  const cluster = await TestCluster.of(3, t, { stateHashEveryMs: 3_000 });
  await writeNotes(cluster, "a", 5);
  await allCaughtUp(cluster);
  const [wrong] = await cluster.followers();
  assert.ok(wrong);
  tamper(wrong, "UPDATE notes SET text = 'rotten' WHERE id = 'a001'");
  await cluster.until(() => events(wrong).includes("replica-diverged"), "the comparison");
  await cluster.until(() => events(wrong).includes("replica-rebuilt"), "the rebuilding");
  await writeNotes(cluster, "b", 2);
  await allCaughtUp(cluster);
  assertSame(cluster);
  const agreed = (await cluster.leading()).store.status().figures.state_hash_rounds_total ?? 0;
  await cluster.pass(10_000);
  const { figures } = (await cluster.leading()).store.status();
  assert.ok((figures.state_hash_rounds_total ?? 0) > agreed, "comparing goes on");
  assert.equal(figures.state_hash_rounds_differing_total, 1, "and finds nothing any more");
});

test("a leader whose rows differ from the others' hands over and is rebuilt", async (t) => {
  const cluster = await TestCluster.of(3, t, { stateHashEveryMs: 3_000 });
  await writeNotes(cluster, "a", 5);
  await allCaughtUp(cluster);
  const wrong = await cluster.leading();
  tamper(wrong, "DELETE FROM notes WHERE id = 'a001'");
  await cluster.until(() => events(wrong).includes("replica-diverged"), "the comparison");
  await cluster.until(() => cluster.leader !== null && cluster.leader !== wrong, "another leader");
  await cluster.until(() => events(wrong).includes("replica-rebuilt"), "the rebuilding");
  await writeNotes(cluster, "b", 2);
  await allCaughtUp(cluster);
  assert.equal((await wrong.store.read(noteIds)).value.length, 7);
  assertSame(cluster);
});

test("a leader whose disk is full gives up leading, refuses commands, and comes back once there is room", async (t) => {
  const cluster = await TestCluster.of(3, t);
  await writeNotes(cluster, "a", 2);
  const full = await cluster.leading();
  full.disk.full = true;
  full.disk.failWrites = true;
  const lost = full.store.write((tx) => addNote(tx.database, "lost"));
  lost.catch(() => undefined);
  await assert.rejects(cluster.during(lost), Unavailable);
  assert.equal(full.store.status().readOnlyBecause, "the disk is full");
  await cluster.until(() => cluster.leader !== null && cluster.leader !== full, "another leader");
  await writeNotes(cluster, "b", 2);
  assert.ok((await full.store.read(noteIds)).value.length >= 2, "reads go on");
  await cluster.pass(2_000);
  assert.equal(full.store.status().readOnlyBecause, "the disk is full");
  full.disk.full = false;
  full.disk.failWrites = false;
  await cluster.until(() => full.store.status().readOnlyBecause === null, "its coming back");
  await writeNotes(cluster, "c", 2);
  await allCaughtUp(cluster);
  assertSame(cluster);
  assert.deepEqual(events(full), ["commands-refused", "commands-taken-again"]);
});

test("a state database that fell back to an older image is brought up again from the log", async (t) => {
  const cluster = await TestCluster.of(3, t);
  await writeNotes(cluster, "a", 3);
  await allCaughtUp(cluster);
  const [fallen] = await cluster.followers();
  assert.ok(fallen);
  await cluster.stop(fallen.id);
  const older = fs.readFileSync(databaseOf(fallen));
  await cluster.start(fallen.id);
  await writeNotes(cluster, "b", 5);
  await allCaughtUp(cluster);
  await cluster.stop(fallen.id);
  for (const leftover of ["-wal", "-shm"]) fs.rmSync(`${databaseOf(fallen)}${leftover}`, { force: true });
  fs.writeFileSync(databaseOf(fallen), older);
  const back = await cluster.start(fallen.id);
  await allCaughtUp(cluster);
  assert.equal((await back.store.read(noteIds)).value.length, 8);
  assertSame(cluster);
});

test("a node whose data folder is gone elects nobody until it has the log again", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const leader = await cluster.leading();
  const [wiped, behind] = await cluster.followers();
  assert.ok(wiped && behind);
  cluster.network.isolate(behind.id);
  await writeNotes(cluster, "a", 3);
  await cluster.during(Promise.all([leader.store.close(), wiped.store.close()]));
  cluster.nodes.delete(wiped.id);
  fs.rmSync(wiped.folder, { recursive: true });
  cluster.network.heal();
  const again = await cluster.start(wiped.id);
  await cluster.pass(10_000);
  assert.notEqual(behind.store.cluster?.view().role, "leader", "it lacks what was acknowledged");
  const back = await cluster.start(leader.id);
  await cluster.until(() => cluster.leader !== null);
  await allCaughtUp(cluster);
  for (const { store } of [again, behind, back]) assert.equal((await store.read(noteIds)).value.length, 3);
});
