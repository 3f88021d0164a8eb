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
    things: [
      {
        kind: "person",
        acts: [],
        named: async (_database, ids) =>
          new Map(ids.includes("sam") ? [["sam", { title: "Sam Student", courseId: null }]] : []),
      },
    ],
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
  return { ...school, clock, printer, print, jobs };
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
      "system.exportAuditEntries": {},
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
    const { call, must, print, clock } = await setUp(t, engine);
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
    const found = async (filter: JsonObject) =>
      (await must<Page<Entry>>(admin, "system.listAuditEntries", filter)).items.map(
        ({ operation, outcome }) => `${operation} ${outcome}`,
      );
    const [printed, denied, cancelled] = [
      "printing.printPage done",
      "system.cancelJob forbidden",
      "system.cancelJob done",
    ];
    assert.deepEqual(await found({ actor: "person:sam" }), [denied]);
    assert.deepEqual(await found({ operation: "printing.printPage" }), [printed]);
    assert.deepEqual(await found({ operation: "system" }), [cancelled, denied]);
    assert.deepEqual(await found({ subjectId: jobId }), [cancelled, denied]);
    assert.deepEqual(await found({ subjectId: jobId, actor: "person:sam" }), [denied]);
    assert.deepEqual(await found({ subjectId: jobId, limit: 1 }), [cancelled]);
    assert.deepEqual(await found({ outcome: "refused" }), [denied]);
    assert.deepEqual(await found({ outcome: "forbidden", door: "internal" }), [denied]);
    assert.deepEqual(await found({ door: "cli" }), []);
    const now = clock.now();
    assert.equal((await found({ from: now, until: now + 1 })).length, 3);
    assert.deepEqual(await found({ from: now + 1 }), []);
    assert.deepEqual(await found({ until: now }), []);
    const backwards = await call(admin, "system.listAuditEntries", { from: now, until: now });
    assert("failure" in backwards && backwards.failure.problems[0]?.field === "until");

    const piece = await must<{ text: string; nextCursor: string | null }>(
      admin,
      "system.exportAuditEntries",
      { subjectId: jobId },
    );
    const lines = piece.text.trimEnd().split("\r\n");
    assert.equal(lines.length, 3);
    assert.match(lines[2] ?? "", /person:sam,Sam Student,system\.cancelJob,forbidden,job: \?,jobId=/);
    assert.equal(piece.nextCursor, null);
  });
});
