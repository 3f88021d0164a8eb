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
import { closedBecause } from "#kernel/closed-to-changes.ts";
import { parseInput } from "#kernel/problems.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import { openTestKernel, type TestKernel } from "#kernel/testing.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import { buildMatrixSchool, type MatrixSchool } from "./matrix-school.ts";

let kernel: TestKernel;
let school: MatrixSchool;

before(async () => {
  kernel = await openTestKernel({ slices, authenticator: createAuthenticator });
  school = await buildMatrixSchool(kernel);
});
after(() => kernel.close());

const head = (actors: readonly (readonly [string, Actor])[]) =>
  `${"operation".padEnd(46)}${actors.map(([name]) => name.padEnd(11)).join("")}rule`;

/** One row for each operation, and for each further one: its title, its cells, its rule. */
async function rows(): Promise<Row[]> {
  const found: Row[] = [];
  const addRow = async (title: string, operation: RegisteredOperation, raw: JsonObject) => {
    const input = parseInput(operation.input, raw);
    const cells: string[] = [];
    for (const actor of Object.values(school.actors)) cells.push(await decide(operation, actor, input));
    found.push({ title, operation, cells });
  };
  for (const operation of kernel.kernel.registry.operations) {
    const makeInput = school.inputs[operation.name];
    assert(makeInput, `${operation.name} has no input for the matrix: add one to house/matrix-school.ts`);
    await addRow(operation.name, operation, makeInput());
    for (const row of school.furtherRows)
      if (row.operation === operation.name)
        await addRow(`${operation.name} (${row.about})`, operation, row.input);
  }
  return found;
}

interface Row {
  readonly title: string;
  readonly operation: RegisteredOperation;
  readonly cells: readonly string[];
}

const lineOf = ({ title, cells, operation }: Row) =>
  `${title.padEnd(46)}${cells.map((cell) => cell.padEnd(11)).join("")}${operation.policy.claim}`;

function agree(file: string, lines: readonly string[]): void {
  const path = join(import.meta.dirname, "testdata", file);
  const matrix = `${lines.join("\n")}\n`;
  if (process.env.REWRITE === "1") writeFileSync(path, matrix);
  assert.equal(matrix, readFileSync(path, "utf8"), "review the change, then run with REWRITE=1");
}

test("who may do what, also in a course that is archived, or in the trash", async () => {
  const actors = Object.entries(school.actors);
  const live = await rows();
  agree("authorization-matrix.txt", [
    "# Generated: REWRITE=1 node --test house/authorization-matrix.test.ts. Review each change.",
    "# yes: allowed.  no: forbidden.  -: as if it did not exist.  sign in: needs a session.",
    "# teacher, assistant, student, classmate, observer: in the course. as student: teaches it, but signed in by StudentLogin.",
    "# colleague: teaches another course. outsider: a student who is in no course. The student handed in and asked.",
    head(actors),
    ...live.map(lineOf),
  ]);

  await school.moveOn("courses.archiveCourse");
  const archived = await rows();
  const isChanged = ({ cells }: Row, index: number) => cells.join() !== live[index]?.cells.join();
  // What is for members of a course only is about the course: an outsider never finds it.
  const isOfCourse = (_row: Row, index: number) => live[index]?.cells.at(-1) === "-";
  const goesOn = (row: Row, index: number) =>
    row.operation.kind === "command" && isOfCourse(row, index) && row.cells.includes("yes");
  agree("authorization-matrix-archived.txt", [
    "# Generated with authorization-matrix.txt: the same course, archived. Only rows that differ.",
    "# closed: would be allowed, and is refused with course_archived.",
    head(actors),
    ...archived.filter(isChanged).map(lineOf),
    "",
    "# Commands about the course that go on in the archive:",
    ...archived.filter(goesOn).map(lineOf),
  ]);

  await school.moveOn("courses.trashCourse");
  const trashed = await rows();
  agree("authorization-matrix-trashed.txt", [
    "# Generated with authorization-matrix.txt: the same course, in the trash. What about it anybody may still do.",
    head(actors),
    ...trashed.filter((row, index) => isOfCourse(row, index) && row.cells.includes("yes")).map(lineOf),
  ]);
});

test("nobody without a session does anything but what says so", async () => {
  const open = kernel.kernel.registry.operations.filter((operation) => operation.policy.claim === "anyone");
  assert.deepEqual(open.map((operation) => operation.name).sort(), [
    "calendar.readFeed",
    "cluster.getLeader",
    "courses.openCourseLink",
    "identity.acceptInvitation",
    "identity.beginPasskeySignIn",
    "identity.beginRequiredTotp",
    "identity.completeSignIn",
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

async function decide({ policy, kind }: RegisteredOperation, actor: Actor, input: unknown): Promise<string> {
  const { value } = await kernel.kernel.store.read(async (database) => {
    const decision = await policy.decide({ actor, input: input as never, database, now: kernel.clock.now() });
    return decision.allowed && kind === "command" && closedBecause(database) !== null ? "closed" : decision;
  });
  if (value === "closed") return "closed";
  if (value.allowed) return "yes";
  return { unauthenticated: "sign in", forbidden: "no", not_found: "-" }[value.kind];
}
