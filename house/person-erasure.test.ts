/**
 * Nobody who was erased is left anywhere but as an id in the audit trail: neither id, nor name, nor address stands in any
 * table, whoever it was: a student, a teacher, an assistant, an observer, an admin. On both engines.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { slices } from "#app/slices.ts";
import type { JsonObject } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import { type Database, tablesOf } from "#engines/store/port.ts";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import type { Archive } from "#kernel/archive.ts";
import type { Slice } from "#kernel/slice.ts";
import { kernelTables } from "#kernel/tables.ts";
import { openTestKernel, type TestKernel } from "#kernel/testing.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import { buildPerson } from "#slices/identity/fixtures.ts";
import { buildMatrixSchool, type MatrixSchool } from "./matrix-school.ts";

type AnyTables = Record<string, Record<string, unknown>>;
const tables = [...Object.keys(kernelTables), ...slices.flatMap((slice) => Object.keys(slice.tables))];

test("every table with personal columns says what goes of a person and what stays", () => {
  const problems: string[] = [];
  for (const { name, tables: facts, person } of slices as readonly Slice[])
    for (const [table, { personal }] of Object.entries(facts)) {
      const plan = person.tables[table];
      if (plan === undefined) problems.push(`${name}.${table} is missing in its slice's person-life.ts`);
      else if (plan !== "nobody") {
        const named = [...(plan.theirs ?? []), ...(plan.authored ?? []), ...(plan.named ?? [])];
        if (named.length === 0 && plan.erase === undefined) problems.push(`${table} names nobody after all`);
        if ((plan.theirs ?? []).length > 0 && plan.shown === undefined)
          problems.push(`${table}: say under \`shown\` how it is exported, or why never`);
        const sections = person.sections.map((section) => section.name);
        if (typeof plan.shown === "object" && "by" in plan.shown && !sections.includes(plan.shown.by))
          problems.push(`${table} is to be exported by ${plan.shown.by}, which is no section`);
      } else {
        const authors = personal.filter((column) => /(_by|person_id|student_id)$/.test(column));
        if (authors.length > 0)
          problems.push(`${table} has ${authors.join(", ")}, so it is not about nobody`);
      }
    }
  assert.deepEqual(problems, []);
});

const erased = [
  "student",
  "classmate",
  "assistant",
  "observer",
  "teacher",
  "double",
  "outsider",
  "colleague",
];

eachEngine("erasing people", (engine) => {
  let kernel: TestKernel;
  let school: MatrixSchool;
  const closing: (() => Promise<void>)[] = [];
  before(async () => {
    const store = await engine.open({ after: (close) => closing.push(close) });
    kernel = await openTestKernel({ slices, store, authenticator: createAuthenticator });
    school = await buildMatrixSchool(kernel);
    await kernel.kernel.settle();
  });
  after(async () => {
    await kernel.close();
    for (const close of closing) await close();
  });

  test("a student and an admin take all of it along, and nobody else", async () => {
    const { student, classmate, admin } = school.people;
    assert(student !== undefined && classmate !== undefined && admin !== undefined, "the school has them");
    const own = await kernel.must<{ exportId: string }>(student.token, "identity.exportPerson", {});
    const archive = await kernel.must<Archive>(student.token, "identity.getPersonExport", {
      exportId: own.exportId,
    });
    const paths = archive.entries.map(({ path }) => path);
    for (const path of [
      "manifest.json",
      "identity/people.json",
      "courses/enrolments.json",
      "assignments/submissions.json",
      "assignments/grades.json",
      "queries/queries.json",
      "activity/actions.json",
    ])
      assert(paths.includes(path), `${path} is in it`);
    assert(
      archive.entries.some(({ sha256 }) => sha256 !== null),
      "with the files",
    );
    const texts = archive.entries.map(({ text }) => text ?? "").join("\n");
    for (const other of [classmate, school.people.teacher])
      for (const word of [other?.id, other?.name, other?.email])
        assert(!texts.includes(String(word)), `nothing of ${other?.name} is in it`);
    const theirs = await kernel.must<{ exportId: string }>(admin.token, "identity.exportPerson", {
      personId: student.id,
    });
    await kernel.must(admin.token, "identity.getPersonExport", { exportId: theirs.exportId });
    const stolen = await kernel.call(classmate.token, "identity.getPersonExport", { exportId: own.exportId });
    assert("failure" in stolen && stolen.failure.code === "not_found");
  });

  test("nothing is left of somebody whom files named before the school knew them", async () => {
    const { admin } = school.people;
    assert(admin !== undefined, "the school has an admin");
    const name = "Zoë Quill";
    const [email, formerEmail] = ["quill@lindenhof.example", "z.quill@lindenhof.example"];
    await nameInFiles(kernel, school, { name, email, formerEmail });
    const added = await kernel.must<{ person: { id: string } }>(admin.token, "identity.addPerson", {
      ...{ name, email: formerEmail, roles: ["student"] },
    });
    const { id } = added.person;
    // From here on a line of a file says which address it was; then they have another one.
    const { courseId } = (school.inputs["courses.getCourse"]?.() ?? {}) as { courseId: string };
    const uploadId = await kernel.upload(
      `person:${admin.id}`,
      "x.csv",
      Buffer.from(`email\n${formerEmail}\n`),
    );
    await kernel.must(admin.token, "courses.uploadRoster", { courseId, uploadId });
    await kernel.kernel.settle();
    await kernel.must(admin.token, "identity.updatePerson", { personId: id, version: 1, email });
    const words = [id, name, email, formerEmail];
    const before = await tablesNaming(kernel, words);
    for (const table of ["roster_import_rows", "people_import_rows", "grade_import_cells", "people"])
      assert(before.includes(table), `${table} names them`);
    await erase(kernel, school, { id, email });
    const others = `sal.${email}`;
    assert.deepEqual(await tablesNaming(kernel, [others]), ["roster_import_rows"], "nobody else is touched");
    await takeOut(kernel, others);
    assert.deepEqual(await tablesNaming(kernel, words), ["audit_entries", "audit_subjects"]);
  });

  test("an account that was merged into theirs goes with them, and is in their data", async () => {
    const { admin, teacher } = school.people;
    assert(admin !== undefined && teacher !== undefined, "the school has them");
    const random = seededRandom(11);
    const [old, kept] = [
      await buildPerson(kernel, { name: "Mara Alt", email: "alt@mara.example", roles: ["student"] }, random),
      await buildPerson(kernel, { name: "Mara Neu", email: "neu@mara.example", roles: ["student"] }, random),
    ];
    await kernel.must(old.token, "identity.setTimeZone", { timeZone: "Asia/Tokyo" });
    await nameInFiles(kernel, school, { name: old.name, email: old.email });
    await kernel.must(admin.token, "identity.mergePeople", {
      ...{ fromId: old.id, intoId: kept.id, confirmName: old.name },
    });
    await kernel.kernel.settle();

    const begun = await kernel.must<{ exportId: string; personId: string }>(
      admin.token,
      "identity.exportPerson",
      { personId: old.id },
    );
    assert.equal(begun.personId, kept.id);
    const { entries } = await kernel.must<Archive>(admin.token, "identity.getPersonExport", {
      exportId: begun.exportId,
    });
    const textAt = (wanted: string) => entries.find(({ path }) => path === wanted)?.text ?? "";
    for (const word of [old.email, kept.email]) assert(textAt("identity/people.json").includes(word));
    assert(textAt("activity/actions.json").includes("setTimeZone"), "what they did with the old account");

    const refused = await kernel.call(admin.token, "identity.previewErasure", { personId: old.id });
    assert("failure" in refused && refused.failure.code === "person_merged");
    await erase(kernel, school, kept);
    const words = [old, kept].flatMap((account) => [account.id, account.name, account.email]);
    const ofAnother = `sal.${old.email}`;
    await takeOut(kernel, ofAnother);
    assert.deepEqual(await tablesNaming(kernel, words), ["audit_entries", "audit_subjects"]);
  });

  for (const who of erased) {
    test(`nothing is left of the ${who}`, async () => {
      const found = school.people[who];
      assert(found !== undefined, `the school has a ${who}`);
      const words = [found.id, found.name, found.email];
      assert((await tablesNaming(kernel, words)).length > 1, "the school knows them");
      const report = await erase(kernel, school, found);
      assert.equal(report.state, "done");
      assert(!JSON.stringify(report).includes(found.id), "the report names nobody");
      const places = new Map(report.remains.map(({ place, until }) => [place, until]));
      assert.equal(places.get("backups"), null, "an admin deletes these");
      assert(Number(places.get("audit_trail")) > kernel.clock.now() + 700 * 86_400_000);
      assert(!places.has("log_archive"), "a node alone without an archive knows that there is none");
      // An admin's own commands after that are in receipts that name nobody else.
      assert.deepEqual(
        await tablesNaming(kernel, words),
        ["audit_entries", "audit_subjects"],
        "say in the slice's person-life.ts what becomes of them",
      );
      const audit = await textOf(kernel, "audit_entries");
      for (const word of [found.name, found.email]) assert(!audit.includes(word), "the audit has ids only");
    });
  }
});

/** Files that name somebody without the school knowing whom, as files are: wrong in part, in capitals. */
async function nameInFiles(
  kernel: TestKernel,
  { people, inputs }: MatrixSchool,
  { name, email, formerEmail = email }: { name: string; email: string; formerEmail?: string },
): Promise<void> {
  const [teacher, admin] = [people.teacher, people.admin];
  assert(teacher !== undefined && admin !== undefined, "the school has them");
  const { courseId } = (inputs["courses.getCourse"]?.() ?? {}) as { courseId: string };
  const file = (by: { id: string }, lines: readonly string[]) =>
    kernel.upload(`person:${by.id}`, "class.csv", Buffer.from(lines.join("\n")));
  const upper = email.toUpperCase();
  await kernel.must(teacher.token, "courses.uploadRoster", {
    courseId,
    uploadId: await file(teacher, [
      "name,email,role",
      `${name},${email},student`,
      `${name},${formerEmail},student`,
      `Z,${upper},headmaster`,
      `Sal,sal.${email},student`,
    ]),
  });
  await kernel.must(admin.token, "identity.uploadPeopleImport", {
    uploadId: await file(admin, [
      "name,email,roles",
      `${name},${email},astronaut`,
      `${name.toUpperCase()},nobody,student`,
      `Q.,${upper},astronaut`,
    ]),
  });
  await kernel.must(teacher.token, "grades.uploadGradeImport", {
    courseId,
    uploadId: await file(teacher, ["Student,Email,Oral (10)", `${name},x@y.example,7`, `,${email},7`]),
  });
  await kernel.kernel.settle();
}

async function erase(kernel: TestKernel, school: MatrixSchool, person: { id: string; email: string }) {
  const { admin } = school.people;
  assert(admin !== undefined, "the school has an admin");
  const call = <Output>(name: string, input: JsonObject) => kernel.must<Output>(admin.token, name, input);
  await call("identity.setPersonActive", { personId: person.id, active: false });
  const { id } = await call<{ id: string }>("identity.previewErasure", { personId: person.id });
  await kernel.kernel.settle();
  const counted = await call<{ state: string; shares: { removed: number }[] }>("identity.getErasure", {
    erasureId: id,
  });
  assert.equal(counted.state, "ready");
  assert(counted.shares.length > 0, "something was counted");
  await call("identity.erasePerson", { erasureId: id, confirmEmail: person.email });
  await kernel.kernel.settle();
  return call<{ state: string; remains: { place: string; until: number | null }[] }>("identity.getErasure", {
    erasureId: id,
  });
}

/** Takes a line that stays out of the way of the search for what is part of it. */
async function takeOut(kernel: TestKernel, line: string): Promise<void> {
  await kernel.kernel.store.write(({ database }) =>
    tablesOf<AnyTables>(database).deleteFrom("roster_import_rows").where("email", "=", line).execute(),
  );
}

/** The tables, the kernel's too, in which any of `words` stands anywhere. */
async function tablesNaming(kernel: TestKernel, words: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const table of tables) {
    const text = (await textOf(kernel, table)).toLowerCase();
    if (words.some((word) => text.includes(JSON.stringify(word).slice(1, -1).toLowerCase())))
      found.push(table);
  }
  return found;
}

async function textOf(kernel: TestKernel, table: string): Promise<string> {
  const read = (database: Database) => tablesOf<AnyTables>(database).selectFrom(table).selectAll().execute();
  // JSON inside of JSON has its marks escaped once more; names here have none.
  return JSON.stringify((await kernel.kernel.store.read(read)).value);
}
