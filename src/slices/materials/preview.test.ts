/** Looking at a course as a student would, with real sessions: what is seen, what is refused, and when it ends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import { openTestKernel } from "#kernel/testing.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import { assignmentsSlice } from "../assignments/slice.ts";
import { coursesSlice } from "../courses/slice.ts";
import { buildPerson, buildSchool } from "../identity/fixtures.ts";
import { identitySlice } from "../identity/slice.ts";
import type { Material } from "./schema.ts";
import { materialsSlice } from "./slice.ts";

eachEngine("previewing a course as a student", (engine) => {
  test("nothing but what a student sees, drafts of the course itself included, and nothing is changed", async (t) => {
    const kernel = await openTestKernel({
      store: await engine.open(t),
      slices: [
        identitySlice({ coursesTaughtBy: async () => [] }),
        ...[coursesSlice, materialsSlice, assignmentsSlice],
      ],
      authenticator: createAuthenticator,
    });
    t.after(() => kernel.close());
    const { instructor, otherInstructor, student, admin } = await buildSchool(kernel);
    const must = <Output>(token: string, name: string, input: JsonObject) =>
      kernel.must<Output>(token, name, input);
    const code = async (token: string, name: string, input: JsonObject) => {
      const result = await kernel.call(token, name, input);
      return "failure" in result ? result.failure.code : "done";
    };
    const { courseId } = await must<{ courseId: string }>(instructor.token, "courses.createCourse", {
      ...{ code: "SKY-1", title: "Sky", term: "Autumn 2026", published: false },
    });
    const page = (title: string, more: JsonObject = {}) =>
      must<Material>(instructor.token, "materials.createPage", {
        ...{ courseId, title, text: "Text.", published: true },
        ...more,
      });
    const open = await page("Open");
    await page("Draft", { published: false });
    const { moduleId } = await must<{ moduleId: string }>(instructor.token, "courses.createModule", {
      ...{ courseId, title: "Next week", published: false },
    });
    await page("In a draft module", { moduleId });
    const locked = await page("Locked");
    const { materialId, version } = locked;
    const after = [{ kind: "material", id: open.materialId }];
    await must(instructor.token, "materials.setMaterialRelease", { materialId, version, after });
    // What the teacher has read opens nothing to a student.
    await must(instructor.token, "materials.markMaterialRead", { materialId: open.materialId });
    await must(instructor.token, "assignments.createAssignment", {
      ...{ courseId, title: "Measure", pointsMax: 5, dueAt: null, published: true },
    });

    const until = await must<{ until: number }>(instructor.token, "courses.previewAsStudent", { courseId });
    assert(until.until > kernel.clock.now());
    const me = await must<{ person: { name: string }; roles: string[]; view: JsonObject }>(
      instructor.token,
      "identity.whoAmI",
      {},
    );
    assert.deepEqual([me.person.name, me.roles, me.view.isPreview], ["A student", ["student"], true]);
    const course = await must<{ myRole: string; mayTeach: boolean; joinCode: string | null }>(
      instructor.token,
      "courses.getCourse",
      { courseId },
    );
    assert.deepEqual([course.myRole, course.mayTeach, course.joinCode], ["student", false, null]);
    const { items } = await must<{ items: Material[] }>(instructor.token, "materials.getCourseContents", {
      courseId,
    });
    assert.deepEqual(
      items.map(({ title, locks }) => [title, locks.map(({ reason }) => reason)]),
      [
        ["Open", []],
        ["Locked", ["It opens when you have read “Open”."]],
      ],
    );
    assert.equal(await code(instructor.token, "materials.getPage", { materialId: open.materialId }), "done");
    assert.equal(await code(instructor.token, "materials.getPage", { materialId }), "forbidden");
    const work = await must<{ items: { mine: { state: string } }[] }>(
      instructor.token,
      "assignments.listAssignments",
      { courseId },
    );
    assert.deepEqual(
      work.items.map(({ mine }) => mine.state),
      ["to_do"],
    );
    const mine = await must<{ items: { courseId: string }[] }>(instructor.token, "courses.listCourses", {});
    assert.deepEqual(
      mine.items.map((each) => each.courseId),
      [courseId],
    );
    for (const [name, input] of [
      ["materials.createPage", { courseId, title: "No" }],
      ["materials.markMaterialRead", { materialId: open.materialId }],
      ["courses.previewAsStudent", { courseId }],
    ] as const)
      assert.equal(await code(instructor.token, name, input), "read_only_view", name);

    await must(instructor.token, "identity.endView", {});
    const again = await must<{ items: Material[] }>(instructor.token, "materials.getCourseContents", {
      courseId,
    });
    assert.equal(again.items.length, 4);

    // Whoever teaches no more sees no more, from that moment on; an admin needs no role of their own.
    const helper = await buildPerson(
      kernel,
      {
        name: "Hana",
        email: "hana@school.test",
        roles: ["instructor"],
      },
      seededRandom(9),
    );
    const { enrolmentId } = await must<{ enrolmentId: string }>(instructor.token, "courses.enrolPerson", {
      ...{ courseId, email: helper.email, role: "teaching_assistant" },
    });
    await must(helper.token, "courses.previewAsStudent", { courseId });
    assert.equal(await code(helper.token, "courses.getCourse", { courseId }), "done");
    await must(instructor.token, "courses.endEnrolment", { enrolmentId });
    assert.equal(await code(helper.token, "courses.getCourse", { courseId }), "not_found");
    await must(admin.token, "courses.previewAsStudent", { courseId });
    assert.equal(await code(admin.token, "courses.getCourse", { courseId }), "done");
    assert.equal(await code(admin.token, "identity.listPeople", {}), "forbidden");

    assert.equal(await code(otherInstructor.token, "courses.previewAsStudent", { courseId }), "not_found");
    assert.equal(await code(student.token, "courses.previewAsStudent", { courseId }), "not_found");
  });
});
