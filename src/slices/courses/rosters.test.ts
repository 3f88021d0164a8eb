/** Imports of a course's members from the upload to the report, on both engines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type BuiltCourse, buildBareCourse, type Persona } from "./fixtures.ts";
import type { RosterImport } from "./roster-schema.ts";
import type { Course, Enrolment } from "./schema.ts";
import { eachCourse } from "./testing.ts";

interface Line {
  readonly line: number | null;
  readonly outcome: string;
  readonly name: string;
  readonly role: string | null;
  readonly group: string | null;
  readonly reason: string | null;
  readonly skipped: string | null;
}

/** A course of its own for each test, with what one does in it. */
async function openRoster({ test, people }: BuiltCourse, code: string) {
  const { courseId } = await buildBareCourse(test, people.instructor, { code });
  const as = (who: Persona) => people[who].token;
  const preview = async (text: string | Buffer, more: object = {}): Promise<RosterImport> => {
    const uploadId = await test.upload(`person:${people.instructor.id}`, "class.csv", Buffer.from(text));
    const { importId } = await test.must<RosterImport>(as("instructor"), "courses.uploadRoster", {
      ...{ courseId, uploadId },
      ...more,
    });
    await test.kernel.settle();
    return test.must<RosterImport>(as("instructor"), "courses.getRosterImport", { importId });
  };
  const apply = async (importId: string, more: object = {}, who: Persona = "instructor") => {
    await test.must(as(who), "courses.applyRoster", { importId, ...more });
    await test.kernel.settle();
    return test.must<RosterImport>(as("instructor"), "courses.getRosterImport", { importId });
  };
  const lines = async (importId: string, outcome?: string) =>
    (
      await test.must<{ items: Line[] }>(as("instructor"), "courses.listRosterRows", {
        importId,
        ...(outcome === undefined ? {} : { outcome }),
      })
    ).items;
  const members = async (more: object = {}) =>
    (
      await test.must<{ items: Enrolment[] }>(as("instructor"), "courses.listEnrolments", {
        ...{ courseId, order: "name" },
        ...more,
      })
    ).items;
  const refused = async (who: Persona, operation: string, input: object) => {
    const result = await test.call(as(who), operation, JSON.parse(JSON.stringify(input)));
    return "failure" in result ? result.failure.code : "done";
  };
  return { courseId, preview, apply, lines, members, refused, as };
}

eachCourse("imports of a course's members", [], (built) => {
  test("a preview changes nothing; applied, each line does what it showed", async () => {
    const { people, test: kernel } = built();
    const { courseId, preview, apply, lines, members, as } = await openRoster(built(), "ROSTER-1");
    const { groupSetId } = await kernel.must<{ groupSetId: string }>(
      as("instructor"),
      "courses.createGroupSet",
      { courseId, name: "Labs", groupCount: 1 },
    );
    const file = [
      "E-Mail;Role;Section;Shoe size",
      `${people.student.email.toUpperCase()};;group 1;40`,
      `${people.classmate.email};student;Äpfel 🍏;41`,
      `${people.assistant.email};TA;Group 1;42`,
      `${people.instructor.email};student;;43`,
      `${people.student.email};observer;;44`,
      "nobody;student;;45",
      "new@lindenhof.example;student;Group 1;46",
      `${people.observer.email};headmaster;;47`,
    ].join("\r\n");
    const one = await preview(`\uFEFF${file}`, { groupSetId });
    assert.deepEqual(
      [one.state, one.rowsRead, one.adds, one.kept, one.unknown, one.invalid, one.newGroups],
      ["ready", 8, 3, 1, 1, 3, 1],
    );
    assert.deepEqual(one.ignoredColumns, ["Shoe size"]);
    assert.equal((await members()).length, 1);
    assert.deepEqual(
      (await lines(one.importId, "invalid")).map(({ line, reason }) => [line, reason]),
      [
        [6, "This address stands in line 2 already."],
        [7, '"nobody" is no e-mail address.'],
        [9, '"headmaster" is no role. There are student, teaching assistant, instructor and observer.'],
      ],
    );
    const done = await apply(one.importId);
    assert.deepEqual([done.state, done.skipped, done.invited], ["done", 0, 0]);
    const now = await members({ origin: "import" });
    assert.deepEqual(
      now.map(({ name, role }) => [name, role]).sort(),
      [
        [people.assistant.name, "teaching_assistant"],
        [people.classmate.name, "student"],
        [people.student.name, "student"],
      ].sort(),
    );
    assert(now.every(({ originLabel }) => originLabel === "class.csv"));
    const { items: groups } = await kernel.must<{ items: { name: string; members: { name: string }[] }[] }>(
      as("instructor"),
      "courses.listGroups",
      { groupSetId },
    );
    assert.deepEqual(groups.map(({ name, members: [first] }) => [name, first?.name]).sort(), [
      ["Group 1", people.student.name],
      ["Äpfel 🍏", people.classmate.name],
    ]);
    const again = await preview(file, { groupSetId });
    assert.deepEqual([again.adds, again.changes, again.same, again.newGroups], [0, 0, 3, 0]);
  });

  test("without a set of groups the column of groups is named among those that are not used", async () => {
    const { preview } = await openRoster(built(), "ROSTER-2");
    const one = await preview(`email,group\n${built().people.student.email},A\n`);
    assert.deepEqual([one.adds, one.ignoredColumns], [1, ["group"]]);
  });

  test("the missing are taken out only when asked, only who came by a file, and many want the number", async () => {
    const { people, test: kernel } = built();
    const { courseId, preview, apply, members, refused, as } = await openRoster(built(), "ROSTER-3");
    const both = `email\n${people.student.email}\n${people.classmate.email}\n`;
    await apply((await preview(both)).importId);
    await kernel.must(as("instructor"), "courses.enrolPerson", {
      ...{ courseId, email: people.observer.email, role: "student" },
    });
    const shorter = `email\n${people.student.email}\n`;
    assert.equal((await preview(shorter)).removals, 0);
    const one = await preview(shorter, { removeMissing: true });
    assert.deepEqual([one.removals, one.mustConfirm], [1, true]);
    const { importId } = one;
    assert.equal(await refused("instructor", "courses.applyRoster", { importId }), "confirm_removals");
    await apply(importId, { confirmRemovals: 1 });
    const names = (await members({ role: "student" })).map(({ name }) => name);
    assert.deepEqual(names.sort(), [people.observer.name, people.student.name].sort());
    // The next file that names somebody whom a file took out brings them back.
    const back = await preview(both);
    assert.equal(back.adds, 1);
    await apply(back.importId);
    assert((await members()).some(({ name }) => name === people.classmate.name));
  });

  test("whom a bad line names is not missing from the file", async () => {
    const { people } = built();
    const { preview, apply } = await openRoster(built(), "ROSTER-4");
    await apply((await preview(`email\n${people.student.email}\n`)).importId);
    const one = await preview(`email,role\n${people.student.email},wizard\n`, { removeMissing: true });
    assert.deepEqual([one.invalid, one.removals], [1, 0]);
  });

  test("what was changed here by hand stays, until the file says something new", async () => {
    const { people, test: kernel } = built();
    const { courseId, preview, apply, lines, members, as } = await openRoster(built(), "ROSTER-5");
    const file = `email,role\n${people.student.email},student\n${people.classmate.email},student\n`;
    await apply((await preview(file)).importId);
    await kernel.must(as("instructor"), "courses.enrolPerson", {
      ...{ courseId, email: people.student.email, role: "teaching_assistant" },
    });
    const taken = (await members()).find(({ email }) => email === people.classmate.email);
    await kernel.must(as("instructor"), "courses.endEnrolment", { enrolmentId: taken?.enrolmentId ?? "" });
    const one = await preview(file);
    assert.equal(one.kept, 2);
    assert.match((await lines(one.importId, "kept"))[1]?.reason ?? "", /taken out of the course by hand/);
    const other = await preview(file.replace(/student$/m, "observer"));
    assert.equal(other.changes, 1);
  });

  test("what has changed between preview and applying is left out, and the report says so", async () => {
    const { people, test: kernel } = built();
    const { courseId, preview, apply, as } = await openRoster(built(), "ROSTER-6");
    const one = await preview(`email\n${people.student.email}\n=1+1\n`);
    await kernel.must(as("instructor"), "courses.enrolPerson", {
      ...{ courseId, email: people.student.email, role: "observer" },
    });
    assert.equal((await apply(one.importId)).skipped, 1);
    const { csv } = await kernel.must<{ csv: string }>(as("instructor"), "courses.getRosterReport", {
      importId: one.importId,
    });
    assert.match(
      csv,
      /^line,outcome,name,email,role,group,reason,not applied because\r\n2,add,.*changed after/,
    );
    assert.match(csv, /'=1\+1/);
  });

  test("unknown people: a teacher gets the list, an admin has them invited and enrolled", async () => {
    const { test: kernel } = built();
    const { preview, apply, members, refused, as } = await openRoster(built(), "ROSTER-7");
    const file = "name,email\nليلى 🌙,layla@lindenhof.example\n,nameless@lindenhof.example\n";
    const one = await preview(file);
    assert.deepEqual([one.unknown, one.mayInvite], [2, false]);
    const { importId } = one;
    const wish = { importId, inviteUnknown: true };
    assert.equal(await refused("instructor", "courses.applyRoster", wish), "only_admins_invite");
    const { csv } = await kernel.must<{ csv: string }>(as("instructor"), "courses.getRosterReport", {
      ...{ importId, outcome: "unknown" },
    });
    assert.match(csv, /layla@lindenhof\.example/);
    const done = await apply(importId, { inviteUnknown: true, byMail: true }, "admin");
    assert.equal(done.invited, 1);
    const [layla] = await members({ search: "layla@" });
    assert.deepEqual([layla?.name, layla?.hasJoined, layla?.origin], ["ليلى 🌙", false, "import"]);
    const links = await kernel.must<{ csv: string; invited: unknown[] }>(
      as("admin"),
      "courses.issueRosterInvitations",
      { importId },
    );
    assert.equal(links.invited.length, 1);
    const [, email, link = ""] = links.csv.trim().split(",");
    assert.equal(email, "layla@lindenhof.example");
    await kernel.must(null, "identity.acceptInvitation", {
      ...{ invitationToken: link, password: "nine loud herons" },
    });
    assert.equal(await refused("instructor", "courses.issueRosterInvitations", { importId }), "forbidden");
  });

  test("files that are no lists say why, and long ones are read to their end", async () => {
    const { people } = built();
    const { preview, lines, refused } = await openRoster(built(), "ROSTER-8");
    const bad = await preview("name,role\nAda,student\n");
    assert.match(bad.problem ?? "", /first line must name the columns: email/);
    const { importId } = bad;
    assert.equal(await refused("instructor", "courses.applyRoster", { importId }), "not_ready");
    const long = [`email`, people.student.email];
    for (let number = 0; number < 12_000; number++) long.push(`p${number}@far.example`);
    const one = await preview(long.join("\n"));
    assert.deepEqual([one.state, one.rowsRead, one.adds, one.unknown], ["ready", 12_001, 1, 12_000]);
    assert.equal((await lines(one.importId, "add")).length, 1);
  });

  test("an import stops where the course is archived meanwhile, and one given up is not applied", async () => {
    const { people, test: kernel } = built();
    const { courseId, preview, refused, as } = await openRoster(built(), "ROSTER-9");
    const two = await preview(`email\n${people.student.email}\n`);
    await kernel.must(as("instructor"), "courses.cancelRoster", { importId: two.importId });
    const late = { importId: two.importId };
    assert.equal(await refused("instructor", "courses.applyRoster", late), "not_ready");
    const one = await preview(`email\n${people.student.email}\n`);
    await kernel.must(as("instructor"), "courses.applyRoster", { importId: one.importId });
    await kernel.must<Course>(as("instructor"), "courses.archiveCourse", { courseId });
    await kernel.kernel.settle();
    const { state, problem } = await kernel.must<RosterImport>(as("instructor"), "courses.getRosterImport", {
      importId: one.importId,
    });
    assert.equal(state, "failed");
    assert.match(problem ?? "", /archived/);
  });
});
