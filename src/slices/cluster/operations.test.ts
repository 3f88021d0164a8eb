/** Probes on every engine; what a school without a group answers; who gets in with which token. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ManualClock } from "#base/clock.ts";
import type { JsonObject } from "#base/json.ts";
import { tablesOf } from "#engines/store/port.ts";
import { eachEngine, type TestEngine } from "#engines/store/testing/each-engine.ts";
import { openTestKernel, personToken } from "#kernel/testing.ts";
import { probeIdleMs, probesClearedMax, probesMax } from "./schema.ts";
import { clusterSlice } from "./slice.ts";
import type { ClusterTables } from "./tables.ts";

type ProbeAnswer = { key: string; value: string | null; version: number };

const admin = personToken("ada", "admin");

async function setUp(t: TestContext, engine: TestEngine) {
  const clock = new ManualClock();
  const store = await engine.open(t, { clock });
  const school = await openTestKernel({ slices: [clusterSlice], store, clock });
  t.after(() => school.close());
  const write = (input: JsonObject) => school.call(admin, "cluster.writeProbe", input);
  const read = (key: string) => school.must<ProbeAnswer>(admin, "cluster.readProbe", { key, strong: true });
  return { ...school, store, write, read };
}

eachEngine("probes", (engine) => {
  test("a probe holds what was written last, and counts", async (t) => {
    const { write, read } = await setUp(t, engine);
    assert.deepEqual(await read("k"), { key: "k", value: null, version: 0 });
    await write({ key: "k", value: "a" });
    await write({ key: "k", value: "b" });
    assert.deepEqual(await read("k"), { key: "k", value: "b", version: 2 });
  });

  test("compare and set writes only over what was expected, and says what is there instead", async (t) => {
    const { write, read } = await setUp(t, engine);
    assert("output" in (await write({ key: "k", value: "a", expected: null })));
    const late = await write({ key: "k", value: "b", expected: null });
    assert("failure" in late);
    assert.equal(late.failure.kind, "conflict");
    assert.match(late.failure.message, /The value is "a" \(version 1\)/);
    assert("output" in (await write({ key: "k", value: "b", expected: "a" })));
    const stale = await write({ key: "k", value: "c", expected: "a" });
    assert.equal("failure" in stale && stale.failure.kind, "conflict");
    assert.deepEqual(await read("k"), { key: "k", value: "b", version: 2 });
    const absent = await write({ key: "other", value: "c", expected: "a" });
    assert.match("failure" in absent ? absent.failure.message : "", /There is no value/);
  });

  test("probes are bounded: those that nobody writes any more make room", async (t) => {
    const { kernel, clock, write, read } = await setUp(t, engine);
    // Rows as many commands would have left them.
    for (let from = 0; from < probesMax; from += 500)
      await kernel.store.write(async ({ database }) => {
        const rows = Array.from({ length: 500 }, (_, index) => ({
          key: `old-${from + index}`,
          value: "",
          version: 1,
          written_at: clock.now(),
        }));
        await tablesOf<ClusterTables>(database).insertInto("cluster_probes").values(rows).execute();
      });
    const full = await write({ key: "new", value: "a" });
    assert.equal("failure" in full && full.failure.code, "probes_full");
    assert("output" in (await write({ key: "old-1", value: "a" })), "a known key needs no room");
    clock.advance(probeIdleMs + 1);
    assert("output" in (await write({ key: "new", value: "a" })));
    assert.equal((await read("new")).version, 1);
    const { value: left } = await kernel.store.read((database) =>
      tablesOf<ClusterTables>(database)
        .selectFrom("cluster_probes")
        .select(({ fn }) => fn.countAll<number>().as("count"))
        .executeTakeFirstOrThrow(),
    );
    assert.equal(Number(left.count), probesMax - probesClearedMax + 1);
  });
});

eachEngine("a school without a group", (engine) => {
  test("says so, and says what to do where somebody wants to change one", async (t) => {
    const { call, must, store } = await setUp(t, engine);
    const state = await must<{ kind: string }>(admin, "cluster.getCluster", {});
    assert.equal(state.kind, store.cluster === null ? "database" : "alone");
    for (const [operation, input] of [
      ["cluster.createJoinToken", {}],
      ["cluster.removeNode", { nodeId: "4f2a9c01d7e3" }],
      ["cluster.transferLeadership", { nodeId: null }],
    ] as const) {
      const refused = await call(admin, operation, input);
      assert.equal("failure" in refused && refused.failure.code, "no_cluster", operation);
      assert.match(
        "failure" in refused ? refused.failure.message : "",
        store.cluster === null ? /PostgreSQL/ : /lyceum cluster init/,
      );
    }
    const found = await must<{ nodes: unknown[] }>(null, "cluster.getLeader", {});
    assert.equal(found.nodes.length, store.cluster === null ? 0 : 1);
  });
});
