/** Copying a course: what goes along, when it is there, what its dates are; and the end of a course in the trash. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { tablesOf } from "#engines/store/port.ts";
import { blobGraceMs } from "#kernel/blob-holds.ts";
import { coursePartFor } from "#kernel/course-life.ts";
import { holdsNobody } from "#kernel/person-life.ts";
import type { Slice } from "#kernel/slice.ts";
import { assignmentsSlice } from "../assignments/slice.ts";
import { buildMaterial } from "../materials/fixtures.ts";
import type { Material } from "../materials/schema.ts";
import { materialsSlice } from "../materials/slice.ts";
import { queriesSlice } from "../queries/slice.ts";
import type { Persona } from "./fixtures.ts";
import type { Course, CourseCopy, CourseModule, CourseOutline, CourseSection } from "./schema.ts";
import type { CoursesTables } from "./tables.ts";
import { eachCourse } from "./testing.ts";

const day = 24 * 3_600_000;
/** Fails as often as it is told to, after something has been written. */
const trouble = { times: 0 };
const troublesome: Slice = {
  name: "troublesome",
  grpcService: "TroublesomeService",
  summary: "Fails in the middle of copies.",
  operations: [],
  migrations: [],
  person: holdsNobody,
  tables: {},
  course: {
    parts: [
      coursePartFor<CoursesTables>()({
        choice: "outline",
        read: async () => ["one"],
        idOf: () => null,
        async write() {
          if (trouble.times-- > 0) throw new Error("the disk of the test is full");
        },
      }),
    ],
    purge: async () => false,
    groupSetUses: async () => [],
    bytes: async () => new Map(),
  },
};

eachCourse("copying a course", [materialsSlice, assignmentsSlice, queriesSlice, troublesome], (built) => {
  const call = async <Output = JsonObject>(persona: Persona, operation: string, input: object) =>
    built().test.must<Output>(built().people[persona].token, operation, input as never);
  const code = async (persona: Persona, operation: string, input: object) => {
    const result = await built().test.call(built().people[persona].token, operation, input as never);
    return "failure" in result ? result.failure.code : "done";
  };
  const source = () => built().course.courseId;
  let term = 0;
  const copy = (extra: object = {}) =>
    call<CourseCopy>("instructor", "courses.copyCourse", {
      courseId: source(),
      code: "ASTRO-101",
      term: `Copied ${++term}`,
      ...extra,
    });
  const settled = async ({ copyId }: CourseCopy) => {
    await built().test.kernel.settle();
    return call<CourseCopy>("instructor", "courses.getCourseCopy", { copyId });
  };
  // Nine in the morning in Vienna, a week before summer time ends.
  const dueAt = Date.parse("2026-10-19T07:00:00Z");

  test("what was chosen goes along whole, links lead into the copy, dates keep their time of day", async () => {
    const teach = <Output>(operation: string, input: object) => call<Output>("instructor", operation, input);
    const { sectionId } = await teach<CourseSection>("courses.createSection", {
      courseId: source(),
      title: "Near",
    });
    await teach<CourseModule>("courses.createModule", { courseId: source(), sectionId, title: "Moon" });
    const material = await buildMaterial(built(), { published: true });
    await teach("assignments.createAssignment", {
      courseId: source(),
      title: "Measure",
      instructions: `Read /courses/${source()}/materials/${material.materialId} first.`,
      pointsMax: 10,
      dueAt,
      published: true,
    });
    await teach("courses.postAnnouncement", { courseId: source(), title: "Hello" });

    const preview = await call<{ shiftDays: number; dates: { at: number; newAt: number }[] }>(
      "instructor",
      "courses.previewCourseCopy",
      { courseId: source(), shiftDays: 20 },
    );
    assert.equal(preview.shiftDays, 21);
    const newDue = Date.parse("2026-11-09T08:00:00Z");
    assert.deepEqual(preview.dates, [{ title: "Measure", field: "due_at", at: dueAt, newAt: newDue }]);

    const begun = await copy({ shiftDays: 20, title: "Anew" });
    const newId = begun.course?.courseId ?? "";
    assert.equal(begun.state, "waiting");
    assert.equal(await code("instructor", "courses.getCourse", { courseId: newId }), "not_found");
    assert.equal(await code("admin", "courses.getCourse", { courseId: newId }), "not_found");

    const done = await settled(begun);
    assert.deepEqual([done.state, done.done, done.total], ["done", 6, 6]);
    const course = await call<Course>("instructor", "courses.getCourse", { courseId: newId });
    assert.deepEqual([course.state, course.title, course.myRole], ["draft", "Anew", "instructor"]);
    assert.notEqual(course.joinCode, built().course.joinCode);
    assert.equal(await code("student", "courses.getCourse", { courseId: newId }), "not_found");

    const outline = await teach<CourseOutline>("courses.getOutline", { courseId: newId });
    assert.equal(outline.sections[0]?.title, "Near");
    assert.equal(outline.sections[0]?.modules[0]?.title, "Moon");
    const contents = await teach<{ items: Material[] }>("materials.getCourseContents", { courseId: newId });
    assert.equal(contents.items.length, 1);
    const newMaterial = contents.items[0]?.materialId ?? "";
    assert.notEqual(newMaterial, material.materialId);
    const { items } = await teach<{ items: { title: string; dueAt: number; assignmentId: string }[] }>(
      "assignments.listAssignments",
      { courseId: newId },
    );
    assert.deepEqual([items.length, items[0]?.dueAt], [1, newDue]);
    const assignment = await teach<{ instructions: string }>("assignments.getAssignment", {
      assignmentId: items[0]?.assignmentId,
    });
    assert.equal(assignment.instructions, `Read /courses/${newId}/materials/${newMaterial} first.`);
    const posted = await teach<{ items: unknown[] }>("courses.listAnnouncements", { courseId: newId });
    assert.equal(posted.items.length, 0, "announcements stay unless they are chosen");
    const people = await teach<{ items: unknown[] }>("courses.listEnrolments", { courseId: newId });
    assert.equal(people.items.length, 1);

    // The file is one for both: it stays when the original lets go of it.
    await teach("materials.removeMaterial", { materialId: material.materialId });
    built().test.clock.advance(blobGraceMs + day);
    await built().test.kernel.settle();
    assert.equal(
      await code("instructor", "materials.getCourseMaterial", { materialId: newMaterial }),
      "done",
    );
  });

  test("an attempt that breaks off leaves nothing twice, and one that cannot end leaves nothing", async () => {
    trouble.times = 1;
    const begun = await copy();
    await settled(begun);
    built().test.clock.advance(day / 2);
    const done = await settled(begun);
    assert.equal(done.state, "done");
    const courseId = done.course?.courseId ?? "";
    const outline = await call<CourseOutline>("instructor", "courses.getOutline", { courseId });
    assert.equal(outline.sections.length, 1);

    trouble.times = 10;
    const failing = await copy();
    for (let attempt = 0; attempt < 4; attempt++) {
      await settled(failing);
      built().test.clock.advance(day / 8);
    }
    trouble.times = 0;
    const failed = await settled(failing);
    assert.deepEqual([failed.state, failed.course], ["failed", null]);
    const { value: rows } = await built().test.kernel.store.read((database) =>
      tablesOf<CoursesTables>(database)
        .selectFrom("course_sections")
        .select("id")
        .where("course_id", "=", failing.course?.courseId ?? "")
        .execute(),
    );
    assert.deepEqual(rows, []);
    // The code is free again.
    const again = await copy({ term: failing.course?.term });
    assert.equal((await settled(again)).state, "done");
  });

  test("who may copy, and what is refused", async () => {
    const input = { courseId: source(), code: "ASTRO-101", term: "Nowhere" };
    assert.equal(await code("assistant", "courses.copyCourse", input), "forbidden");
    assert.equal(await code("otherInstructor", "courses.copyCourse", input), "not_found");
    assert.equal(
      await code("instructor", "courses.copyCourse", { ...input, term: built().course.term }),
      "course_code_taken",
    );
    const { copyId } = await copy({ choices: [] });
    assert.equal(await code("otherInstructor", "courses.getCourseCopy", { copyId }), "not_found");
    assert.equal(await code("admin", "courses.getCourseCopy", { copyId }), "done");
  });

  test("after 30 days in the trash nothing of a course is left, and its files are let go", async () => {
    const { course } = await settled(await copy());
    const courseId = course?.courseId ?? "";
    await call("instructor", "courses.trashCourse", { courseId });
    built().test.clock.advance(29 * day);
    await built().test.kernel.settle();
    assert.equal(await code("instructor", "courses.restoreCourse", { courseId }), "done");
    await call("instructor", "courses.trashCourse", { courseId });
    built().test.clock.advance(31 * day);
    await built().test.kernel.settle();
    assert.equal(await code("instructor", "courses.restoreCourse", { courseId }), "not_found");
    const left = await built().test.kernel.store.read(async (database) => {
      const found: string[] = [];
      for (const table of [
        "courses",
        "enrolments",
        "course_sections",
        "course_modules",
        "materials",
        "assignments",
      ]) {
        const column = table === "courses" ? "id" : "course_id";
        const row = await tablesOf<Record<string, Record<string, string>>>(database)
          .selectFrom(table)
          .select(column)
          .where(column, "=", courseId)
          .executeTakeFirst();
        if (row !== undefined) found.push(table);
      }
      return found;
    });
    assert.deepEqual(left.value, []);
    const events = await built().test.events();
    assert(events.some(({ type, data }) => type === "course.deleted" && data.courseId === courseId));
  });
});
