/** Links between observers and students, and what they open, on both engines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { z } from "zod";
import { buildAssignment, buildGrade, buildSubmission } from "../assignments/fixtures.ts";
import { assignmentsSlice } from "../assignments/slice.ts";
import { type BuiltCourse, type Persona, personas } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { gradesSlice } from "../grades/slice.ts";
import { buildMaterial } from "../materials/fixtures.ts";
import { materialsSlice } from "../materials/slice.ts";
import { progressSlice } from "../progress/slice.ts";
import { queriesSlice } from "../queries/slice.ts";
import type { ObserverLink, Observers } from "./schema.ts";
import { observersSlice } from "./slice.ts";

const slices = [observersSlice, materialsSlice, assignmentsSlice, queriesSlice, gradesSlice, progressSlice];
const dayMs = 24 * 3_600_000;

const must = <Output>(built: BuiltCourse, who: Persona, operation: string, input: object = {}) =>
  built.test.must<Output>(built.people[who].token, operation, JSON.parse(JSON.stringify(input)));
const attempt = async (built: BuiltCourse, who: Persona | null, operation: string, input: object = {}) => {
  const token = who === null ? null : built.people[who].token;
  const result = await built.test.call(token, operation, JSON.parse(JSON.stringify(input)));
  return "failure" in result ? result.failure.code : "done";
};
const idOf = (built: BuiltCourse, who: Persona) => built.people[who].id;
/** Links by an admin; pairing takes a session, which tests elsewhere have. */
const link = (built: BuiltCourse, observer: Persona, student: Persona) =>
  must<ObserverLink>(built, "admin", "observers.linkObserver", {
    observerId: idOf(built, observer),
    studentId: idOf(built, student),
  });
const end = (built: BuiltCourse, who: Persona, { linkId }: ObserverLink) =>
  must(built, who, "observers.endLink", { linkId });
const observersOf = (built: BuiltCourse, who: Persona) =>
  must<z.output<typeof Observers>>(built, who, "observers.getObservers");

/** Everything that a link opens. */
const opened = (built: BuiltCourse, student: Persona) => {
  const about = { courseId: built.course.courseId, studentId: idOf(built, student) };
  return [
    ["progress.getCourseProgress", about],
    ["grades.getStudentGrades", about],
    ["assignments.listObservedWork", about],
    ["progress.getObservedStudent", { studentId: about.studentId }],
  ] as const;
};
const outcomes = async (built: BuiltCourse, who: Persona, student: Persona) =>
  Promise.all(opened(built, student).map(([operation, input]) => attempt(built, who, operation, input)));

eachCourse("observers", slices, (built) => {
  test("a link opens one student to one person, and ends at once", async () => {
    await must(built(), "instructor", "courses.publishCourse", { courseId: built().course.courseId });
    const made = await link(built(), "outsider", "student");
    assert.deepEqual(await outcomes(built(), "outsider", "student"), ["done", "done", "done", "done"]);
    assert.deepEqual(
      await outcomes(built(), "outsider", "classmate"),
      ["not_found", "not_found", "not_found", "not_found"],
      "other students do not exist",
    );
    assert.deepEqual(
      await outcomes(built(), "observer", "student"),
      ["forbidden", "forbidden", "not_found", "not_found"],
      "to be enrolled as observer is no link",
    );
    assert.equal((await link(built(), "outsider", "student")).linkId, made.linkId, "twice is harmless");
    const [seen] = (await observersOf(built(), "student")).observers;
    assert.deepEqual([seen?.observer.personId, seen?.origin], [idOf(built(), "outsider"), "admin"]);

    const { courseId } = built().course;
    for (const [operation, input] of [
      ["courses.getCourse", { courseId }],
      ["materials.getCourseContents", { courseId }],
      ["assignments.listAssignments", { courseId }],
      ["queries.getQueries", { courseId }],
      ["courses.listEnrolments", { courseId }],
      ["progress.listStudentProgress", { courseId }],
      ["progress.getCourseProgress", { courseId }],
    ] as const)
      assert.equal(await attempt(built(), "outsider", operation, input), "not_found", operation);

    for (const who of personas)
      if (!["admin", "student", "outsider"].includes(who))
        assert.equal(
          await attempt(built(), who, "observers.endLink", { linkId: made.linkId }),
          "not_found",
          `${who} has no say in it`,
        );
    await end(built(), "student", made);
    assert.deepEqual(await outcomes(built(), "outsider", "student"), Array(4).fill("not_found"));
    for (const who of ["outsider", "admin"] as const)
      await end(built(), who, await link(built(), "outsider", "student"));
  });

  test("an observer sees what is due, late and released, and nothing that the student keeps", async () => {
    const { test: kernel } = built();
    const { courseId } = built().course;
    const made = await link(built(), "outsider", "student");
    const soon = await buildAssignment(built(), { title: "Soon", dueInMs: 2 * dayMs });
    await buildAssignment(built(), { title: "Late by now", dueInMs: 1_000 });
    await buildAssignment(built(), { title: "A draft of the teacher's", published: false });
    const graded = await buildAssignment(built(), { title: "Graded", dueInMs: 3 * dayMs });
    const kept = await buildAssignment(built(), { title: "Not released", dueInMs: 4 * dayMs });
    await buildMaterial(built(), { title: "Read this" });
    kernel.clock.advance(2_000);
    for (const assignment of [graded, kept])
      await buildGrade(built(), await buildSubmission(built(), assignment));
    await must(built(), "instructor", "assignments.releaseGrades", { assignmentId: graded.assignmentId });
    await must(built(), "instructor", "assignments.updateAssignment", {
      ...{ assignmentId: soon.assignmentId, version: soon.version, acceptsText: true },
    });
    await must(built(), "student", "assignments.saveDraft", {
      ...{ assignmentId: soon.assignmentId, text: "My secret draft", version: 0 },
    });

    const studentId = idOf(built(), "student");
    const work = await must<{
      items: { title: string; state: string; grade: { feedback: string } | null }[];
    }>(built(), "outsider", "assignments.listObservedWork", { courseId, studentId });
    assert.deepEqual(
      work.items.map(({ title, state, grade }) => `${title}: ${state}${grade === null ? "" : ", graded"}`),
      ["Late by now: missing", "Soon: to_do", "Graded: graded, graded", "Not released: handed_in"],
    );
    const progress = await must<object>(built(), "outsider", "progress.getCourseProgress", {
      courseId,
      studentId,
    });
    const now = await must<{ due: { title: string }[]; newGrades: { title: string }[] }>(
      built(),
      "outsider",
      "progress.getObservedStudent",
      { studentId },
    );
    assert.deepEqual(
      now.newGrades.map(({ title }) => title),
      ["Graded"],
    );
    assert(now.due.some(({ title }) => title === "Late by now"));
    const grades = await must<{ cells: { points: number | null }[] }>(
      built(),
      "outsider",
      "grades.getStudentGrades",
      { courseId, studentId },
    );
    assert.equal(grades.cells.filter(({ points }) => points !== null).length, 1, "one grade is released");
    const told = JSON.stringify([work, progress, now, grades]);
    for (const hidden of ["secret draft", "teacher's", '"draft"', idOf(built(), "classmate")])
      assert(!told.includes(hidden), `${hidden} is not told`);

    const cards = await must<{ items: Record<string, unknown>[] }>(
      built(),
      "outsider",
      "progress.listObservedStudents",
    );
    assert.deepEqual(cards.items, [
      {
        ...{ linkId: made.linkId, student: { personId: studentId, name: built().people.student.name } },
        ...{ courses: 1, due: 1, overdue: 1, newGrades: 1 },
      },
    ]);
    for (const [operation, input] of [
      ["assignments.getAssignment", { assignmentId: soon.assignmentId }],
      ["assignments.getMySubmission", { assignmentId: soon.assignmentId }],
      ["assignments.submitAssignment", { assignmentId: soon.assignmentId, uploadId: "any" }],
    ] as const)
      assert.match(
        await attempt(built(), "outsider", operation, input),
        /^(not_found|invalid_input)$/,
        operation,
      );
    await end(built(), "outsider", made);
    const after = await must<{ items: object[] }>(built(), "outsider", "progress.listObservedStudents");
    assert.deepEqual(after.items, []);
  });

  test("the link lasts, and what it opens goes with the course and the enrolment", async () => {
    const { courseId } = built().course;
    const made = await link(built(), "outsider", "classmate");
    const inCourse = async () => (await outcomes(built(), "outsider", "classmate"))[0];
    assert.equal(await inCourse(), "done");
    await must(built(), "instructor", "courses.unpublishCourse", { courseId });
    assert.equal(await inCourse(), "not_found", "a draft is there for nobody");
    await must(built(), "instructor", "courses.publishCourse", { courseId });
    const { items } = await must<{ items: { enrolmentId: string; personId: string }[] }>(
      built(),
      "instructor",
      "courses.listEnrolments",
      { courseId },
    );
    const enrolmentId = items.find(({ personId }) => personId === idOf(built(), "classmate"))?.enrolmentId;
    await must(built(), "instructor", "courses.endEnrolment", { enrolmentId });
    assert.equal(await inCourse(), "not_found", "who has left the course is not observed in it");
    assert.equal(
      await attempt(built(), "outsider", "progress.getObservedStudent", {
        studentId: idOf(built(), "classmate"),
      }),
      "done",
    );
    await must(built(), "instructor", "courses.restoreEnrolment", { enrolmentId });
    await end(built(), "admin", made);
  });

  test("who grades without names learns nothing by observing", async () => {
    const { courseId } = built().course;
    const made = await link(built(), "assistant", "student");
    const { assignmentId, version } = await buildAssignment(built(), { title: "Without names" });
    await must(built(), "instructor", "assignments.updateAssignment", {
      assignmentId,
      version,
      isAnonymous: true,
    });
    const about = { courseId, studentId: idOf(built(), "student") };
    const told = JSON.stringify([
      await must(built(), "assistant", "assignments.listObservedWork", about),
      await must(built(), "assistant", "progress.getObservedStudent", { studentId: about.studentId }),
    ]);
    assert(!told.includes("Without names"));
    await end(built(), "assistant", made);
  });

  test("nobody observes themselves, admins link, and there are limits", async () => {
    const self = { observerId: idOf(built(), "student"), studentId: idOf(built(), "student") };
    assert.equal(await attempt(built(), "admin", "observers.linkObserver", self), "observes_themselves");
    const nobody = { observerId: "nobody", studentId: idOf(built(), "student") };
    assert.equal(await attempt(built(), "admin", "observers.linkObserver", nobody), "not_found");
    const pair = { observerId: idOf(built(), "outsider"), studentId: idOf(built(), "student") };
    for (const who of personas)
      if (who !== "admin")
        assert.equal(await attempt(built(), who, "observers.linkObserver", pair), "forbidden", who);
    assert.equal(await attempt(built(), null, "observers.linkObserver", pair), "unauthenticated");
    for (const operation of ["observers.getObservers", "observers.listObserved"]) {
      const input = { personId: idOf(built(), "student") };
      assert.equal(await attempt(built(), "classmate", operation, input), "forbidden");
      assert.equal(await attempt(built(), "admin", operation, input), "done");
      assert.equal(await attempt(built(), "student", operation, input), "done");
    }
  });
});
