/** The kernel over nodes that really replicate: what a client sees across them, and where the background works. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import type { JsonObject } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import { openReplicatedBlobs } from "#engines/blobs/replicated/open.ts";
import { createFileInspector } from "#engines/inspector/inspector.ts";
import { createRecordingMailer } from "#engines/mail/testing/recording-mailer.ts";
import { MemoryPeers } from "#engines/peer/testing/memory-peers.ts";
import { tablesOf } from "#engines/store/port.ts";
import { memberOf, TestCluster } from "#engines/store/replica/testing/test-cluster.ts";
import { openTextIndex } from "#engines/text-index/open.ts";
import type { Actor } from "./actor.ts";
import type { Authenticator } from "./authenticator.ts";
import type { CallAnswer, CallRequest } from "./call.ts";
import { Refusal, Unavailable } from "./errors.ts";
import { jobFor } from "./job.ts";
import { type Kernel, openKernel } from "./kernel.ts";
import { createKeyring } from "./keyring.ts";
import { createAttemptLimiter } from "./limiter.ts";
import { operationFor } from "./operation.ts";
import { holdsNobody } from "./person-life.ts";
import { anyone, signedIn } from "./policy.ts";
import type { Slice } from "./slice.ts";
import { kernelMigrations } from "./tables.ts";
import { createTokenSealer } from "./tokens.ts";

interface DoorTables {
  guests: { id: string };
}
const operation = operationFor<DoorTables>();

/** Where each run of the job came to pass, by the node. */
type Runs = string[];

function doorSlice(ranAt: () => void): Slice {
  const greet = jobFor<DoorTables>()({
    name: "door.greet",
    summary: "Greets.",
    inputSchema: z.object({}),
    async run() {
      ranAt();
      return {};
    },
  });
  return {
    name: "door",
    grpcService: "DoorService",
    summary: "Guests: whoever came in has a session.",
    person: holdsNobody,
    tables: { guests: { personal: [] } },
    migrations: [
      {
        name: "door/0001-guests",
        up: (schema) => [
          schema.createTable("guests").addColumn("id", "text", (column) => column.notNull().primaryKey()),
        ],
      },
    ],
    operations: [
      operation({
        name: "door.comeIn",
        summary: "Opens a session.",
        kind: "command",
        input: z.strictObject({ id: z.string() }),
        output: z.object({ id: z.string() }),
        policy: anyone,
        async handle({ input, tx, enqueue }) {
          await tx.insertInto("guests").values({ id: input.id }).execute();
          await enqueue(greet, {});
          return { id: input.id };
        },
      }),
      operation({
        name: "door.wave",
        summary: "Waves at whoever was there before.",
        kind: "command",
        input: z.strictObject({}),
        output: z.object({ guests: z.int() }),
        policy: signedIn,
        prepare: async ({ read }) =>
          (await read((db) => db.selectFrom("guests").select("id").execute())).length,
        handle: async ({ facts }) => ({ guests: facts }),
      }),
      operation({
        name: "door.countGuests",
        summary: "Counts.",
        kind: "read",
        input: z.strictObject({ strong: z.boolean().optional() }),
        output: z.object({ guests: z.int() }),
        policy: signedIn,
        strong: ({ strong }) => strong === true,
        async handle({ db }) {
          const rows = await db.selectFrom("guests").select("id").execute();
          return { guests: rows.length };
        },
      }),
    ],
    jobs: [greet],
  };
}

/** A token is the id of a guest; whether there is such a guest, the snapshot decides. */
const guests: Authenticator = {
  async verify(token) {
    return { sessionId: token, expiresAt: Number.MAX_SAFE_INTEGER };
  },
  async actorOf(database, { sessionId }): Promise<Actor> {
    const row = await tablesOf<DoorTables>(database)
      .selectFrom("guests")
      .select("id")
      .where("id", "=", sessionId)
      .executeTakeFirst();
    if (row === undefined) throw new Refusal("unauthenticated", "There is no such session.");
    return { kind: "person", personId: sessionId, sessionId, roles: ["student"], scope: "full" };
  },
};

async function setUp(t: TestContext) {
  const cluster = new TestCluster(t);
  const peers = new MemoryPeers();
  const kernels = new Map<string, Kernel>();
  const runs: Runs = [];
  const ids = ["n1", "n2", "n3"];
  const founders = ids.map(memberOf);
  const migrations = [...kernelMigrations, ...doorSlice(() => {}).migrations];
  for (const id of ids) await cluster.start(id, { founders, migrations });
  const { clock } = cluster;
  let opened = 0;
  const open = async (id: string) => {
    const { folder, store } = cluster.node(id);
    const random = seededRandom(++opened);
    const local = await openLocalBlobStore({ folder: join(folder, "blobs"), clock, random });
    const port = peers.of(id);
    const blobs = openReplicatedBlobs({
      local,
      peers: port,
      group: () => store.cluster?.view() ?? { selfId: id, nodes: [] },
    });
    const keyring = createKeyring({ store, masterKey: seededRandom(9).bytes(32), clock, random });
    const textIndex = openTextIndex({ folder: join(folder, "text-index") });
    const kernel = await openKernel({
      store,
      blobs: blobs.store,
      inspector: createFileInspector(),
      mailer: createRecordingMailer(),
      textIndex,
      slices: [doorSlice(() => void runs.push(id))],
      authenticator: guests,
      tokens: createTokenSealer({ keyring, random }),
      limiter: createAttemptLimiter(),
      clock,
      random,
      publicUrl: () => "",
      log: () => {},
      heavyReader: null,
      group: {
        peers: port,
        blobs,
        admission: {
          authority: "",
          fingerprint: "",
          keyHashOf: async () => null,
          issue: async () => "",
          masterKey: () => "",
        },
      },
    });
    kernels.set(id, kernel);
    t.after(() => cluster.during(kernel.close()));
    t.after(() => textIndex.close());
    return kernel;
  };
  await cluster.during(Promise.all(ids.map(open)));

  const ask = (id: string, name: string, input: JsonObject, how: Partial<CallRequest> = {}) => {
    const asking = (kernels.get(id) as Kernel).call({
      operation: `door.${name}`,
      input,
      token: null,
      idempotencyKey: null,
      atLeast: null,
      requestId: "r",
      origin: { door: "http", address: null, agent: null },
      ...how,
    });
    asking.catch(() => undefined);
    return asking;
  };
  const isolate = (id: string) => {
    cluster.network.isolate(id);
    peers.cut(id);
  };
  const heal = () => {
    cluster.network.heal();
    for (const id of ids) peers.mend(id);
  };
  const restart = async (id: string) => {
    await cluster.during(kernels.get(id)?.close() ?? Promise.resolve());
    await cluster.stop(id);
    await cluster.start(id, { founders, migrations });
    return open(id);
  };
  return { cluster, kernels, runs, ask, isolate, heal, restart };
}

test("commands asked of followers while the leader dies are all done, once, and read everywhere", async (t) => {
  const { cluster, ask, isolate, heal } = await setUp(t);
  const leader = await cluster.leading();
  const [one, other] = (await cluster.followers()).map(({ id }) => id) as [string, string];
  await cluster.during(ask(one, "comeIn", { id: "ada" }));
  const asked = [ask(one, "comeIn", { id: "1" }), ask(other, "comeIn", { id: "2" })];
  isolate(leader.id);
  asked.push(ask(one, "comeIn", { id: "3" }));
  const answers = await cluster.during(Promise.all(asked));
  assert.deepEqual(
    answers.map(({ output }) => (output as { id: string }).id),
    ["1", "2", "3"],
  );
  heal();
  const atLeast = Math.max(...answers.map(({ position }) => position));
  for (const id of [leader.id, one, other]) {
    const { output } = await cluster.during(ask(id, "countGuests", {}, { token: "ada", atLeast }));
    assert.deepEqual(output, { guests: 4 }, id);
  }
});

test("a leader that lost touch gives its commands up, and no strong read", async (t) => {
  const { cluster, ask, isolate } = await setUp(t);
  const leader = await cluster.leading();
  await cluster.during(ask(leader.id, "comeIn", { id: "ada" }));
  isolate(leader.id);
  const command = ask(leader.id, "comeIn", { id: "lost" });
  const read = ask(leader.id, "countGuests", { strong: true }, { token: "ada" });
  await assert.rejects(cluster.during(command), Unavailable);
  await assert.rejects(cluster.during(read), Unavailable);
});

test("a session opened at another node a moment ago is known here, though its row has not come", async (t) => {
  const { cluster, ask } = await setUp(t);
  const leader = await cluster.leading();
  const late = (await cluster.followers())[0] ?? assert.fail();
  cluster.network.passes = (message) => message.to !== late.id || message.type !== "append-request";
  await cluster.during(ask(leader.id, "comeIn", { id: "ada" }));
  const asked = ask(late.id, "countGuests", {}, { token: "ada" });
  await cluster.pass(100);
  cluster.network.passes = () => true;
  assert.deepEqual((await cluster.during(asked)).output, { guests: 1 });
  await assert.rejects(cluster.during(ask(late.id, "countGuests", {}, { token: "eve" })), {
    kind: "unauthenticated",
  });
});

test("a leader that has just been elected gathers no facts before it has what was acknowledged", async (t) => {
  const { cluster, ask, isolate } = await setUp(t);
  const leader = await cluster.leading();
  const followers = await cluster.followers();
  // The entry comes to everybody; that it is committed, nobody hears.
  cluster.network.passes = (message) =>
    message.type !== "heartbeat" && (message.type !== "append-request" || message.entries.length > 0);
  await cluster.during(ask(leader.id, "comeIn", { id: "ada" }));
  isolate(leader.id);
  cluster.network.passes = () => true;
  const { promise: asked, resolve } = Promise.withResolvers<CallAnswer>();
  for (const { id, store } of followers)
    store.cluster?.onLeadership(({ isLeader }) => {
      if (isLeader) resolve(ask(id, "wave", {}, { token: "ada" }));
    });
  assert.deepEqual((await cluster.during(asked)).output, { guests: 1 });
});

test("a strong read at any node holds what was acknowledged before it, whoever lags", async (t) => {
  const { cluster, ask } = await setUp(t);
  const leader = await cluster.leading();
  await cluster.during(ask(leader.id, "comeIn", { id: "ada" }));
  for (const { id } of await cluster.followers()) {
    await cluster.during(ask(leader.id, "comeIn", { id: `seen at ${id}` }));
    const before = await cluster.during(ask(leader.id, "countGuests", {}, { token: "ada" }));
    const strong = await cluster.during(ask(id, "countGuests", { strong: true }, { token: "ada" }));
    assert.deepEqual(strong.output, before.output);
  }
});

test("jobs run at the node that leads, and at its successor when it is gone", async (t) => {
  const { cluster, kernels, runs, ask, isolate } = await setUp(t);
  const leader = await cluster.leading();
  for (const kernel of kernels.values()) kernel.start();
  const [one] = (await cluster.followers()).map(({ id }) => id) as [string];
  await cluster.during(ask(one, "comeIn", { id: "1" }));
  await cluster.until(() => runs.length === 1, "the job's run");
  assert.deepEqual(runs, [leader.id]);
  isolate(leader.id);
  await cluster.during(ask(one, "comeIn", { id: "2" }));
  await cluster.until(() => runs.length === 2, "the next job's run");
  const next = await cluster.leading();
  assert.notEqual(next.id, leader.id);
  assert.deepEqual(runs, [leader.id, next.id]);
});

test("a node says that it had better not be asked when it hears of no leader", async (t) => {
  const { cluster, kernels, isolate } = await setUp(t);
  const leader = await cluster.leading();
  const kernel = kernels.get(leader.id) ?? assert.fail();
  assert.equal(kernel.unready(), null);
  isolate(leader.id);
  await cluster.until(() => kernel.unready() !== null, "word of it");
  assert.match(kernel.unready() ?? "", /no leader/);
});

test("a node that comes back is asked only once it has what it missed", async (t) => {
  const { cluster, ask, isolate, heal, restart } = await setUp(t);
  const leader = await cluster.leading();
  const away = (await cluster.followers())[0] ?? assert.fail();
  isolate(away.id);
  await cluster.during(ask(leader.id, "comeIn", { id: "ada" }));
  const opening = restart(away.id);
  // Nobody can tell it how far the others are: after a while it is opened, and answers nothing.
  cluster.network.isolate(away.id);
  const kernel = await cluster.during(opening);
  assert.match(kernel.unready() ?? "", /has just started/);
  await assert.rejects(cluster.during(ask(away.id, "countGuests", {}, { token: "ada" })), Unavailable);
  heal();
  await cluster.until(() => kernel.unready() === null, "its readiness");
  assert.deepEqual((await cluster.during(ask(away.id, "countGuests", {}, { token: "ada" }))).output, {
    guests: 1,
  });
});
