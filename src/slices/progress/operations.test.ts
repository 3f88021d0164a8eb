/** Today and progress as students and those who teach see them, on both engines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import { buildAssignment, buildExtension, buildGrade, buildSubmission } from "../assignments/fixtures.ts";
import { assignmentsSlice } from "../assignments/slice.ts";
import { type BuiltCourse, buildBareCourse, type Persona, personas } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { gradesSlice } from "../grades/slice.ts";
import { buildMaterial } from "../materials/fixtures.ts";
import { materialsSlice } from "../materials/slice.ts";
import { observersSlice } from "../observers/slice.ts";
import { queriesSlice } from "../queries/slice.ts";
import type { CourseProgress, StudentProgress, Today } from "./schema.ts";
import { progressSlice } from "./slice.ts";

type TodayOutput = z.output<typeof Today>;
type ProgressOutput = z.output<typeof CourseProgress>;
interface ListOutput {
  readonly items: readonly StudentProgress[];
  readonly nextCursor: string | null;
  readonly students: number;
  readonly behind: number;
  readonly unnamed: number;
}

const slices = [observersSlice, materialsSlice, assignmentsSlice, queriesSlice, gradesSlice, progressSlice];
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const must = <Output>(built: BuiltCourse, who: Persona, operation: string, input: object = {}) =>
  built.test.must<Output>(built.people[who].token, operation, JSON.parse(JSON.stringify(input)));
const attempt = async (built: BuiltCourse, who: Persona | null, operation: string, input: object) => {
  const token = who === null ? null : built.people[who].token;
  const result = await built.test.call(token, operation, JSON.parse(JSON.stringify(input)));
  return "failure" in result ? result.failure.code : "done";
};
const todayOf = (built: BuiltCourse, who: Persona) => must<TodayOutput>(built, who, "progress.getToday");
const progressOf = (built: BuiltCourse, who: Persona, studentId?: string) =>
  must<ProgressOutput>(built, who, "progress.getCourseProgress", {
    courseId: built.course.courseId,
    ...(studentId === undefined ? {} : { studentId }),
  });
const listOf = (built: BuiltCourse, input: object = {}) =>
  must<ListOutput>(built, "assistant", "progress.listStudentProgress", {
    courseId: built.course.courseId,
    ...input,
  });
const lineOf = async (built: BuiltCourse, who: Persona) => {
  const { items } = await listOf(built);
  return items.find(({ student }) => student.personId === built.people[who].id) ?? assert.fail();
};

eachCourse("progress", slices, (built) => {
  test("everybody has a Today; progress of others is for those who teach", async () => {
    const { courseId } = built().course;
    const studentId = built().people.student.id;
    assert.equal(await attempt(built(), null, "progress.getToday", {}), "unauthenticated");
    assert.equal(await attempt(built(), null, "progress.recordVisit", {}), "unauthenticated");
    for (const who of personas)
      assert.equal(await attempt(built(), who, "progress.getToday", {}), "done", `Today of ${who}`);
    const outside = ["former", "otherInstructor", "outsider"];
    for (const who of personas) {
      const teaches = ["admin", "instructor", "assistant"].includes(who);
      const turned = outside.includes(who) ? "not_found" : "forbidden";
      const list = await attempt(built(), who, "progress.listStudentProgress", { courseId });
      assert.equal(list, teaches ? "done" : turned, `the list as ${who}`);
      const one = await attempt(built(), who, "progress.getCourseProgress", { courseId, studentId });
      assert.equal(one, teaches || who === "student" ? "done" : turned, `the student's as ${who}`);
      const own = await attempt(built(), who, "progress.getCourseProgress", { courseId });
      const studies = who === "student" || who === "classmate";
      assert.equal(own, studies ? "done" : turned, `one's own as ${who}`);
    }
    const former = built().people.former.id;
    assert.equal(
      await attempt(built(), "instructor", "progress.getCourseProgress", { courseId, studentId: former }),
      "not_found",
    );
  });

  test("Today: what is due by one's own dates, struck when it is done", async () => {
    const { test: kernel } = built();
    const due = await buildAssignment(built(), { title: "Soon", dueInMs: 2 * dayMs });
    const late = await buildAssignment(built(), { title: "Was due", dueInMs: 1_000 });
    const own = await buildAssignment(built(), { title: "Given more time", dueInMs: 1_000 });
    await buildExtension(built(), own, { dueAt: kernel.clock.now() + 3 * dayMs });
    await buildAssignment(built(), { title: "A draft", published: false });
    kernel.clock.advance(2_000);
    const of = async (who: Persona, title: string) =>
      (await todayOf(built(), who)).due.find((item) => item.title === title);
    assert.equal((await of("student", "Soon"))?.bucket, "week");
    assert.equal((await of("student", "Was due"))?.bucket, "overdue");
    assert.deepEqual(
      [(await of("student", "Given more time"))?.bucket, (await of("student", "Given more time"))?.isOwnDate],
      ["week", true],
    );
    assert.equal(
      (await of("classmate", "Given more time"))?.bucket,
      "overdue",
      "the date is the student's only",
    );
    assert.equal(await of("student", "A draft"), undefined);
    await buildSubmission(built(), due);
    assert.equal((await of("student", "Soon"))?.isDone, true);
    await buildSubmission(built(), late);
    assert.equal((await of("student", "Was due"))?.isDone, true, "struck, until the day is over");
    kernel.clock.advance(dayMs);
    assert.equal(await of("student", "Was due"), undefined);
    for (const who of ["instructor", "observer", "outsider", "former"] as const)
      assert.deepEqual((await todayOf(built(), who)).due, [], `${who} hands nothing in`);
  });

  test("Today: what came since the last visit, and reading writes nothing", async () => {
    const { test: kernel } = built();
    kernel.clock.advance(60_000);
    const before = await buildMaterial(built(), { published: true, title: "From before" });
    kernel.clock.advance(60_000);
    assert((await todayOf(built(), "student")).recordsVisit);
    await must(built(), "student", "progress.recordVisit");
    kernel.clock.advance(60_000);
    const during = await todayOf(built(), "student");
    assert.equal(during.recordsVisit, false);
    assert(
      during.news.some(({ subjectId }) => subjectId === before.materialId),
      "still new in this visit",
    );
    kernel.clock.advance(5 * hourMs);
    const { courseId } = built().course;
    await buildMaterial(built(), { published: false, title: "A draft" });
    const { materialId } = await buildMaterial(built(), { published: true, title: "Light" });
    await must(built(), "instructor", "courses.postAnnouncement", { courseId, title: "Room changed" });
    const assignment = await buildAssignment(built(), { title: "Marked" });
    await buildGrade(built(), await buildSubmission(built(), assignment), { points: 9 });
    const query = { courseId, title: "How far?", body: "How far is it?" };
    const { queryId } = await must<{ queryId: string }>(built(), "student", "queries.createQuery", query);
    kernel.clock.advance(1_000);
    const kinds = async (who: Persona) =>
      (await todayOf(built(), who)).news.map(({ kind, title }) => `${kind} ${title}`);
    assert.deepEqual((await kinds("student")).sort(), ["announcement Room changed", "material Light"]);
    await must(built(), "instructor", "assignments.releaseGrades", { assignmentId: assignment.assignmentId });
    await must(built(), "assistant", "queries.answerQuery", { queryId, body: "Far." });
    kernel.clock.advance(1_000);
    assert.deepEqual((await kinds("student")).slice(0, 2).sort(), ["answer How far?", "grade Marked"]);
    assert(!(await kinds("classmate")).some((each) => /^(grade|answer)/.test(each)), "not the classmate's");
    await must(built(), "instructor", "grades.updateGradeColumn", {
      ...{ courseId, columnId: assignment.assignmentId, posted: false },
    });
    assert(!(await kinds("student")).includes("grade Marked"), "its column is hidden");
    await must(built(), "instructor", "grades.updateGradeColumn", {
      ...{ courseId, columnId: assignment.assignmentId, posted: true },
    });
    await must(built(), "student", "materials.recordReading", { materialId, place: 3 });
    const [reading] = (await todayOf(built(), "student")).reading;
    assert.deepEqual([reading?.title, reading?.place], ["Light", 3]);
    await must(built(), "student", "materials.markMaterialRead", { materialId });
    assert.deepEqual((await todayOf(built(), "student")).reading, []);
  });

  test("Today of those who teach: what waits, the longest first; mixed roles see both", async () => {
    const { test: kernel } = built();
    const { courseId } = built().course;
    const old = await buildAssignment(built(), { title: "Waits longest" });
    await buildSubmission(built(), old);
    kernel.clock.advance(1_000);
    const graded = await buildAssignment(built(), { title: "To release" });
    await buildGrade(built(), await buildSubmission(built(), graded), { points: 5 });
    await must(built(), "student", "queries.createQuery", { courseId, title: "First", body: "?" });
    kernel.clock.advance(1_000);
    await must(built(), "classmate", "queries.createQuery", { courseId, title: "Second", body: "?" });
    const waiting = (today: TodayOutput) =>
      today.grading
        .filter(({ title }) => ["Waits longest", "To release"].includes(title))
        .map(({ title, toGrade, toRelease }) => [title, toGrade, toRelease]);
    for (const who of ["instructor", "assistant"] as const) {
      const today = await todayOf(built(), who);
      // Assistants grade, and release nothing.
      assert.deepEqual(waiting(today), [
        ["Waits longest", 1, 0],
        ...(who === "instructor" ? [["To release", 0, 1]] : []),
      ]);
      assert.deepEqual(
        today.queries.map(({ title }) => title),
        ["First", "Second"],
      );
      assert.deepEqual([today.teaches, today.studies], [true, false]);
    }
    await must(built(), "instructor", "assignments.releaseGrades", { assignmentId: graded.assignmentId });
    assert.deepEqual(waiting(await todayOf(built(), "instructor")), [["Waits longest", 1, 0]]);
    for (const who of ["student", "observer", "otherInstructor", "outsider", "teacherAsStudent"] as const) {
      const { grading, queries } = await todayOf(built(), who);
      assert.deepEqual([grading, queries], [[], []], `nothing waits for ${who}`);
    }
    const other = await buildBareCourse(kernel, built().people.otherInstructor, { code: "CHEM-1" });
    await must(built(), "otherInstructor", "courses.enrolPerson", {
      ...{ courseId: other.courseId, email: built().people.assistant.email, role: "student" },
    });
    const both = await todayOf(built(), "assistant");
    assert.deepEqual([both.teaches, both.studies], [true, true]);
    await must(built(), "otherInstructor", "courses.archiveCourse", { courseId: other.courseId });
    assert.equal((await todayOf(built(), "assistant")).studies, false, "an archived course asks for nothing");
  });

  test("a student's progress and the list of those who teach say the same", async () => {
    const { test: kernel, people } = built();
    const { courseId } = built().course;
    const { materialId } = await buildMaterial(built(), { published: true, title: "Counts" });
    const { moduleId } = await must<{ moduleId: string }>(built(), "instructor", "courses.createModule", {
      ...{ courseId, title: "Week 1" },
    });
    await must(built(), "instructor", "materials.moveMaterial", { materialId, moduleId });
    const later = await buildMaterial(built(), { published: true, title: "Comes later" });
    await must(built(), "instructor", "materials.setMaterialRelease", {
      ...{
        materialId: later.materialId,
        version: later.version,
        availableFrom: kernel.clock.now() + 90 * dayMs,
      },
    });
    const groupSet = { courseId, name: "Labs", groupCount: 1 };
    const { groupSetId } = await must<{ groupSetId: string }>(
      built(),
      "instructor",
      "courses.createGroupSet",
      groupSet,
    );
    const { items: groups } = await must<{ items: { groupId: string }[] }>(
      ...[built(), "instructor" as const, "courses.listGroups", { groupSetId }],
    );
    const groupId = groups[0]?.groupId ?? "";
    await must(built(), "instructor", "courses.setGroupOfPerson", {
      groupSetId,
      personId: people.classmate.id,
      groupId,
    });
    const forGroup = await buildMaterial(built(), { published: true, title: "For the lab" });
    await must(built(), "instructor", "materials.setMaterialRelease", {
      ...{ materialId: forGroup.materialId, version: forGroup.version, groupIds: [groupId] },
    });
    const excused = await buildAssignment(built(), { title: "Excused", dueInMs: 1_000 });
    await must(built(), "instructor", "grades.setGradeCells", {
      courseId,
      cells: [
        {
          columnId: excused.assignmentId,
          studentId: people.student.id,
          version: 1,
          points: null,
          excused: true,
        },
      ],
    });
    await must(built(), "student", "materials.markMaterialRead", { materialId });
    await must(built(), "classmate", "materials.markMaterialRead", { materialId: forGroup.materialId });
    kernel.clock.advance(2_000);

    for (const who of ["student", "classmate"] as const) {
      const own = await progressOf(built(), who);
      const line = await lineOf(built(), who);
      assert.deepEqual(line.count, own.count, `${who} and those who teach see one figure`);
      assert.deepEqual((await progressOf(built(), "instructor", people[who].id)).count, own.count);
    }
    const mine = await progressOf(built(), "student");
    const itemOf = (title: string) =>
      mine.modules.flatMap(({ items }) => items).find((each) => each.title === title) ?? assert.fail(title);
    assert.deepEqual([itemOf("Counts").state, itemOf("Counts").isDone], ["read", true]);
    assert.deepEqual([itemOf("Comes later").state, itemOf("Comes later").isCounted], ["locked", true]);
    assert.match(itemOf("Comes later").locks[0]?.reason ?? "", /It opens on/);
    assert.deepEqual([itemOf("For the lab").state, itemOf("For the lab").isCounted], ["locked", false]);
    assert.deepEqual([itemOf("Excused").state, itemOf("Excused").isCounted], ["excused", false]);
    assert(
      mine.modules.some(
        ({ title, items }) => title === "Week 1" && items.some(({ id }) => id === materialId),
      ),
    );
    assert((await lineOf(built(), "classmate")).missing > (await lineOf(built(), "student")).missing);
  });

  test("who has fallen behind comes first, with the reasons; filters, search, groups and pages", async () => {
    const { test: kernel, people } = built();
    kernel.clock.advance(20 * dayMs);
    await must(built(), "student", "materials.recordReading", {
      materialId: (await buildMaterial(built(), { published: true, title: "Read today" })).materialId,
    });
    const { items, students, behind } = await listOf(built());
    assert.equal(students, 2, "former students, observers and teachers are no students");
    assert.equal(items.length, 2);
    assert(behind >= 1);
    const classmate = items.find(({ student }) => student.personId === people.classmate.id);
    assert(classmate?.reasons.some(({ kind, count }) => kind === "inactive" && (count ?? 0) >= 19));
    assert(classmate?.reasons.some(({ kind }) => kind === "missing"));
    assert(!(await lineOf(built(), "student")).reasons.some(({ kind }) => kind === "inactive"));
    const ids = (list: ListOutput) => list.items.map(({ student }) => student.personId);
    assert.deepEqual(ids(await listOf(built(), { filter: "inactive" })), [people.classmate.id]);
    assert.deepEqual(ids(await listOf(built(), { search: people.student.name.slice(0, 4).toUpperCase() })), [
      people.student.id,
    ]);
    assert.deepEqual(ids(await listOf(built(), { groupId: "no-such-group" })), []);
    for (const sort of ["behind", "name", "read", "handed_in", "missing", "late", "active", "total"]) {
      const first = await listOf(built(), { sort, limit: 1 });
      const second = await listOf(built(), { sort, limit: 1, cursor: first.nextCursor ?? "" });
      assert.deepEqual(
        [...ids(first), ...ids(second)],
        ids(await listOf(built(), { sort })),
        `pages by ${sort}`,
      );
      assert.equal(second.nextCursor, null);
    }
    const { courseId } = built().course;
    assert.equal(
      await attempt(built(), "instructor", "progress.listStudentProgress", { courseId, cursor: "forged" }),
      "invalid_input",
    );
  });

  test("what is graded without names is beside no name, but in the student's own progress", async () => {
    const { test: kernel, people } = built();
    const blind = await must<{ assignmentId: string }>(
      built(),
      "instructor",
      "assignments.createAssignment",
      {
        ...{
          courseId: built().course.courseId,
          title: "Blind",
          pointsMax: 10,
          isAnonymous: true,
          published: true,
        },
        dueAt: kernel.clock.now() + dayMs,
      },
    );
    const before = await lineOf(built(), "student");
    kernel.clock.advance(1_000);
    await buildSubmission(built(), blind as never);
    assert.deepEqual(await lineOf(built(), "student"), before, "not even when they were active");
    assert((await listOf(built())).unnamed >= 1);
    const seen = await progressOf(built(), "instructor", people.student.id);
    assert(!JSON.stringify(seen).includes("Blind"));
    assert.equal(seen.unnamed, 1);
    const own = await progressOf(built(), "student");
    assert.equal(own.unnamed, 0);
    assert(JSON.stringify(own).includes("Blind"));
    assert(!JSON.stringify((await todayOf(built(), "instructor")).grading).includes(people.student.name));
  });
});
