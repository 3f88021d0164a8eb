/** What an admin may see and do, and that nobody else may. */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { z } from "zod";
import { ManualClock } from "#base/clock.ts";
import type { JsonObject } from "#base/json.ts";
import { eachEngine, type TestEngine } from "#engines/store/testing/each-engine.ts";
import { jobFor } from "#kernel/job.ts";
import { retryDelayMs } from "#kernel/job-claims.ts";
import { operationFor } from "#kernel/operation.ts";
import { holdsNobody } from "#kernel/person-life.ts";
import { anyone } from "#kernel/policy.ts";
import type { Slice } from "#kernel/slice.ts";
import { openTestKernel, personToken, tokenOf } from "#kernel/testing.ts";
import { systemSlice } from "./slice.ts";

type Job = { id: string; state: string; attempt: number; reason: string | null };
type Entry = {
  id: string;
  actor: string;
  operation: string;
  subject: JsonObject;
  outcome: string;
  address: string;
};
type Page<Item> = { items: Item[]; nextCursor: string | null };

const admin = personToken("ada", "admin");
const unknownId = "01890a5d-ac96-774b-bcce-b302099a8057";
const attemptsMax = 2;

/** A slice whose one job fails as long as `fails` says so. */
function printingSlice(fails: () => boolean): Slice {
  const print = jobFor<object>()({
    name: "printing.print",
    summary: "Prints.",
    inputSchema: z.object({ page: z.int() }),
    attemptsMax,
    async run() {
      if (fails()) throw new Error("out of paper");
      return {};
    },
  });
  return {
    name: "printing",
    grpcService: "PrintingService",
    summary: "Jobs to try.",
    operations: [
      operationFor<object>()({
        name: "printing.printPage",
        summary: "Prints a page.",
        kind: "command",
        input: z.strictObject({ page: z.int() }),
        output: z.object({ jobId: z.string() }),
        policy: anyone,
        handle: async ({ input, enqueue }) => ({ jobId: await enqueue(print, input) }),
      }),
    ],
    migrations: [],
    person: holdsNobody,
    tables: {},
    jobs: [print],
  };
}

async function setUp(t: TestContext, engine: TestEngine) {
  const clock = new ManualClock();
  const store = await engine.open(t, { clock });
  const printer = { fails: false };
  const slices = [systemSlice, printingSlice(() => printer.fails)];
  const school = await openTestKernel({ slices, store, clock });
  // The hook runs after the one that closes the store, and only ends what is in memory and files.
  t.after(() => school.close());
  const print = async (page: number) =>
    (await school.must<{ jobId: string }>(admin, "printing.printPage", { page })).jobId;
  const jobs = (input: JsonObject = {}) => school.must<Page<Job>>(admin, "system.listJobs", input);
  return { ...school, printer, print, jobs };
}

eachEngine("system", (engine) => {
  test("only admins see or touch anything", async (t) => {
    const { call, print } = await setUp(t, engine);
    const jobId = await print(1);
    const inputs: Record<string, JsonObject> = {
      "system.listJobs": {},
      "system.retryJob": { jobId },
      "system.cancelJob": { jobId },
      "system.listAuditEntries": {},
    };
    assert.deepEqual(
      Object.keys(inputs).toSorted(),
      systemSlice.operations.map(({ name }) => name).toSorted(),
    );
    const others = [
      { token: null, kind: "unauthenticated" },
      { token: personToken("sam", "student"), kind: "forbidden" },
      { token: personToken("ira", "instructor"), kind: "forbidden" },
      {
        token: tokenOf({ kind: "person", personId: "ada", sessionId: "s", roles: [], scope: "faculty" }),
        kind: "forbidden",
      },
    ];
    for (const [operation, input] of Object.entries(inputs)) {
      for (const { token, kind } of others) {
        const result = await call(token, operation, input);
        assert.equal("failure" in result && result.failure.kind, kind, `${operation} as ${token}`);
      }
    }
  });

  test("a job that failed for good is found with its reason, retried, and done", async (t) => {
    const { kernel, clock, must, printer, print, jobs } = await setUp(t, engine);
    printer.fails = true;
    const jobId = await print(1);
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      await kernel.settle();
      clock.advance(retryDelayMs(attempt));
    }
    const parked = await jobs({ state: "parked" });
    assert.deepEqual(
      parked.items.map(({ id, attempt, reason }) => ({ id, attempt, reason })),
      [{ id: jobId, attempt: attemptsMax, reason: "out of paper" }],
    );
    printer.fails = false;
    const retried = await must<Job>(admin, "system.retryJob", { jobId });
    assert.deepEqual([retried.state, retried.attempt], ["waiting", 0]);
    await kernel.settle();
    assert.equal((await jobs()).items[0]?.state, "done");
  });

  test("a cancelled job is not begun; one that is done is neither cancelled nor done again", async (t) => {
    const { kernel, call, must, print, jobs } = await setUp(t, engine);
    const cancelled = await print(1);
    const done = await print(2);
    assert.equal((await must<Job>(admin, "system.cancelJob", { jobId: cancelled })).state, "cancelled");
    await kernel.settle();
    const states = new Map((await jobs()).items.map(({ id, state }) => [id, state]));
    assert.deepEqual([states.get(cancelled), states.get(done)], ["cancelled", "done"]);
    for (const operation of ["system.cancelJob", "system.retryJob"]) {
      const refused = await call(admin, operation, { jobId: done });
      assert.equal("failure" in refused && refused.failure.code, "job_done");
      const missing = await call(admin, operation, { jobId: unknownId });
      assert.equal("failure" in missing && missing.failure.kind, "not_found");
    }
  });

  test("the audit trail says who did what, denied commands too, page by page", async (t) => {
    const { call, must, print } = await setUp(t, engine);
    const jobId = await print(1);
    await call(personToken("sam", "student"), "system.cancelJob", { jobId });
    await must(admin, "system.cancelJob", { jobId });
    const entries: Entry[] = [];
    let cursor: string | null = null;
    do {
      const input: JsonObject = cursor === null ? { limit: 2 } : { limit: 2, cursor };
      const page: Page<Entry> = await must(admin, "system.listAuditEntries", input);
      entries.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(
      entries.map(({ actor, operation, subject, outcome }) => ({ actor, operation, subject, outcome })),
      [
        { actor: "person:ada", operation: "system.cancelJob", subject: { jobId }, outcome: "done" },
        { actor: "person:sam", operation: "system.cancelJob", subject: { jobId }, outcome: "forbidden" },
        { actor: "person:ada", operation: "printing.printPage", subject: {}, outcome: "done" },
      ],
    );
    assert.equal(entries[0]?.address, "192.0.2.1");
    const ofSam = await must<Page<Entry>>(admin, "system.listAuditEntries", { actor: "person:sam" });
    assert.equal(ofSam.items.length, 1);
    const printed = await must<Page<Entry>>(admin, "system.listAuditEntries", {
      operation: "printing.printPage",
    });
    assert.equal(printed.items.length, 1);
  });
});
