/** Looking at one's course as one of its students: what is shown, and that it ends with the right to it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import { openTestKernel, type Result } from "#kernel/testing.ts";
import { readOnlyView } from "#kernel/view.ts";
import { createAuthenticator } from "../identity/api.ts";
import { buildSchool } from "../identity/fixtures.ts";
import { identitySlice } from "../identity/slice.ts";
import { coursesTaughtBy } from "./api.ts";
import { coursesSlice } from "./slice.ts";

const codeOf = (result: Result) => ("failure" in result ? result.failure.code : "done");

eachEngine("looking at a course as its student", (engine) => {
  test("only that course is shown, reading only, and only while one teaches it", async (t) => {
    const store = await engine.open(t);
    const slices = [identitySlice({ coursesTaughtBy }), coursesSlice];
    const kernel = await openTestKernel({ slices, store, authenticator: createAuthenticator });
    t.after(() => kernel.close());
    const { admin, instructor, otherInstructor, student, otherStudent } = await buildSchool(kernel);
    const make = async (code: string) => {
      const input = { code, term: "Autumn 2026", title: code, summary: "" };
      return (await kernel.must<{ courseId: string }>(instructor.token, "courses.createCourse", input))
        .courseId;
    };
    const [courseId, otherId] = [await make("SKY-1"), await make("SKY-2")];
    const enrol = (id: string, email: string, role: string) =>
      kernel.must<{ enrolmentId: string }>(instructor.token, "courses.enrolPerson", {
        courseId: id,
        email,
        role,
      });
    await enrol(courseId, student.email, "student");
    await enrol(otherId, student.email, "student");
    await enrol(courseId, otherInstructor.email, "instructor");
    const view = (token: string, personId: string) =>
      kernel.call(token, "courses.viewAsStudent", { courseId, personId });

    assert.equal(codeOf(await view(student.token, student.id)), "forbidden");
    assert.equal(codeOf(await view(admin.token, student.id)), "forbidden", "an admin has a way of their own");
    assert.equal(codeOf(await view(instructor.token, otherStudent.id)), "not_found", "no student of it");
    assert.equal(codeOf(await view(instructor.token, otherInstructor.id)), "not_found", "no student either");

    assert.equal(codeOf(await view(otherInstructor.token, student.id)), "done");
    const as = (operation: string, input: object) =>
      kernel.call(otherInstructor.token, operation, { ...input });
    assert.equal(codeOf(await as("courses.getCourse", { courseId })), "done");
    assert.notEqual(codeOf(await as("courses.getCourse", { courseId: otherId })), "done");
    assert.equal(codeOf(await as("courses.publishCourse", { courseId })), readOnlyView);
    const listed = await kernel.must<{ items: { courseId: string }[] }>(
      otherInstructor.token,
      "courses.listCourses",
      {},
    );
    assert.deepEqual(
      listed.items.map((course) => course.courseId),
      [courseId],
    );

    // Who teaches it no more sees nothing of it, neither as the student nor, when the view ends, as themselves.
    const people = await kernel.must<{ items: { enrolmentId: string; personId: string }[] }>(
      instructor.token,
      "courses.listEnrolments",
      { courseId },
    );
    const enrolmentId =
      people.items.find(({ personId }) => personId === otherInstructor.id)?.enrolmentId ?? "";
    await kernel.must(instructor.token, "courses.endEnrolment", { enrolmentId });
    assert.notEqual(codeOf(await as("courses.getCourse", { courseId })), "done");
    assert.equal(codeOf(await as("identity.endView", {})), "done");
    assert.equal(codeOf(await as("courses.getCourse", { courseId })), "not_found");
  });
});
