/** The ways into a course and out of it: links, the join code, coming back; and what a list of members finds. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CourseLink } from "./course-link-schema.ts";
import { type BuiltCourse, buildBareCourse, type Persona } from "./fixtures.ts";
import type { Course, Enrolment } from "./schema.ts";
import { eachCourse } from "./testing.ts";

const dayMs = 24 * 3_600_000;

interface Shown {
  readonly link: CourseLink;
  readonly address: string;
}

async function openWays({ test: kernel, people }: BuiltCourse, code: string) {
  const course = await buildBareCourse(kernel, people.instructor, { code });
  const { courseId } = course;
  const as = (who: Persona) => people[who].token;
  const must = <Output>(who: Persona, operation: string, input: object) =>
    kernel.must<Output>(as(who), operation, JSON.parse(JSON.stringify(input)));
  const outcomeOf = async (who: Persona | "nobody", operation: string, input: object) => {
    const token = who === "nobody" ? null : as(who);
    const result = await kernel.call(token, operation, JSON.parse(JSON.stringify(input)));
    return "failure" in result ? result.failure.code : "done";
  };
  const link = (more: object = {}) =>
    must<Shown>("instructor", "courses.createCourseLink", { courseId, label: "Guests 🎓", ...more });
  const members = async (more: object = {}) =>
    (await must<{ items: Enrolment[] }>("instructor", "courses.listEnrolments", { courseId, ...more })).items;
  return { course, courseId, must, outcome: outcomeOf, link, members };
}

eachCourse("ways into a course", [], (built) => {
  test("a link says where it leads to anyone, enrols who is signed in, once, and knows who came by it", async () => {
    const { people, test: kernel } = built();
    const { courseId, must, outcome, link, members } = await openWays(built(), "WAYS-1");
    const { link: made, address } = await link({ role: "teaching_assistant" });
    assert.match(address, /\/enrol#[\w-]{24}$/);
    const opened = await kernel.must<{ role: string; courseId: string; invitedBy: string }>(
      null,
      "courses.openCourseLink",
      { linkToken: address },
    );
    assert.deepEqual(
      [opened.courseId, opened.role, opened.invitedBy],
      [courseId, "teaching_assistant", people.instructor.name],
    );
    assert.equal(await outcome("nobody", "courses.joinByLink", { linkToken: address }), "unauthenticated");
    const linkToken = address.slice(address.indexOf("#") + 1);
    assert.equal(
      (await must<Course>("student", "courses.joinByLink", { linkToken })).myRole,
      "teaching_assistant",
    );
    await must("student", "courses.joinByLink", { linkToken });
    assert.equal(
      (await must<Course>("instructor", "courses.joinByLink", { linkToken })).myRole,
      "instructor",
    );
    const { items } = await must<{ items: CourseLink[] }>("instructor", "courses.listCourseLinks", {
      courseId,
    });
    assert.deepEqual(
      items.map(({ uses, state }) => [uses, state]),
      [[1, "open"]],
    );
    const [came] = await members({ linkId: made.linkId });
    assert.deepEqual(
      [came?.personId, came?.origin, came?.originLabel],
      [people.student.id, "link", "Guests 🎓"],
    );
    const again = await must<Shown>("instructor", "courses.showCourseLink", { linkId: made.linkId });
    assert.equal(again.address, address);
  });

  test("a link ends: used up, withdrawn, expired; and its secret stands in no row", async () => {
    const { test: kernel } = built();
    const { courseId, must, outcome, link } = await openWays(built(), "WAYS-2");
    const join = (who: Persona, { address }: Shown) =>
      outcome(who, "courses.joinByLink", { linkToken: address });
    const one = await link({ usesMax: 1 });
    assert.equal(await join("student", one), "done");
    assert.equal(await join("classmate", one), "link_used_up");
    // Whoever is in the course gets there all the same.
    assert.equal(await join("student", one), "done");
    const withdrawn = await link();
    await must("instructor", "courses.revokeCourseLink", { linkId: withdrawn.link.linkId });
    await must("instructor", "courses.revokeCourseLink", { linkId: withdrawn.link.linkId });
    assert.equal(await join("classmate", withdrawn), "link_revoked");
    const short = await link({ expiresAt: kernel.clock.now() + dayMs });
    kernel.clock.advance(dayMs);
    assert.equal(await join("classmate", short), "link_expired");
    assert.equal(await outcome("classmate", "courses.joinByLink", { linkToken: "guess" }), "link_invalid");
    assert.equal(
      await outcome("instructor", "courses.createCourseLink", { courseId, label: "x", expiresAt: 1 }),
      "invalid_input",
    );
    const forAdmins = await link({ role: "observer" });
    await must("instructor", "courses.unpublishCourse", { courseId });
    assert.equal(await join("classmate", forAdmins), "course_not_open");
    await must("instructor", "courses.publishCourse", { courseId });
    await must("instructor", "courses.archiveCourse", { courseId });
    assert.equal(await join("classmate", forAdmins), "course_archived");
    await must("instructor", "courses.trashCourse", { courseId });
    assert.equal(await join("classmate", forAdmins), "link_invalid");
  });

  test("two at once do not both come by the last use of a link", async () => {
    const { outcome, link, members } = await openWays(built(), "WAYS-3");
    const { address } = await link({ usesMax: 1 });
    const codes = await Promise.all(
      (["student", "classmate"] as const).map((who) =>
        outcome(who, "courses.joinByLink", { linkToken: address }),
      ),
    );
    assert.deepEqual(codes.sort(), ["done", "link_used_up"]);
    assert.equal((await members({ origin: "link" })).length, 1);
  });

  test("a join code that is off lets nobody in, and is the same one when it is on again", async () => {
    const { course, courseId, must, outcome } = await openWays(built(), "WAYS-4");
    const off = await must<Course>("instructor", "courses.setJoinCode", { courseId, on: false });
    assert.equal(off.joinCode, null);
    const { joinCode } = course;
    assert.equal(await outcome("student", "courses.joinCourse", { joinCode }), "join_code_off");
    const on = await must<Course>("instructor", "courses.setJoinCode", { courseId, on: true });
    assert.equal(on.joinCode, joinCode);
    await must("instructor", "courses.setJoinCode", { courseId, on: false });
    const renewed = await must<Course>("instructor", "courses.renewJoinCode", { courseId });
    assert.notEqual(renewed.joinCode, null);
    assert.notEqual(renewed.joinCode, joinCode);
  });

  test("taken out by mistake: brought back with role and groups; told plainly meanwhile", async () => {
    const { people, test: kernel } = built();
    const { courseId, must, outcome, members } = await openWays(built(), "WAYS-5");
    const email = people.student.email;
    const { enrolmentId } = await must<Enrolment>("instructor", "courses.enrolPerson", {
      ...{ courseId, email, role: "student" },
    });
    const { groupSetId } = await must<{ groupSetId: string }>("instructor", "courses.createGroupSet", {
      ...{ courseId, name: "Labs", groupCount: 2 },
    });
    await must("instructor", "courses.distributeGroupMembers", { groupSetId });
    const mine = async () =>
      (await must<{ items: { myGroup: unknown }[] }>("student", "courses.listGroupSets", { courseId }))
        .items[0]?.myGroup;
    const before = await mine();
    assert.notEqual(before, null);
    await must("instructor", "courses.endEnrolment", { enrolmentId });
    const result = await kernel.call(people.student.token, "courses.getCourse", { courseId });
    assert("failure" in result);
    assert.equal(result.failure.code, "not_found");
    assert.match(result.failure.message, /not in this course any more.*is kept/);
    assert.deepEqual(
      (await members({ ended: true })).map(({ personId }) => personId),
      [people.student.id],
    );
    await must("instructor", "courses.restoreEnrolment", { enrolmentId });
    await must("instructor", "courses.restoreEnrolment", { enrolmentId });
    assert.deepEqual(await mine(), before);
    assert.equal(await outcome("student", "courses.restoreEnrolment", { enrolmentId }), "forbidden");
  });

  test("members are found by name, whether their accounts are open, and page by page in order", async () => {
    const { people } = built();
    const { courseId, must, members } = await openWays(built(), "WAYS-6");
    for (const who of ["student", "classmate", "observer", "assistant"] as const)
      await must("instructor", "courses.enrolPerson", {
        ...{ courseId, email: people[who].email, role: "student" },
      });
    assert.deepEqual(
      (await members({ search: "INES r" })).map(({ name }) => name),
      [people.assistant.name],
    );
    const all = await members({ order: "name" });
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Enrolment[]; nextCursor: string | null } = await must(
        "instructor",
        "courses.listEnrolments",
        { courseId, order: "name", limit: 2, ...(cursor === null ? {} : { cursor }) },
      );
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(
      names,
      all.map(({ name }) => name),
    );
    assert.equal(names.length, 5);
    await must("admin", "identity.setPersonActive", { personId: people.observer.id, active: false });
    assert.deepEqual(
      (await members({ active: false })).map(({ personId }) => personId),
      [people.observer.id],
    );
    await must("admin", "identity.setPersonActive", { personId: people.observer.id, active: true });
  });
});
