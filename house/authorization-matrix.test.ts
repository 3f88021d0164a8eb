/**
 * The authorization matrix: every operation × every kind of person, in and out of the course, decided by the real
 * policies on a real school. The expected matrix is committed beside this test; a change is reviewed as a diff.
 * Regenerate with `REWRITE=1 node --test house/authorization-matrix.test.ts`.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { slices } from "#app/slices.ts";
import type { JsonObject } from "#base/json.ts";
import type { Actor } from "#kernel/actor.ts";
import { parseInput } from "#kernel/problems.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import { openTestKernel, type TestKernel } from "#kernel/testing.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import { buildMatrixSchool, type MatrixSchool } from "./matrix-school.ts";

const file = join(import.meta.dirname, "testdata", "authorization-matrix.txt");
let kernel: TestKernel;
let school: MatrixSchool;

before(async () => {
  kernel = await openTestKernel({ slices, authenticator: createAuthenticator });
  school = await buildMatrixSchool(kernel);
});
after(() => kernel.close());

test("who may do what", async () => {
  const actors = Object.entries(school.actors);
  const lines: string[] = [
    "# Generated: REWRITE=1 node --test house/authorization-matrix.test.ts. Review each change.",
    "# yes: allowed.  no: forbidden.  -: as if it did not exist.  sign in: needs a session.",
    "# teacher, assistant, student, classmate, observer: in the course. as student: teaches it, but signed in by StudentLogin.",
    "# colleague: teaches another course. outsider: a student who is in no course. The student handed in and asked.",
    `${"operation".padEnd(46)}${actors.map(([name]) => name.padEnd(11)).join("")}rule`,
  ];
  const addRow = async (title: string, operation: RegisteredOperation, raw: JsonObject) => {
    const input = parseInput(operation.input, raw);
    const cells: string[] = [];
    for (const [, actor] of actors) cells.push((await decide(operation, actor, input)).padEnd(11));
    lines.push(`${title.padEnd(46)}${cells.join("")}${operation.policy.claim}`);
  };
  for (const operation of kernel.kernel.registry.operations) {
    const makeInput = school.inputs[operation.name];
    assert(makeInput, `${operation.name} has no input for the matrix: add one to house/matrix-school.ts`);
    await addRow(operation.name, operation, makeInput());
    for (const row of school.furtherRows)
      if (row.operation === operation.name)
        await addRow(`${operation.name} (${row.about})`, operation, row.input);
  }
  const matrix = `${lines.join("\n")}\n`;
  if (process.env.REWRITE === "1") writeFileSync(file, matrix);
  assert.equal(matrix, readFileSync(file, "utf8"), "review the change, then run with REWRITE=1");
});

test("nobody without a session does anything but what says so", async () => {
  const open = kernel.kernel.registry.operations.filter((operation) => operation.policy.claim === "anyone");
  assert.deepEqual(open.map((operation) => operation.name).sort(), [
    "cluster.getLeader",
    "identity.acceptInvitation",
    "identity.confirmEmail",
    "identity.facultyLogin",
    "identity.getInvitation",
    "identity.getPasswordReset",
    "identity.getSchool",
    "identity.requestPasswordReset",
    "identity.resetPassword",
    "identity.setUpSchool",
    "identity.signIn",
    "identity.studentLogin",
    "notices.unsubscribe",
  ]);
});

async function decide({ policy }: RegisteredOperation, actor: Actor, input: unknown): Promise<string> {
  const { value } = await kernel.kernel.store.read(async (database) =>
    policy.decide({ actor, input: input as never, database, now: kernel.clock.now() }),
  );
  if (value.allowed) return "yes";
  return { unauthenticated: "sign in", forbidden: "no", not_found: "-" }[value.kind];
}
