/** What a client may rely on whichever node it asks, and whenever a leader is lost: one answer, and the work done once. */

import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import type { JsonObject } from "#base/json.ts";
import { tablesOf } from "#engines/store/port.ts";
import { auditPage } from "./audit-search.ts";
import type { CallAnswer, CallRequest } from "./call.ts";
import { Refusal, Unavailable } from "./errors.ts";
import { failoverMsMax } from "./failover.ts";
import { FileReference, uploadIdField } from "./held-blobs.ts";
import { operationFor } from "./operation.ts";
import { holdsNobody } from "./person-life.ts";
import { allow, denyForbidden, hasRole, signedIn, systemOnly } from "./policy.ts";
import type { Slice } from "./slice.ts";
import { openKernelGroup } from "./testing/kernel-group.ts";
import { personToken } from "./testing.ts";

interface LedgerTables {
  entries: { id: string; text: string };
}
const operation = operationFor<LedgerTables>();

const ledger: Slice = {
  name: "ledger",
  grpcService: "LedgerService",
  summary: "Entries, to try what becomes of commands.",
  person: holdsNobody,
  tables: { entries: { personal: [] } },
  migrations: [
    {
      name: "ledger/0001-entries",
      up: (schema) => [
        schema
          .createTable("entries")
          .addColumn("id", "text", (column) => column.notNull().primaryKey())
          .addColumn("text", "text", (column) => column.notNull()),
      ],
    },
  ],
  operations: [
    operation({
      name: "ledger.addEntry",
      summary: "Adds an entry.",
      kind: "command",
      input: z.strictObject({ text: z.string().min(1) }),
      output: z.object({ id: z.string(), text: z.string() }),
      policy: signedIn,
      refusals: { too_rude: "failed_precondition" },
      async handle({ input: { text }, tx, newId }) {
        if (text === "rude")
          throw new Refusal("too_rude", "Say it more kindly.", {
            problems: [{ field: "text", message: "rude" }],
            retryAfterMs: 5,
          });
        if (text === "bug") throw new Error("the secret reason");
        const id = newId();
        await tx.insertInto("entries").values({ id, text }).execute();
        return { id, text };
      },
    }),
    operation({
      name: "ledger.addFile",
      summary: "Adds an entry for a file.",
      kind: "command",
      accepts: "blob",
      input: z.strictObject({ uploadId: uploadIdField }),
      output: FileReference,
      policy: {
        claim: "is a student",
        decide: ({ actor }) =>
          actor.kind === "person" && actor.roles.includes("student")
            ? allow
            : denyForbidden("Students only."),
      },
      async handle({ blob, blobs, tx, newId }) {
        assert(blob !== null);
        await blobs.hold(blob, "ledger:1");
        await tx.insertInto("entries").values({ id: newId(), text: blob.fileName }).execute();
        return blob;
      },
    }),
    operation({
      name: "ledger.sweep",
      summary: "Lyceum's own.",
      kind: "command",
      input: z.strictObject({}),
      output: z.object({}),
      policy: systemOnly,
      handle: async () => ({}),
    }),
    operation({
      name: "ledger.makeLink",
      summary: "Makes a secret.",
      kind: "command",
      input: z.strictObject({}),
      output: z.object({ link: z.string() }),
      policy: hasRole("student"),
      secrets: { link: ({ services, now }) => services.tokens.seal("link", { a: 1 }, now + 60_000) },
      handle: async () => ({}),
    }),
  ],
};

const ids = ["a", "b", "c"] as const;
type Id = (typeof ids)[number];
const ada = personToken("ada", "student");

async function setUp(t: TestContext) {
  const nodes = await openKernelGroup(t, { slices: [ledger] });
  const { store, at } = nodes;
  let requests = 0;
  const ask = (
    id: Id,
    name: string,
    input: JsonObject,
    how: Partial<CallRequest> = {},
  ): Promise<CallAnswer> =>
    at(id).call({
      operation: `ledger.${name}`,
      input,
      token: ada,
      idempotencyKey: null,
      atLeast: null,
      requestId: `r${++requests}`,
      origin: { door: "http", address: "192.0.2.9", agent: "test" },
      ...how,
    });
  const entries = async () =>
    (
      await store.read((database) =>
        tablesOf<LedgerTables>(database).selectFrom("entries").select("text").orderBy("id").execute(),
      )
    ).value.map(({ text }) => text);
  const trail = async () => (await store.read((database) => auditPage(database, { limit: 100 }))).value.items;
  const upload = async (id: Id, text: string) => {
    const { blobs } = at(id).services;
    const bytes = Buffer.from(text);
    const wish = { owner: "person:ada", fileName: "a.txt", bytesExpected: bytes.length };
    const { id: uploadId } = await blobs.beginUpload(wish);
    await blobs.appendToUpload(uploadId, 0, Readable.from([bytes]));
    return uploadId;
  };
  return { ...nodes, ask, entries, trail, upload };
}

/** Lets what is under way go on, as far as it can without time. */
async function passed(): Promise<void> {
  for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve));
}

test("a command asked of any node is run by the one that leads, as whoever asked it", async (t) => {
  const { group, ask, entries, trail } = await setUp(t);
  const answer = await ask("b", "addEntry", { text: "hello" }, { requestId: "mine" });
  assert.equal((answer.output as { text: string }).text, "hello");
  assert.equal(answer.replayed, false);
  assert.ok(answer.position > 0);
  assert.deepEqual(group.writes, ["a"]);
  assert.deepEqual(await entries(), ["hello"]);
  const [row] = await trail();
  assert.equal(row?.actor, "person:ada");
  assert.deepEqual([row?.requestId, row?.origin.address], ["mine", "192.0.2.9"]);
});

test("a refusal comes back with all that it says", async (t) => {
  const { ask } = await setUp(t);
  for (const node of ids)
    await assert.rejects(ask(node, "addEntry", { text: "rude" }), (error) => {
      assert(error instanceof Refusal);
      assert.deepEqual(
        [error.code, error.kind, error.message, error.retryAfterMs],
        ["too_rude", "failed_precondition", "Say it more kindly.", 5],
      );
      assert.deepEqual(error.problems, [{ field: "text", message: "rude" }]);
      return true;
    });
  await assert.rejects(ask("b", "addEntry", { text: "" }), { code: "invalid_input" });
  await assert.rejects(ask("b", "addEntry", { text: "x" }, { token: "forged" }), { kind: "unauthenticated" });
});

test("a bug at the leader is a bug for who asked, and its cause stays in the leader's log", async (t) => {
  const { ask, logged } = await setUp(t);
  await assert.rejects(ask("b", "addEntry", { text: "bug" }), (error) => {
    assert(error instanceof Error && !(error instanceof Unavailable) && !(error instanceof Refusal));
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
  assert.deepEqual(logged, ["a: a command of another node failed"]);
});

for (const moment of ["before", "after"] as const)
  for (const node of ["a", "b"] as const)
    test(`a leader lost ${moment} the write: asked of ${node === "a" ? "it" : "another"}, the work is done once`, async (t) => {
      const { group, ask, entries, trail } = await setUp(t);
      const lost = group.loseLeader(moment);
      const asking = ask(node, "addEntry", { text: "once" });
      await lost;
      group.lead("c");
      const answer = await asking;
      assert.equal((answer.output as { text: string }).text, "once");
      assert.equal(answer.replayed, false, "the client gets its first answer, however often it was tried");
      assert.deepEqual(await entries(), ["once"]);
      assert.equal((await trail()).length, 1);
    });

test("a secret is minted for a command that was answered from its receipt on the way", async (t) => {
  const { group, at, ask } = await setUp(t);
  const lost = group.loseLeader("after");
  const asking = ask("b", "makeLink", {});
  await lost;
  group.lead("c");
  const { output } = await asking;
  const { link } = output as { link: string };
  assert.deepEqual(await at("c").services.tokens.open("link", link, 0), { a: 1 });
});

test("a client's own key finds the same receipt at every node", async (t) => {
  const { ask, entries } = await setUp(t);
  const first = await ask("b", "addEntry", { text: "mine" }, { idempotencyKey: "k" });
  const again = await ask("c", "addEntry", { text: "mine" }, { idempotencyKey: "k" });
  assert.deepEqual([again.output, again.replayed], [first.output, true]);
  assert.deepEqual(await entries(), ["mine"]);
});

test("while nobody leads a command waits; it is done as soon as somebody does", async (t) => {
  const { group, ask, entries } = await setUp(t);
  group.lead(null);
  const asking = Promise.all([ask("b", "addEntry", { text: "x" }), ask("a", "addEntry", { text: "y" })]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(await entries(), []);
  group.lead("b");
  await asking;
  assert.deepEqual((await entries()).toSorted(), ["x", "y"]);
});

test("a command for which no leader is found in time is unavailable, and says when to come again", async (t) => {
  const { group, ask, entries } = await setUp(t);
  group.lead(null);
  await assert.rejects(ask("b", "addEntry", { text: "x" }), (error) => {
    assert(error instanceof Unavailable);
    assert.match(error.message, /no node leads/);
    assert.ok(error.retryAfterMs > 0 && error.retryAfterMs < failoverMsMax);
    return true;
  });
  assert.deepEqual(await entries(), []);
});

test("a leader that cannot be reached is asked again, and then its successor", async (t) => {
  const { group, peers, ask, entries } = await setUp(t);
  peers.cut("a");
  const asking = ask("b", "addEntry", { text: "x" });
  await passed();
  group.lead("c");
  await asking;
  assert.deepEqual(await entries(), ["x"]);
  assert.deepEqual(group.writes, ["c"]);
});

test("a leader that hangs is let go of as soon as another is known", async (t) => {
  const { group, peers, ask, entries } = await setUp(t);
  const release = peers.hold("a");
  const asking = ask("b", "addEntry", { text: "x" });
  await passed();
  group.lead("c");
  await asking;
  assert.deepEqual(await entries(), ["x"]);
  release();
  await passed();
  assert.deepEqual(await entries(), ["x"], "what the old one wakes up with is not done a second time");
});

test("a node that knows better than another who leads is believed", async (t) => {
  const { group, ask, peers } = await setUp(t);
  group.lead("c");
  group.believe("b", "a");
  peers.asked.length = 0;
  await ask("b", "addEntry", { text: "x" });
  assert.deepEqual(peers.asked, ["b > a call", "b > c call"]);
});

test("nodes that each take another for the leader do not send a command round", async (t) => {
  const { group, peers, ask } = await setUp(t);
  group.believe("a", "b");
  group.believe("b", "a");
  peers.asked.length = 0;
  await assert.rejects(ask("b", "addEntry", { text: "x" }), Unavailable);
  assert(
    peers.asked.every((each) => each === "b > a call"),
    "what came from another node is not sent on",
  );
  assert.ok(peers.asked.length < 100, "it is asked at a bearable pace");
});

test("nobody waits any more: it is not tried again", async (t) => {
  const { group, peers, ask } = await setUp(t);
  group.lead(null);
  const abort = new AbortController();
  const asking = ask("b", "addEntry", { text: "x" }, { signal: abort.signal });
  abort.abort();
  await assert.rejects(asking, Unavailable);
  group.lead("a");
  await passed();
  assert(!peers.asked.includes("b > a call"));
});

test("Lyceum's own commands reach the leader from every node, and people's tokens are nobody's system", async (t) => {
  const { at, ask, trail } = await setUp(t);
  await at("b").callAs({ kind: "system", name: "doctor" }, "ledger.sweep", {});
  assert.equal((await trail())[0]?.actor, "system:doctor");
  await assert.rejects(ask("b", "sweep", {}), { kind: "forbidden" });
});

test("a file is on a quorum before a command that refers to it is accepted, wherever each is", async (t) => {
  const { at, ask, upload, entries } = await setUp(t);
  for (const [took, asked] of [
    ["a", "a"],
    ["b", "b"],
    ["c", "b"],
    ["b", "a"],
  ] as const) {
    const uploadId = await upload(took, `${took} and ${asked}`);
    const { output } = await ask(asked, "addFile", { uploadId });
    const { sha256 } = output as FileReference;
    let held = 0;
    for (const id of ids)
      for await (const blob of at(id).services.blobs.list()) if (blob.sha256 === sha256) held++;
    assert.ok(held >= 2, `taken by ${took}, asked of ${asked}`);
  }
  assert.equal((await entries()).length, 4);
});

test("too few nodes for a file: the command waits for them, and nothing is written", async (t) => {
  const { peers, ask, upload, entries, trail } = await setUp(t);
  const uploadId = await upload("a", "a worksheet");
  peers.cut("b");
  peers.cut("c");
  const key = { idempotencyKey: "file" };
  await assert.rejects(ask("a", "addFile", { uploadId }, key), /on 1 of 3 nodes/);
  assert.deepEqual([await entries(), (await trail()).length], [[], 0]);
  peers.mend("b");
  await ask("a", "addFile", { uploadId }, key);
  assert.deepEqual(await entries(), ["a.txt"]);
});

test("who may not refer to a file is refused before it is copied, and once for every retry", async (t) => {
  const { peers, ask, upload, trail } = await setUp(t);
  const uploadId = await upload("b", "a worksheet");
  peers.asked.length = 0;
  const asRoot = { token: personToken("ada", "admin"), idempotencyKey: "k" };
  await assert.rejects(ask("b", "addFile", { uploadId }, asRoot), { kind: "forbidden" });
  await assert.rejects(ask("c", "addFile", { uploadId }, asRoot), { kind: "forbidden" });
  assert.equal(peers.asked.filter((each) => each.includes("blob.ensure")).length, 0);
  assert.equal((await trail())[0]?.outcome, "forbidden");
  const foreign = { token: personToken("eve", "student") };
  await assert.rejects(ask("c", "addFile", { uploadId }, foreign), { code: "invalid_input" });
});

test("an upload whose node is away is not said to be unknown", async (t) => {
  const { peers, ask, upload, entries } = await setUp(t);
  const uploadId = await upload("c", "a worksheet");
  peers.cut("c");
  const key = { idempotencyKey: "k" };
  await assert.rejects(ask("b", "addFile", { uploadId }, key), Unavailable);
  peers.mend("c");
  await ask("b", "addFile", { uploadId }, key);
  assert.deepEqual(await entries(), ["a.txt"]);
});

test("a node that was taken out of the cluster brings no more commands to it, and answers none", async (t) => {
  const { group, at, ask, entries, advance } = await setUp(t);
  group.removed.add("b");
  await assert.rejects(ask("b", "addEntry", { text: "x" }), /taken out of the cluster/);
  assert.deepEqual(await entries(), []);
  advance(1_000);
  assert.match(at("b").unready() ?? "", /taken out/);
});
