/** What admins set for all courses: terms, and how much room files may take. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildMaterial } from "../materials/fixtures.ts";
import { materialsSlice } from "../materials/slice.ts";
import { buildBareCourse, type Persona } from "./fixtures.ts";
import type { Course, CourseStorage, Term } from "./schema.ts";
import { eachCourse } from "./testing.ts";

interface Terms {
  readonly items: readonly Term[];
  readonly unlisted: readonly { readonly name: string; readonly courses: number }[];
}

eachCourse("terms and storage", [materialsSlice], (built) => {
  const must = <Output>(persona: Persona, operation: string, input: object) =>
    built().test.must<Output>(built().people[persona].token, operation, input as never);
  const failure = async (persona: Persona, operation: string, input: object) => {
    const result = await built().test.call(built().people[persona].token, operation, input as never);
    assert("failure" in result, JSON.stringify(result));
    return result.failure;
  };
  const days = { firstDay: "2026-09-01", lastDay: "2027-01-31" };

  test("a term takes in the courses that bear its name, and its new name goes to them", async () => {
    await buildBareCourse(built().test, built().people.instructor, { code: "T-1", term: "winter  26" });
    const before = await must<Terms>("student", "courses.listTerms", {});
    assert(before.unlisted.some(({ name, courses }) => name === "winter 26" && courses === 1));
    const term = await must<Term>("admin", "courses.createTerm", {
      name: "Winter 26",
      ...days,
      isCurrent: true,
    });
    assert.deepEqual([term.courses, term.isCurrent], [1, true]);

    const { termId } = term;
    const next = await must<Term>("admin", "courses.createTerm", { name: "Next", ...days, isCurrent: true });
    const { items } = await must<Terms>("student", "courses.listTerms", {});
    assert.deepEqual(
      items.filter(({ isCurrent }) => isCurrent).map((each) => each.termId),
      [next.termId],
    );
    await must("admin", "courses.updateTerm", { termId, version: 1, name: "Winter 2026/27" });
    const courses = await must<{ items: Course[] }>("instructor", "courses.listCourses", {
      term: "winter 2026/27",
    });
    assert.deepEqual(
      courses.items.map((course) => [course.code, course.term]),
      [["T-1", "Winter 2026/27"]],
    );
    await must("admin", "courses.removeTerm", { termId });
    const after = await must<Terms>("student", "courses.listTerms", {});
    assert(after.unlisted.some(({ name }) => name === "Winter 2026/27"));
  });

  test("days that contradict, names that are taken, and who may not", async () => {
    const wrong = await failure("admin", "courses.createTerm", {
      name: "Backwards",
      firstDay: "2027-02-01",
      lastDay: "2027-01-31",
    });
    assert.deepEqual([wrong.kind, wrong.problems[0]?.field], ["invalid_input", "lastDay"]);
    const never = await failure("admin", "courses.createTerm", {
      name: "Never",
      ...days,
      firstDay: "2027-02-30",
    });
    assert.equal(never.problems[0]?.field, "firstDay");
    await must("admin", "courses.createTerm", { name: "Taken", ...days });
    assert.equal(
      (await failure("admin", "courses.createTerm", { name: "TAKEN", ...days })).code,
      "term_name_taken",
    );
    assert.equal(
      (await failure("instructor", "courses.createTerm", { name: "Mine", ...days })).code,
      "forbidden",
    );
  });

  test("a course takes what its limit lets it, and says how much room is left", async () => {
    const { courseId } = built().course;
    const bytes = Buffer.alloc(600, "a line of text\n");
    await buildMaterial(built(), { bytes, fileName: "one.txt" });
    await must("admin", "courses.setStorageLimit", { courseId, bytesMax: 1_000 });
    const { instructor } = built().people;
    const uploadId = await built().test.upload(`person:${instructor.id}`, "two.txt", bytes);
    const full = await failure("instructor", "materials.courseMaterialUpload", {
      courseId,
      title: "Two",
      uploadId,
    });
    assert.deepEqual([full.code, full.kind], ["course_storage_full", "too_large"]);
    const storage = await must<CourseStorage>("assistant", "courses.getCourseStorage", { courseId });
    assert.deepEqual([storage.bytes, storage.bytesLeft, storage.isOwnLimit], [600, 400, true]);
    assert.equal((await failure("student", "courses.getCourseStorage", { courseId })).code, "forbidden");

    await must("admin", "courses.setStorageLimit", { bytesMax: 5_000 });
    await must("admin", "courses.setStorageLimit", { courseId, bytesMax: null });
    const list = await must<{ schoolBytesMax: number; items: { storage: CourseStorage }[] }>(
      "admin",
      "courses.listCourseStorage",
      {},
    );
    assert.equal(list.schoolBytesMax, 5_000);
    assert(list.items.some((each) => each.storage.courseId === courseId && each.storage.bytes === 600));
  });
});
