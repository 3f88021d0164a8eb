/** Dates and attempts of one's own, where everybody stands, work of groups, and what moving a date would mean. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildBareCourse } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { buildAssignment, buildExtension, buildGrade, buildSubmission } from "./fixtures.ts";
import type { Assignment } from "./schema.ts";
import { assignmentsSlice } from "./slice.ts";
import { deskOf, setting } from "./testing.ts";

eachCourse("extensions", [assignmentsSlice], (built) => {
  const teach = <Output>(name: string, input: object) =>
    built().test.must<Output>(built().people.instructor.token, `assignments.${name}`, { ...input });
  const refusal = async (name: string, input: object) => {
    const { test: kernel, people } = built();
    const result = await kernel.call(people.instructor.token, `assignments.${name}`, { ...input });
    return "failure" in result ? `${result.failure.code}: ${result.failure.message}` : "done";
  };

  test("a later date for one student holds for them alone, and they are not told why", async () => {
    const { test: kernel } = built();
    const now = kernel.clock.now();
    const assignment = await setting(built(), { dueAt: now + 1_000, untilAt: now + 2_000 });
    const dueAt = now + 60_000;
    const given = await buildExtension(built(), assignment, { dueAt, reason: "In hospital." });
    assert.deepEqual([given.dueAt, given.reason, given.name], [dueAt, "In hospital.", "Ada Lovelace"]);
    kernel.clock.advance(3_000);
    const [student, classmate] = [deskOf(built(), assignment), deskOf(built(), assignment, "classmate")];
    assert.match(await classmate.addCode("late.md"), /^closed/);
    const { terms } = await student.mine();
    assert.deepEqual(
      [terms.dueAt, terms.untilAt, terms.isOwnDate, terms.window],
      [dueAt, dueAt, true, "open"],
    );
    assert(!JSON.stringify(await student.mine()).includes("hospital"));
    await student.add("shadow.md");
    assert.equal((await student.submit(1)).late, false);
    const seen = await student.must<Assignment>("getAssignment");
    assert.deepEqual([seen.mine?.state, seen.mine?.dueAt, seen.dueAt], ["handed_in", dueAt, now + 1_000]);

    const { extensionId } = given;
    assert.match(await refusal("revokeExtension", { extensionId, version: 7 }), /^stale_version/);
    await teach("revokeExtension", { extensionId, version: 1 });
    assert.equal((await student.must<Assignment>("getAssignment")).mine?.state, "late");
  });

  test("one more attempt may be used after the grade, too", async () => {
    const assignment = await setting(built(), { attemptsMax: 1 });
    const desk = deskOf(built(), assignment);
    await desk.add("first.md");
    await buildGrade(built(), await desk.submit(1));
    await teach("releaseGrades", { assignmentId: assignment.assignmentId });
    await desk.add("second.md");
    assert.match(await desk.code("submitDraft", { version: 3 }), /^already_graded/);
    await buildExtension(built(), assignment, { extraAttempts: 1 });
    assert.equal((await desk.submit(3)).attempt, 2);
  });

  test("an extension that makes no sense is refused, and one that somebody changed is not overwritten", async () => {
    const { test: kernel, people } = built();
    const now = kernel.clock.now();
    const { assignmentId } = await setting(built(), { availableFrom: now + 1_000 });
    const forStudent = { assignmentId, studentId: people.student.id };
    assert.match(await refusal("grantExtension", forStudent), /would change nothing/);
    assert.match(
      await refusal("grantExtension", { ...forStudent, dueAt: now }),
      /due before students can see/,
    );
    const outsider = { assignmentId, studentId: people.outsider.id, extraAttempts: 1 };
    assert.match(await refusal("grantExtension", outsider), /Nobody with this id studies/);
    assert.match(await refusal("grantExtension", { assignmentId, extraAttempts: 1 }), /name the student/);
    assert.equal(await refusal("grantExtension", { ...forStudent, extraAttempts: 1 }), "done");
    assert.match(await refusal("grantExtension", { ...forStudent, extraAttempts: 2 }), /^stale_version/);
    assert.equal(await refusal("grantExtension", { ...forStudent, extraAttempts: 2, version: 1 }), "done");
    const { items } = await teach<{ items: { extraAttempts: number }[] }>("listExtensions", { assignmentId });
    assert.deepEqual(
      items.map(({ extraAttempts }) => extraAttempts),
      [2],
    );
  });

  test("moving a date says first whose work becomes late or on time", async () => {
    const { test: kernel, people } = built();
    const now = kernel.clock.now();
    const assignment = await buildAssignment(built(), { dueInMs: 10_000 });
    const { assignmentId } = assignment;
    await buildSubmission(built(), assignment);
    await buildExtension(built(), assignment, { studentId: people.classmate.id, dueAt: now + 20_000 });
    kernel.clock.advance(11_000);
    await buildSubmission(built(), assignment, { as: "classmate" });
    const preview = (dueAt: number | null) =>
      teach("previewDates", { assignmentId, ...(dueAt === null ? {} : { dueAt }) });
    const nobody = { count: 0, people: [] };
    const { id: personId, name } = people.student;
    const student = { count: 1, people: [{ personId, name }] };
    const rest = { handedIn: 2, unmoved: 1 };
    assert.deepEqual(await preview(now - 1), { becomeLate: student, becomeOnTime: nobody, ...rest });
    assert.deepEqual(await preview(null), { becomeLate: nobody, becomeOnTime: nobody, ...rest });
    await teach("updateAssignment", { assignmentId, version: 1, dueAt: now - 1 });
    assert.deepEqual(await preview(now + 5), { becomeLate: nobody, becomeOnTime: student, ...rest });
  });
});

eachCourse("where everybody stands", [assignmentsSlice], (built) => {
  test("students find what to do, those who teach what to grade", async () => {
    const { test: kernel, people, course } = built();
    const now = kernel.clock.now();
    const make = (title: string, changes: object = {}) =>
      kernel.must<Assignment>(people.instructor.token, "assignments.createAssignment", {
        courseId: course.courseId,
        title,
        pointsMax: 10,
        published: true,
        filesMax: 2,
        dueAt: now + 50_000,
        ...changes,
      });
    const handedIn = await make("d handed in");
    const late = await make("c late", { dueAt: now });
    const graded = await make("b graded");
    await make("a missing", { dueAt: now });
    await make("e upcoming", { availableFrom: now + 40_000 });
    const draft = await make("f draft");
    await make("g to do");
    await make("h unpublished", { published: false });
    kernel.clock.advance(10);
    await buildSubmission(built(), handedIn);
    await buildSubmission(built(), late);
    await buildGrade(built(), await buildSubmission(built(), graded));
    const { assignmentId } = graded;
    await kernel.must(people.instructor.token, "assignments.releaseGrades", { assignmentId });
    await deskOf(built(), draft).add("begun.md");

    type Page = { items: Assignment[]; nextCursor: string | null };
    const list = (as: "student" | "instructor", input: object) =>
      kernel.must<Page>(people[as].token, "assignments.listAssignments", {
        courseId: course.courseId,
        ...input,
      });
    const states = async (input: object) =>
      (await list("student", input)).items.map(({ title, mine }) => `${title.slice(0, 1)} ${mine?.state}`);
    assert.deepEqual(await states({ sort: "title" }), [
      "a missing",
      "b graded",
      "c late",
      "d handed_in",
      "e upcoming",
      "f draft",
      "g to_do",
    ]);
    assert.deepEqual(await states({ sort: "title", filter: "to_do" }), ["a missing", "f draft", "g to_do"]);
    assert.deepEqual(await states({ sort: "title", filter: "missing" }), ["a missing"]);
    assert.deepEqual(await states({ sort: "newest", limit: 1, filter: "handed_in" }), ["d handed_in"]);
    const first = await list("student", { sort: "title", limit: 2 });
    const next = await list("student", { sort: "title", limit: 2, cursor: first.nextCursor });
    assert.deepEqual(
      [...first.items, ...next.items].map(({ title }) => title.slice(0, 1)),
      ["a", "b", "c", "d"],
    );

    const counted = await list("instructor", { sort: "title", filter: "to_grade" });
    assert.deepEqual(
      counted.items.map(({ title, counts }) => [title, counts]),
      [
        ["c late", { expected: 2, handedIn: 1, late: 1, toGrade: 1, missing: 1 }],
        ["d handed in", { expected: 2, handedIn: 1, late: 0, toGrade: 1, missing: 0 }],
      ],
    );
    assert.equal((await list("instructor", { filter: "unpublished" })).items[0]?.title, "h unpublished");
    assert.equal((await list("student", {})).items[0]?.counts, null);
  });
});

eachCourse("a course without students", [assignmentsSlice], (built) => {
  test("lists its assignments, with nobody to hand in", async () => {
    const { test: kernel, people } = built();
    const { courseId } = await buildBareCourse(kernel, people.instructor, { code: "EMPTY-1" });
    await buildAssignment(built(), { courseId });
    const { items } = await kernel.must<{ items: Assignment[] }>(
      people.instructor.token,
      "assignments.listAssignments",
      { courseId },
    );
    const counts = { expected: 0, handedIn: 0, late: 0, toGrade: 0, missing: 0 };
    assert.deepEqual(items[0]?.counts, counts);
  });
});

eachCourse("work of groups", [assignmentsSlice], (built) => {
  test("any member hands in for all, from one draft, and who was in the group then is kept", async () => {
    const { test: kernel, people, course } = built();
    const { instructor, student, classmate } = people;
    const courses = <Output>(name: string, input: object) =>
      kernel.must<Output>(instructor.token, `courses.${name}`, { ...input });
    const { groupSetId } = await courses<{ groupSetId: string }>("createGroupSet", {
      courseId: course.courseId,
      name: "Partners",
      groupCount: 1,
    });
    const { items } = await courses<{ items: { groupId: string }[] }>("listGroups", { groupSetId });
    const groupId = items[0]?.groupId;
    const assignment = await setting(built(), { groupSetId, acceptsText: true });
    const [ada, other] = [deskOf(built(), assignment), deskOf(built(), assignment, "classmate")];
    assert.match(await ada.addCode("alone.md"), /^no_group: .*in no group yet/);
    for (const personId of [student.id, classmate.id])
      await courses("setGroupOfPerson", { groupSetId, groupId, personId });

    await ada.add("ours.md");
    assert.equal((await other.mine()).draft.files[0]?.file.fileName, "ours.md");
    await other.write("Together.", 1);
    const receipt = await other.submit(2);
    assert.match(await ada.code("submitDraft", { version: 2 }), /^stale_version/);
    const mine = await ada.mine();
    assert.equal(mine.submission?.attempts[0]?.handedInBy.personId, classmate.id);
    assert.deepEqual(
      mine.terms.members.map(({ personId }) => personId).sort(),
      [student.id, classmate.id].sort(),
    );
    const { submissionId } = receipt;
    const own = await kernel.must<{ fileName: string }>(student.token, "assignments.downloadSubmission", {
      submissionId,
    });
    assert.equal(own.fileName, "ours.md");

    const { counts } = await kernel.must<Assignment>(instructor.token, "assignments.getAssignment", {
      assignmentId: assignment.assignmentId,
    });
    assert.deepEqual(counts, { expected: 1, handedIn: 1, late: 0, toGrade: 1, missing: 0 });
    await courses("setGroupOfPerson", { groupSetId, groupId: null, personId: student.id });
    assert.equal(
      (await ada.mine()).submission?.submissionId,
      submissionId,
      "it still counts for who has left",
    );
    assert.match(await ada.code("submitDraft", { version: 0 }), /^no_group/);
  });
});
