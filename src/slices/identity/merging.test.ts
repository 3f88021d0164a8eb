/** Two accounts of one person: what lets them in, what leads on from the old address, and what cannot be done twice. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import { type BuiltPerson, fixturePassword } from "./fixtures.ts";
import { openSchool, type TestSchool } from "./testing.ts";

const codeOf = (result: Awaited<ReturnType<TestSchool["call"]>>) =>
  "failure" in result ? result.failure.code : "done";

interface Pair {
  readonly from: BuiltPerson;
  readonly into: { readonly id: string };
}

const pairOf = ({ from, into }: Pair) => ({ fromId: from.id, intoId: into.id, confirmName: from.name });

async function merge(school: TestSchool, pair: Pair): Promise<string> {
  const { id } = await school.must<{ id: string }>(
    school.school.admin.token,
    "identity.mergePeople",
    pairOf(pair),
  );
  await school.kernel.settle();
  return id;
}

const signIn = ({ call }: TestSchool, email: string, password = fixturePassword) =>
  call(null, "identity.signIn", { email, password });

eachEngine("merging accounts", (engine) => {
  test("roles unite, the old one's keys end, and its page leads to the kept one", async (t) => {
    const school = await openSchool(t, engine);
    const { admin, instructor, student } = school.school;
    const program = await school.must<{ secret: string }>(instructor.token, "identity.createAccessToken", {
      name: "Bot",
    });
    const mergeId = await merge(school, { from: instructor, into: student });
    const done = await school.must<{ state: string; into: { roles: string[] } }>(
      admin.token,
      "identity.getPersonMerge",
      { mergeId },
    );
    assert.deepEqual([done.state, done.into.roles], ["done", ["instructor", "student"]]);
    for (const token of [instructor.token, program.secret])
      assert.equal(codeOf(await school.call(token, "identity.whoAmI", {})), "unauthenticated");
    assert.equal(codeOf(await school.call(student.token, "identity.whoAmI", {})), "done");
    const old = await school.must<{ active: boolean; mergedIntoId: string; roles: string[] }>(
      admin.token,
      "identity.getPerson",
      { personId: instructor.id },
    );
    assert.deepEqual([old.active, old.mergedIntoId, old.roles], [false, student.id, []]);
    const listed = async (input: object) =>
      (
        await school.must<{ items: { id: string }[] }>(admin.token, "identity.listPeople", { ...input })
      ).items.map(({ id }) => id);
    assert(!(await listed({})).includes(instructor.id));
    assert.deepEqual(await listed({ merged: true }), [instructor.id]);
  });

  test("whoever knows the old password is told where to sign in, and nobody else", async (t) => {
    const school = await openSchool(t, engine);
    const { student, thirdStudent } = school.school;
    await merge(school, { from: thirdStudent, into: student });
    const told = await signIn(school, thirdStudent.email);
    assert("failure" in told && told.failure.code === "account_merged");
    assert.match(told.failure.message, /ada@lindenhof\.example/);
    assert.equal(codeOf(await signIn(school, thirdStudent.email, "eight loud herons")), "wrong_credentials");
    assert.equal(codeOf(await signIn(school, student.email)), "done");

    await school.must(null, "identity.requestPasswordReset", { email: thirdStudent.email });
    await school.kernel.settle();
    const mail = school.mailer.sent.findLast(({ to }) => to === thirdStudent.email);
    assert.match(mail?.text ?? "", /sign in with ada@lindenhof\.example/);
    assert.doesNotMatch(mail?.text ?? "", /reset-password/, "the old mailbox opens no account");
  });

  test("a merged account stays as it is, and accounts are merged one after the other", async (t) => {
    const school = await openSchool(t, engine);
    const { admin, student, otherStudent, thirdStudent } = school.school;
    const begin = (pair: Pair) => school.call(admin.token, "identity.mergePeople", pairOf(pair));
    assert.equal(codeOf(await begin({ from: thirdStudent, into: student })), "done");
    assert.equal(codeOf(await begin({ from: student, into: otherStudent })), "merge_running");
    await school.kernel.settle();
    assert.equal(codeOf(await begin({ from: otherStudent, into: thirdStudent })), "already_merged");
    const personId = thirdStudent.id;
    for (const [operation, input] of [
      ["identity.setPersonActive", { personId, active: true }],
      ["identity.updatePerson", { personId, version: 2, name: "Zoë" }],
    ] as const)
      assert.equal(codeOf(await school.call(admin.token, operation, input)), "person_merged");

    await merge(school, { from: student, into: otherStudent });
    const told = await signIn(school, thirdStudent.email);
    assert("failure" in told);
    assert.match(told.failure.message, /xiaoming@/, "the first address leads to the last account");
  });

  test("an import that names the old address is about the kept account", async (t) => {
    const school = await openSchool(t, engine);
    const { admin, student, thirdStudent } = school.school;
    await merge(school, { from: thirdStudent, into: student });
    const csv = `name,email,role\n${student.name},${thirdStudent.email},student\nZ,${student.email},student\n`;
    const uploadId = await school.upload(`person:${admin.id}`, "people.csv", Buffer.from(csv));
    const { id: importId } = await school.must<{ id: string }>(admin.token, "identity.uploadPeopleImport", {
      uploadId,
    });
    await school.kernel.settle();
    const { items } = await school.must<{ items: { outcome: string; personId: string | null }[] }>(
      admin.token,
      "identity.listPeopleImportRows",
      { importId },
    );
    assert.deepEqual(
      items.map(({ outcome, personId }) => [outcome, personId]),
      [
        ["same", student.id],
        ["invalid", null],
      ],
    );
  });
});
