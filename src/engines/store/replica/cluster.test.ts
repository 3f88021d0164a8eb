/** Three nodes in one process: what is written at one is read everywhere, through the death of any. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { NotLeader, OutcomeUnknown, Unavailable } from "../../errors.ts";
import { addNote, noteIds, notesIn } from "../sqlite/test-store.ts";
import { TestCluster, type TestNode } from "./testing/test-cluster.ts";

test("what the leader acknowledged is read at every node, and a follower names the leader", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const leader = await cluster.leading();
  const { position } = await cluster.during(leader.store.write((tx) => addNote(tx.database, "a")));
  for (const { store } of cluster.nodes.values()) {
    const answer = await cluster.during(store.read(noteIds, { atLeast: position }));
    assert.deepEqual(answer.value, ["a"]);
    assert.deepEqual((await cluster.during(store.read(noteIds, { strong: true }))).value, ["a"]);
  }
  for (const { store } of await cluster.followers()) {
    await assert.rejects(
      store.write((tx) => addNote(tx.database, "b")),
      (error: unknown) => error instanceof NotLeader && error.leaderId === leader.id,
    );
  }
});

test("when the leader dies another leads, with everything that was acknowledged", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const leader = await cluster.leading();
  await cluster.during(leader.store.write((tx) => addNote(tx.database, "a")));
  cluster.network.isolate(leader.id);
  await cluster.until(() => [...cluster.nodes.values()].some((node) => node !== leader && leads(node)));
  await cluster.until(() => !leads(leader), "the deposed leader's stepping down");
  const next = await cluster.leading();
  await cluster.during(next.store.write((tx) => addNote(tx.database, "b")));
  assert.deepEqual((await cluster.during(next.store.read(noteIds, { strong: true }))).value, ["a", "b"]);
  cluster.network.heal();
  await cluster.until(() => leader.store.status().position === next.store.status().position);
  assert.deepEqual((await leader.store.read(noteIds)).value, ["a", "b"]);
});

test("a batch that lost its leader is undone, its outcome unknown; what came of it shows later, once", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const leader = await cluster.leading();
  // The entry reaches the followers, their answers are lost.
  cluster.network.passes = (message) => message.type !== "append-reply" || message.to !== leader.id;
  const shipped = leader.store.write((tx) => addNote(tx.database, "shipped"));
  shipped.catch(() => undefined);
  await cluster.pass(200);
  cluster.network.isolate(leader.id);
  cluster.network.passes = () => true;
  await assert.rejects(cluster.during(shipped), OutcomeUnknown);
  await cluster.until(() => cluster.leader !== null && cluster.leader !== leader);
  const next = await cluster.leading();
  assert.deepEqual((await cluster.during(next.store.read(noteIds, { strong: true }))).value, ["shipped"]);
  cluster.network.heal();
  await cluster.until(() => leader.store.status().position === next.store.status().position);
  assert.deepEqual((await leader.store.read(noteIds)).value, ["shipped"]);
});

test("a batch that never left its leader never comes to be, and a waiting command is told who leads", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const leader = await cluster.leading();
  cluster.network.isolate(leader.id);
  const lost = leader.store.write((tx) => addNote(tx.database, "lost"));
  lost.catch(() => undefined);
  await cluster.pass(50);
  const waiting = leader.store.write((tx) => addNote(tx.database, "waiting"));
  waiting.catch(() => undefined);
  await assert.rejects(cluster.during(lost), OutcomeUnknown);
  await assert.rejects(cluster.during(waiting), NotLeader);
  await cluster.until(() => cluster.leader !== null && cluster.leader !== leader);
  const next = await cluster.leading();
  await cluster.during(next.store.write((tx) => addNote(tx.database, "next")));
  cluster.network.heal();
  await cluster.until(() => leader.store.status().position === next.store.status().position);
  assert.deepEqual((await leader.store.read(noteIds)).value, ["next"]);
});

test("a deposed leader that does not know it yet confirms nothing: no strong read, no answer to a command that only read", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const leader = await cluster.leading();
  cluster.network.isolate(leader.id);
  const strong = leader.store.read(noteIds, { strong: true });
  const onlyRead = leader.store.write(async (tx) => noteIds(tx.database));
  strong.catch(() => undefined);
  onlyRead.catch(() => undefined);
  await assert.rejects(cluster.during(onlyRead), NotLeader);
  await assert.rejects(cluster.during(strong), Unavailable);
  assert.deepEqual((await leader.store.read(noteIds)).value, [], "a plain read is answered by any node");
});

test("a follower that was away catches up, also through schema changes", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const [away] = await cluster.followers();
  assert.ok(away);
  await cluster.stop(away.id);
  const leader = await cluster.leading();
  for (const id of ["a", "b", "c"])
    await cluster.during(leader.store.write((tx) => addNote(tx.database, id)));
  const back = await cluster.start(away.id);
  await cluster.until(() => back.store.status().position === leader.store.status().position);
  assert.deepEqual((await back.store.read(noteIds)).value, ["a", "b", "c"]);
});

test("commits are heard of on every node, and a read waits for its position there", async (t) => {
  const cluster = await TestCluster.of(3, t);
  const leader = await cluster.leading();
  const [follower] = await cluster.followers();
  assert.ok(follower);
  const heard: number[] = [];
  follower.store.onCommit((position) => heard.push(position));
  const { position } = await cluster.during(
    leader.store.write((tx) =>
      notesIn(tx.database).insertInto("notes").values({ id: "a", text: "" }).execute(),
    ),
  );
  await cluster.during(follower.store.read(noteIds, { atLeast: position }));
  assert.ok(heard.includes(position));
});

function leads({ store }: TestNode): boolean {
  return store.cluster?.view().role === "leader";
}
