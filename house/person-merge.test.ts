/**
 * After a merge of two accounts nothing names the old one but its own shut row and the record of the merge, whatever the
 * slices hold; and what it had is the kept account's.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { slices } from "#app/slices.ts";
import { ManualClock } from "#base/clock.ts";
import { seededRandom } from "#base/random.ts";
import { tablesOf } from "#engines/store/port.ts";
import { eachEngine, type TestEngine } from "#engines/store/testing/each-engine.ts";
import { mergePerson } from "#kernel/person-merge.ts";
import { stepsOf } from "#kernel/step.ts";
import { openTestKernel, type TestKernel } from "#kernel/testing.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import { fixturePassword } from "#slices/identity/fixtures.ts";
import { buildMatrixSchool, type MatrixSchool } from "./matrix-school.ts";

/** Who may still be named, and where. */
const allowed = ["people", "person_merges"];

interface Ground {
  readonly kernel: TestKernel;
  readonly school: MatrixSchool;
  readonly admin: string;
  signIn(email: string): Promise<string>;
}

async function open(t: { after(action: () => Promise<void>): void }, engine: TestEngine): Promise<Ground> {
  const clock = new ManualClock();
  const store = await engine.open(t, { clock });
  const kernel = await openTestKernel({ slices, store, clock, authenticator: createAuthenticator });
  t.after(() => kernel.close());
  const school = await buildMatrixSchool(kernel);
  const signIn = async (email: string) =>
    (await kernel.must<{ token: string }>(null, "identity.signIn", { email, password: fixturePassword }))
      .token;
  return { kernel, school, admin: await signIn("noor@lindenhof.example"), signIn };
}

function idOf({ actors }: MatrixSchool, column: string): string {
  const actor = actors[column];
  return actor?.kind === "person" ? actor.personId : "";
}

/** The ids that the matrix's input of an operation names. */
function inputOf({ inputs }: MatrixSchool, operation: string): Readonly<Record<string, string>> {
  return (inputs[operation]?.() ?? {}) as Record<string, string>;
}

async function tablesNaming({ kernel }: TestKernel, personId: string): Promise<string[]> {
  const { value } = await kernel.store.read(async (database) => {
    const found: string[] = [];
    for (const table of slices.flatMap((slice) => Object.keys(slice.tables))) {
      const rows = await tablesOf<Record<string, Record<string, unknown>>>(database)
        .selectFrom(table)
        .selectAll()
        .execute();
      if (rows.some((row) => Object.values(row).includes(personId))) found.push(table);
    }
    return found;
  });
  return value;
}

async function merge({ kernel, admin }: Ground, fromId: string, intoId: string, confirmName: string) {
  const begun = await kernel.must<{ id: string; state: string }>(admin, "identity.mergePeople", {
    ...{ fromId, intoId, confirmName },
  });
  assert.equal(begun.state, "running");
  await kernel.kernel.settle();
  return kernel.must<{ state: string; shares: { slice: string; moved: number }[] }>(
    admin,
    "identity.getPersonMerge",
    { mergeId: begun.id },
  );
}

eachEngine("merging two accounts", (engine) => {
  test("a student's accounts become one: work, marks, receipts, and no trace of the old one", async (t) => {
    const ground = await open(t, engine);
    const { kernel, school, signIn, admin } = ground;
    const [fromId, intoId] = [idOf(school, "student"), idOf(school, "classmate")];
    const { assignmentId = "" } = inputOf(school, "assignments.listAppeals");
    const teacher = await signIn("grace@lindenhof.example");
    const [old, kept] = [await signIn("ada@lindenhof.example"), await signIn("xiaoming@lindenhof.example")];
    const handIn = async (token: string, owner: string, text: string) =>
      kernel.must<{ submissionId: string; attempt: number; receipt: string }>(
        token,
        "assignments.submitAssignment",
        { assignmentId, uploadId: await kernel.upload(`person:${owner}`, "w.txt", Buffer.from(text)) },
      );
    kernel.clock.advance(60_000);
    const later = await handIn(kept, intoId, "Mine, later.");
    await kernel.must(teacher, "assignments.gradeSubmission", {
      ...{ submissionId: later.submissionId, points: 7, version: 1 },
    });
    await kernel.must(teacher, "assignments.releaseGrades", { assignmentId });
    const { materialId = "" } = inputOf(school, "materials.getMaterial");
    for (const token of [old, kept]) await kernel.must(token, "materials.markMaterialRead", { materialId });
    await kernel.kernel.settle();
    assert((await tablesNaming(kernel, fromId)).length > 10, "there is something to merge");

    const preview = await kernel.must<{
      conflicts: { code: string; into: string; from: string; result: string }[];
      shares: { slice: string; from: number; into: number }[];
    }>(admin, "identity.previewMerge", { fromId, intoId });
    assert.deepEqual(
      preview.conflicts.map(({ code, into, from, result }) => `${code}: ${into} and ${from} → ${result}`),
      ["both_handed_in: 1 and 1 → 2", "both_graded: 7 and 5 → 7"],
    );
    assert(preview.shares.some(({ slice, from }) => slice === "assignments" && from > 0));

    const done = await merge(ground, fromId, intoId, "ada lovelace");
    assert.equal(done.state, "done");
    assert(done.shares.some(({ slice, moved }) => slice === "assignments" && moved > 0));
    assert.deepEqual(
      (await tablesNaming(kernel, fromId)).filter((table) => !allowed.includes(table)),
      [],
      "say under `person` of their slice what becomes of these tables when accounts are merged",
    );

    const mine = await kernel.must<{
      submission: { attempts: { attempt: number }[]; grade: { points: number } | null };
    }>(kept, "assignments.getMySubmission", { assignmentId });
    assert.equal(mine.submission.attempts.length, 2);
    assert.equal(mine.submission.grade?.points, 7);
    const verified = await kernel.must<{ isGenuine: boolean; isKept: boolean }>(
      kept,
      "assignments.verifyReceipt",
      { receipt: later.receipt },
    );
    assert.deepEqual([verified.isGenuine, verified.isKept], [true, true]);
    for (const { attempt } of mine.submission.attempts)
      await kernel.must(kept, "assignments.downloadSubmission", {
        ...{ submissionId: await submissionOf(kernel, assignmentId, intoId), attempt },
      });

    const again = await kernel.call(null, "identity.signIn", {
      ...{ email: "ada@lindenhof.example", password: fixturePassword },
    });
    assert("failure" in again && again.failure.code === "account_merged");
    assert.match(again.failure.message, /xiaoming@lindenhof\.example/);
    const stale = await kernel.call(old, "identity.whoAmI", {});
    assert("failure" in stale && stale.failure.code === "unauthenticated");
  });

  test("a teacher's accounts become one, however often the work is broken off", async (t) => {
    const { kernel, school } = await open(t, engine);
    const parts = { store: kernel.kernel.store, clock: kernel.clock, random: seededRandom(3) };
    const steps = stepsOf<never>(parts);
    const [from, into, by] = [idOf(school, "teacher"), idOf(school, "colleague"), idOf(school, "admin")];
    const { signal } = new AbortController();
    let attempts = 0;
    for (let isDone = false; !isDone; attempts++) {
      // Each attempt comes a little further: a slice with nothing left still takes a step.
      let writesLeft = 3 + attempts;
      const broken: typeof steps = {
        read: steps.read,
        write(work) {
          if (writesLeft-- === 0) throw new Error("the node is gone");
          return steps.write(work);
        },
      };
      isDone = await mergePerson(
        { slices, steps: broken, merge: { from, into, by }, signal },
        async () => {},
      ).then(
        () => true,
        () => false,
      );
    }
    assert(attempts > 5, "it was broken off");
    const left = (await tablesNaming(kernel, from)).filter((table) => !allowed.includes(table));
    assert.deepEqual(left, []);
    const { courseId = "" } = inputOf(school, "courses.getCourse");
    const { value: enrolled } = await kernel.kernel.store.read((database) =>
      tablesOf<{ enrolments: { course_id: string; person_id: string; role: string } }>(database)
        .selectFrom("enrolments")
        .select("role")
        .where("course_id", "=", courseId)
        .where("person_id", "=", into)
        .execute(),
    );
    assert.deepEqual(enrolled, [{ role: "instructor" }]);
  });
});

async function submissionOf(kernel: TestKernel, assignmentId: string, studentId: string): Promise<string> {
  const { value } = await kernel.kernel.store.read((database) =>
    tablesOf<{ submissions: { id: string; assignment_id: string; student_id: string } }>(database)
      .selectFrom("submissions")
      .select("id")
      .where("assignment_id", "=", assignmentId)
      .where("student_id", "=", studentId)
      .execute(),
  );
  assert.equal(value.length, 1, "one submission for a student in an assignment");
  return value[0]?.id ?? "";
}
