/** The life of a course as everybody around it sees it: a draft, published, archived, in the trash, restored. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BuiltCourse, Persona } from "./fixtures.ts";
import { buildBareCourse } from "./fixtures.ts";
import type { Course } from "./schema.ts";
import { eachCourse } from "./testing.ts";

interface TrashPage {
  readonly items: readonly {
    readonly courseId: string;
    readonly trashedBy: string;
    readonly deletedAt: number;
  }[];
}

let codes = 0;

eachCourse("the life of a course", [], (built) => {
  const as = (persona: Persona) => built().people[persona].token;
  const call = async (persona: Persona, operation: string, input: object) => {
    const result = await built().test.call(as(persona), operation, input as never);
    return "failure" in result ? result.failure.code : "done";
  };
  /** A course with an assistant, a student and an observer, whose code is on the board. */
  const make = async (published = true): Promise<Course> => {
    const { test: kernel, people } = built();
    const bare = await buildBareCourse(kernel, people.instructor, { code: `LIFE-${++codes}` });
    const { courseId } = bare;
    for (const [persona, role] of [
      ["assistant", "teaching_assistant"],
      ["student", "student"],
      ["observer", "observer"],
    ] as const)
      await kernel.must(as("instructor"), "courses.enrolPerson", {
        courseId,
        email: people[persona].email,
        role,
      });
    if (!published) await kernel.must(as("instructor"), "courses.unpublishCourse", { courseId });
    return bare;
  };
  const whoSees = async (courseId: string) => {
    const seeing: Persona[] = [];
    for (const persona of [
      "admin",
      "instructor",
      "assistant",
      "student",
      "observer",
      "teacherAsStudent",
    ] as const) {
      const one = await call(persona, "courses.getCourse", { courseId });
      const listed = await isListed(built(), persona, courseId);
      if (persona !== "admin") assert.equal(one === "done", listed, `${persona} sees it in one place only`);
      if (one === "done") seeing.push(persona);
    }
    return seeing.join(" ");
  };

  test("a draft is there for those who teach it, and its code keeps", async () => {
    const { courseId, joinCode } = await make(false);
    assert.equal(await whoSees(courseId), "admin instructor assistant");
    assert.equal(await call("outsider", "courses.joinCourse", { joinCode }), "course_not_open");
    assert.equal(await call("assistant", "courses.publishCourse", { courseId }), "forbidden");
    assert.equal(await call("student", "courses.publishCourse", { courseId }), "not_found");
    assert.equal(await call("instructor", "courses.publishCourse", { courseId }), "done");
    assert.equal(await whoSees(courseId), "admin instructor assistant student observer teacherAsStudent");
    assert.equal(await call("outsider", "courses.joinCourse", { joinCode }), "done");
  });

  test("an archived course is read by all and changed by nobody, until it is reopened", async () => {
    const { courseId, joinCode } = await make();
    assert.equal(await call("instructor", "courses.archiveCourse", { courseId }), "done");
    assert.equal(await whoSees(courseId), "admin instructor assistant student observer teacherAsStudent");
    for (const persona of ["admin", "instructor"] as const)
      assert.equal(await call(persona, "courses.renewJoinCode", { courseId }), "course_archived");
    assert.equal(await call("outsider", "courses.renewJoinCode", { courseId }), "not_found");
    assert.equal(await call("student", "courses.renewJoinCode", { courseId }), "forbidden");
    assert.equal(await call("outsider", "courses.joinCourse", { joinCode }), "course_archived");
    assert.equal(await call("instructor", "courses.reopenCourse", { courseId }), "done");
    assert.equal(await call("instructor", "courses.renewJoinCode", { courseId }), "done");
  });

  test("a course in the trash is there for nobody, and comes back as it was", async () => {
    const { courseId, code, term, joinCode } = await make(false);
    const { instructor } = built().people;
    assert.equal(await call("instructor", "courses.archiveCourse", { courseId }), "done");
    assert.equal(await call("instructor", "courses.trashCourse", { courseId }), "done");
    assert.equal(await whoSees(courseId), "");
    assert.equal(await call("outsider", "courses.joinCourse", { joinCode }), "unknown_join_code");
    const again = await built().test.call(as("instructor"), "courses.createCourse", {
      code,
      term,
      title: "Again",
    });
    assert.match("failure" in again ? again.failure.message : "", /in the trash/);

    const trash = async (persona: Persona) =>
      (await built().test.must<TrashPage>(as(persona), "courses.listTrashedCourses", {})).items;
    const [item] = await trash("instructor");
    assert.deepEqual([item?.courseId, item?.trashedBy], [courseId, instructor.name]);
    assert.equal(item?.deletedAt, built().test.clock.now() + 30 * 24 * 3_600_000);
    assert.equal((await trash("admin")).length, 1);
    for (const persona of ["assistant", "student", "otherInstructor", "teacherAsStudent"] as const)
      assert.deepEqual(await trash(persona), [], persona);

    assert.equal(await call("assistant", "courses.restoreCourse", { courseId }), "not_found");
    assert.equal(await call("instructor", "courses.restoreCourse", { courseId }), "done");
    const back = await built().test.must<Course>(as("instructor"), "courses.getCourse", { courseId });
    assert.equal(back.state, "archived");
    await built().test.must(as("instructor"), "courses.reopenCourse", { courseId });
    assert.equal(await whoSees(courseId), "admin instructor assistant");
  });

  test("lists are narrowed to a term and a state", async () => {
    const { courseId, term } = await make(false);
    const list = async (input: object) =>
      (
        await built().test.must<{ items: Course[] }>(as("instructor"), "courses.listCourses", input as never)
      ).items.map((course) => course.courseId);
    assert((await list({ term: term.toUpperCase(), state: "draft" })).includes(courseId));
    assert(!(await list({ state: "published" })).includes(courseId));
    assert.deepEqual(await list({ term: "Never" }), []);
  });
});

async function isListed({ test: kernel, people }: BuiltCourse, persona: Persona, courseId: string) {
  const page = await kernel.must<{ items: Course[] }>(people[persona].token, "courses.listCourses", {
    limit: 100,
  });
  return page.items.some((course) => course.courseId === courseId);
}
