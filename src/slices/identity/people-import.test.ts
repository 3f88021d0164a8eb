/** Imports from the upload to the report, on both engines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import { fixturePassword } from "./fixtures.ts";
import type { PeopleImport } from "./imports.ts";
import { openSchool, type TestSchool } from "./testing.ts";

interface Line {
  readonly line: number | null;
  readonly outcome: string;
  readonly name: string;
  readonly reason: string | null;
  readonly skipped: string | null;
}

async function preview(test: TestSchool, text: string, more: object = {}): Promise<PeopleImport> {
  const { admin } = test.school;
  const uploadId = await test.upload(`person:${admin.id}`, "people.csv", Buffer.from(text));
  const { id } = await test.must<PeopleImport>(admin.token, "identity.uploadPeopleImport", {
    uploadId,
    ...more,
  });
  await test.kernel.settle();
  return test.must<PeopleImport>(admin.token, "identity.getPeopleImport", { importId: id });
}

async function apply(test: TestSchool, importId: string, more: object = {}): Promise<PeopleImport> {
  const { admin } = test.school;
  await test.must(admin.token, "identity.applyPeopleImport", { importId, ...more });
  await test.kernel.settle();
  return test.must<PeopleImport>(admin.token, "identity.getPeopleImport", { importId });
}

const lines = async (test: TestSchool, importId: string, outcome?: string): Promise<Line[]> => {
  const input = { importId, ...(outcome === undefined ? {} : { outcome }) };
  const { items } = await test.must<{ items: Line[] }>(
    test.school.admin.token,
    "identity.listPeopleImportRows",
    input,
  );
  return items;
};

const activeNames = async ({ must, school }: TestSchool) => {
  const { items } = await must<{ items: { name: string }[] }>(school.admin.token, "identity.listPeople", {
    active: true,
  });
  return items.map(({ name }) => name);
};

const file = `name,email,roles
ليلى 🌙,layla@lindenhof.example,student
Ada Lovelace,ADA@lindenhof.example,student
Grace B. Hopper,grace@lindenhof.example,teacher
Twice,layla@lindenhof.example,student
Nobody,nobody,student
`;

eachEngine("imports of people", (engine) => {
  test("a preview changes nothing; applied, each line does what it showed", async (t) => {
    const school = await openSchool(t, engine);
    const before = await activeNames(school);
    const one = await preview(school, file);
    assert.deepEqual(
      [one.state, one.rowsRead, one.adds, one.changes, one.same, one.invalid],
      ["ready", 5, 1, 1, 1, 2],
    );
    assert.deepEqual(await activeNames(school), before);
    assert.deepEqual(
      (await lines(school, one.id, "invalid")).map(({ line, reason }) => [line, reason]),
      [
        [5, "This address stands in line 2 already."],
        [6, '"nobody" is no e-mail address.'],
      ],
    );
    const done = await apply(school, one.id, { byMail: true });
    assert.deepEqual([done.state, done.skipped], ["done", 0]);
    const names = await activeNames(school);
    assert(names.includes("ليلى 🌙") && names.includes("Grace B. Hopper") && !names.includes("Grace Hopper"));
    assert.deepEqual(
      school.mailer.sent.map(({ to }) => to),
      ["layla@lindenhof.example"],
    );
  });

  test("applied twice, a file changes nothing the second time", async (t) => {
    const school = await openSchool(t, engine);
    await apply(school, (await preview(school, file)).id);
    const again = await preview(school, file);
    assert.deepEqual([again.adds, again.changes, again.same], [0, 0, 3]);
  });

  test("the missing are shut, but nobody whom no import brought, and come back with the next file", async (t) => {
    const school = await openSchool(t, engine);
    await apply(school, (await preview(school, file)).id);
    const shorter = file.replace(/^Ada.*\n/m, "");
    const one = await preview(school, shorter, { deactivateMissing: true });
    assert.deepEqual([one.deactivations, one.mustConfirm], [1, true]);
    const refused = await school.call(school.school.admin.token, "identity.applyPeopleImport", {
      importId: one.id,
      confirmDeactivations: 2,
    });
    assert.equal("failure" in refused ? refused.failure.code : "", "confirm_deactivations");
    await apply(school, one.id, { confirmDeactivations: 1 });
    const signIn = () =>
      school.call(null, "identity.signIn", { email: school.school.student.email, password: fixturePassword });
    assert("failure" in (await signIn()));
    assert((await activeNames(school)).includes("Zoë Ångström"));
    const back = await preview(school, file);
    assert.match((await lines(school, back.id, "change"))[0]?.reason ?? "", /opened again/);
    await apply(school, back.id);
    assert("output" in (await signIn()));
  });

  test("what was changed here by hand stays, until the file says something new", async (t) => {
    const school = await openSchool(t, engine);
    const { admin, student } = school.school;
    await apply(school, (await preview(school, file)).id);
    const { version } = await school.must<{ version: number }>(admin.token, "identity.getPerson", {
      personId: student.id,
    });
    await school.must(admin.token, "identity.updatePerson", {
      personId: student.id,
      version,
      name: "Ada King",
    });
    assert.equal((await preview(school, file)).kept, 1);
    assert.equal((await preview(school, file.replace("Ada Lovelace", "Ada Byron"))).changes, 1);
  });

  test("who was changed between preview and applying is left out, and the report says so", async (t) => {
    const school = await openSchool(t, engine);
    const { admin, instructor } = school.school;
    const one = await preview(school, file);
    await school.must(admin.token, "identity.updatePerson", {
      personId: instructor.id,
      version: 1,
      name: "Amazing Grace",
    });
    await school.must(admin.token, "identity.addPerson", {
      name: "L",
      email: "layla@lindenhof.example",
      roles: ["student"],
    });
    const done = await apply(school, one.id);
    assert.equal(done.skipped, 2);
    assert((await activeNames(school)).includes("Amazing Grace"));
    const { csv, nextCursor } = await school.must<{ csv: string; nextCursor: string | null }>(
      admin.token,
      "identity.getPeopleImportReport",
      { importId: one.id },
    );
    assert.equal(nextCursor, null);
    assert.match(csv, /^line,outcome,name,email,roles,reason,not applied because\r\n2,add,/);
    assert.match(csv, /Grace B\. Hopper.*changed after the preview/);
    assert.equal(csv.trim().split("\r\n").length, 6);
  });

  test("a file that is no list of people says why, and changes nothing", async (t) => {
    const school = await openSchool(t, engine);
    const one = await preview(school, "Ada,ada@x.example\n");
    assert.equal(one.state, "failed");
    assert.match(one.problem ?? "", /first line must name the columns/);
    const refused = await school.call(school.school.admin.token, "identity.applyPeopleImport", {
      importId: one.id,
    });
    assert.equal("failure" in refused ? refused.failure.code : "", "not_ready");
  });

  test("an import that was given up cannot be applied; one that was applied cannot be given up", async (t) => {
    const school = await openSchool(t, engine);
    const { admin } = school.school;
    const one = await preview(school, file);
    await school.must(admin.token, "identity.cancelPeopleImport", { importId: one.id });
    assert("failure" in (await school.call(admin.token, "identity.applyPeopleImport", { importId: one.id })));
    const two = await preview(school, file);
    await apply(school, two.id);
    const late = await school.call(admin.token, "identity.cancelPeopleImport", { importId: two.id });
    assert.equal("failure" in late ? late.failure.code : "", "already_applied");
  });

  test("links for those who were added work, and are not kept", async (t) => {
    const school = await openSchool(t, engine);
    const { admin } = school.school;
    const one = await preview(school, file);
    await apply(school, one.id);
    const { csv } = await school.must<{ csv: string }>(admin.token, "identity.issueImportInvitations", {
      importId: one.id,
    });
    const [, email, link = ""] = csv.trim().split(",");
    assert.equal(email, "layla@lindenhof.example");
    await school.must(null, "identity.acceptInvitation", {
      invitationToken: link,
      password: "nine loud herons",
    });
  });

  test("a cell that begins like a formula stays text in the report", async (t) => {
    const school = await openSchool(t, engine);
    const one = await preview(school, "name,email\n=1+1,f@lindenhof.example\n");
    const { csv } = await school.must<{ csv: string }>(
      school.school.admin.token,
      "identity.getPeopleImportReport",
      { importId: one.id },
    );
    assert.match(csv, /'=1\+1/);
  });
});
