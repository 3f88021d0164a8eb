/** The outline of a course: what stands where after each move, and what students see of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { moduleOf } from "./api.ts";
import type { BuiltCourse } from "./fixtures.ts";
import { reordered } from "./outline-order.ts";
import type { CourseModule, CourseOutline, CourseSection } from "./schema.ts";
import { eachCourse, runScenarios, turnedAway } from "./testing.ts";

test("an order with one of it moved", () => {
  assert.deepEqual(reordered(["a", "b", "c"], "c", null), ["c", "a", "b"]);
  assert.deepEqual(reordered(["a", "b", "c"], "a", "b"), ["b", "a", "c"]);
  assert.deepEqual(reordered(["a", "b"], "new", "b"), ["a", "b", "new"]);
  assert.equal(reordered(["a", "b"], "a", "gone"), null);
  assert.equal(reordered(["a", "b"], "a", "a"), null);
});

eachCourse("the outline", [], (built) => {
  const teach = <Output>(operation: string, input: object) =>
    built().test.must<Output>(built().people.assistant.token, operation, input as never);
  const inCourse = () => ({ courseId: built().course.courseId });
  const section = (title: string, published = true) =>
    teach<CourseSection>("courses.createSection", { ...inCourse(), title, published });
  const module = (title: string, sectionId: string | null = null, published = true) =>
    teach<CourseModule>("courses.createModule", { ...inCourse(), title, sectionId, published });
  const seen = async (as: keyof BuiltCourse["people"]) => {
    const { token } = built().people[as];
    return textOf(await built().test.must<CourseOutline>(token, "courses.getOutline", inCourse()));
  };

  test("modules and sections stand where they were put, and students see what is published", async () => {
    const [near, far, hidden] = [await section("Near"), await section("Far"), await section("Hidden", false)];
    await module("Welcome");
    const moon = await module("Moon", near.sectionId);
    const sun = await module("Sun", near.sectionId);
    await module("Draft", near.sectionId, false);
    const stars = await module("Stars", hidden.sectionId);
    const all = "Welcome; Near: Moon, Sun, Draft (draft); Far: ; Hidden (draft): Stars";
    assert.equal(await seen("instructor"), all);
    assert.equal(await seen("student"), "Welcome; Near: Moon, Sun; Far: ");

    await teach("courses.moveModule", {
      moduleId: sun.moduleId,
      sectionId: near.sectionId,
      afterModuleId: null,
    });
    await teach("courses.moveModule", {
      moduleId: moon.moduleId,
      sectionId: far.sectionId,
      afterModuleId: null,
    });
    await teach("courses.moveSection", { sectionId: far.sectionId, afterSectionId: null });
    assert.equal(await seen("student"), "Welcome; Far: Moon; Near: Sun");

    // What stood under a hidden heading must not come to light when that is removed.
    await teach("courses.removeSection", { sectionId: hidden.sectionId });
    assert.equal(await seen("student"), "Welcome; Far: Moon; Near: Sun");
    assert.equal(await seen("instructor"), "Welcome; Far: Moon; Near: Sun, Draft (draft), Stars (draft)");
    const { value } = await built().test.kernel.store.read((database) => moduleOf(database, stars.moduleId));
    assert.deepEqual([value?.isSeen, value?.isRemoved], [false, false]);

    await teach("courses.removeModule", { moduleId: moon.moduleId });
    assert.equal(await seen("student"), "Welcome; Far: ; Near: Sun");
    const removed = await teach<CourseOutline>("courses.getOutline", { ...inCourse(), removed: true });
    assert.deepEqual(
      removed.modules.map(({ title }) => title),
      ["Moon"],
    );
    await teach("courses.restoreModule", { moduleId: moon.moduleId });
    assert.equal(await seen("student"), "Welcome; Far: Moon; Near: Sun");
  });

  test("a place that is gone is refused, and says which field", async () => {
    const { token } = built().people.instructor;
    const lone = await module("Lone");
    for (const [input, field] of [
      [{ moduleId: lone.moduleId, sectionId: null, afterModuleId: "gone" }, "afterModuleId"],
      [{ moduleId: lone.moduleId, sectionId: "gone", afterModuleId: null }, "sectionId"],
    ] as const) {
      const result = await built().test.call(token, "courses.moveModule", input);
      assert("failure" in result && result.failure.problems[0]?.field === field, JSON.stringify(result));
    }
  });

  test("the second of two who change a module hears who was first", async () => {
    const { moduleId } = await module("Contested");
    const change = { moduleId, version: 1, title: "Changed" };
    await teach("courses.updateModule", change);
    const result = await built().test.call(built().people.instructor.token, "courses.updateModule", change);
    assert("failure" in result && result.failure.code === "stale_version");
    assert.match(result.failure.message, /Inés Ramírez changed the module/);
  });
});

function textOf({ modules, sections }: CourseOutline): string {
  const name = ({ title, state }: { readonly title: string; readonly state: string }) =>
    state === "draft" ? `${title} (draft)` : title;
  const names = (each: readonly CourseModule[]) => each.map(name).join(", ");
  return [names(modules), ...sections.map((section) => `${name(section)}: ${names(section.modules)}`)].join(
    "; ",
  );
}

const staff = ["admin", "instructor", "assistant"] as const;
type Operation = "courses.createSection" | "courses.createModule" | "courses.getOutline";
runScenarios<Operation, object>(
  "who changes the outline",
  [],
  [
    ...turnedAway<Operation, object>(
      {
        operation: "courses.createSection",
        input: ({ course }) => ({ courseId: course.courseId, title: "Near" }),
      },
      staff,
    ),
    ...turnedAway<Operation, object>(
      {
        operation: "courses.createModule",
        input: ({ course }) => ({ courseId: course.courseId, title: "Week 1" }),
      },
      staff,
    ),
    {
      operation: "courses.getOutline",
      as: "student",
      about: "what was removed",
      input: ({ course }) => ({ courseId: course.courseId, removed: true }),
      outcome: "forbidden",
    },
    {
      operation: "courses.getOutline",
      as: "outsider",
      input: ({ course }) => ({ courseId: course.courseId }),
      outcome: "not_found",
    },
    {
      operation: "courses.createSection",
      as: "instructor",
      input: ({ course }) => ({ courseId: course.courseId, title: "  Near   us " }),
      outcome: "done",
      output: ({ title }) => assert.equal(title, "Near us"),
      events: ["course.outline_changed"],
    },
  ],
);
