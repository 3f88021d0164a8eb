/** Courses as people meet them: who sees, joins, changes and leaves one, and what each refusal says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeCursor } from "#kernel/paging.ts";
import { type BuiltCourse, buildBareCourse, matrixInputs, type Persona } from "./fixtures.ts";
import type { Enrolment } from "./schema.ts";
import { eachCourse, runScenarios, type Scenario, turnedAway } from "./testing.ts";

interface Given {
  readonly courseId: string;
  readonly joinCode: string;
  readonly version: number;
}
type Row = Scenario<keyof typeof matrixInputs, Given>;

let codes = 0;
/** A course of the instructor's own, so that one scenario's changes do not meet another's. */
async function anotherCourse({ test, people }: BuiltCourse): Promise<Given> {
  const course = await buildBareCourse(test, people.instructor, { code: `EXTRA-${++codes}` });
  return { courseId: course.courseId, joinCode: course.joinCode ?? "", version: course.version };
}

const ofMatrix = (operation: Row["operation"]) => ({ operation, input: matrixInputs[operation] });
const away = (operation: Row["operation"], allowed: readonly Persona[]) =>
  turnedAway<Row["operation"], Given>(ofMatrix(operation), allowed);
const course =
  (extra: object = {}) =>
  (_built: BuiltCourse, given: Given) => ({
    courseId: given.courseId,
    ...extra,
  });
const join = (persona: Persona) => async (built: BuiltCourse) => {
  const given = await anotherCourse(built);
  await built.test.must(built.people[persona].token, "courses.joinCourse", { joinCode: given.joinCode });
  return given;
};

const scenarios: readonly Row[] = [
  { ...ofMatrix("courses.createCourse"), as: "nobody", outcome: "unauthenticated" },
  { ...ofMatrix("courses.createCourse"), as: "student", outcome: "forbidden", says: /those who teach/ },
  { ...ofMatrix("courses.createCourse"), as: "teacherAsStudent", outcome: "forbidden" },
  {
    operation: "courses.createCourse",
    as: "otherInstructor",
    input: () => ({ code: " bio-1 ", term: "Autumn  2026", title: " Cells " }),
    outcome: "done",
    output({ joinCode, ...output }) {
      assert.match(String(joinCode), /^[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}$/);
      const { courseId: _id, createdAt: _created, updatedAt: _updated, ...rest } = output;
      assert.deepEqual(rest, {
        code: "bio-1",
        term: "Autumn 2026",
        title: "Cells",
        summary: "",
        myRole: "instructor",
        mayTeach: true,
        mayManage: true,
        version: 1,
        timeZone: "Europe/Vienna",
        state: "published",
      });
    },
    events: ["course.created", "enrolment.started"],
  },
  {
    operation: "courses.createCourse",
    as: "admin",
    about: "who does not teach",
    input: () => ({ code: "ADM-1", term: "Autumn 2026", title: "By an admin" }),
    outcome: "done",
    output: (output) => assert.deepEqual([output.myRole, output.mayManage], [null, true]),
    events: ["course.created"],
  },
  {
    operation: "courses.createCourse",
    as: "instructor",
    about: "with a code that is taken, spelt otherwise",
    input: () => ({ code: "astro–101", term: " AUTUMN 2026", title: "Twice" }),
    outcome: "course_code_taken",
    says: /astro–101 in AUTUMN 2026/,
  },
  {
    operation: "courses.createCourse",
    as: "instructor",
    about: "with a field that there is not",
    input: () => ({ code: "X-1", term: "Autumn 2026", title: "X", color: "red" }),
    outcome: "invalid_input",
    says: /color/,
  },
  {
    operation: "courses.createCourse",
    as: "instructor",
    about: "with a title that breaks the line",
    input: () => ({ code: "X-1", term: "Autumn 2026", title: "one\ntwo" }),
    outcome: "invalid_input",
    says: /one line/,
  },

  ...away("courses.updateCourse", ["admin", "instructor"]),
  {
    operation: "courses.updateCourse",
    as: "instructor",
    given: anotherCourse,
    input: course({ version: 1, title: "New title" }),
    outcome: "done",
    output: (output) => assert.deepEqual([output.title, output.version], ["New title", 2]),
    events: ["course.updated"],
  },
  {
    operation: "courses.updateCourse",
    as: "instructor",
    about: "after an admin changed it",
    given: async (built) => {
      const given = await anotherCourse(built);
      const input = { courseId: given.courseId, version: 1, title: "First" };
      await built.test.must(built.people.admin.token, "courses.updateCourse", input);
      return given;
    },
    input: course({ version: 1, title: "Second" }),
    outcome: "stale_version",
    says: /^Noor Haddad changed the course on 2026-01-01 00:00 UTC\./,
  },
  {
    operation: "courses.updateCourse",
    as: "instructor",
    about: "to the code of another course",
    given: anotherCourse,
    input: course({ version: 1, code: "Astro-101" }),
    outcome: "course_code_taken",
  },

  { ...ofMatrix("courses.listCourses"), as: "nobody", outcome: "unauthenticated" },
  {
    ...ofMatrix("courses.listCourses"),
    as: "outsider",
    outcome: "done",
    output: (output) => assert.deepEqual(output, { items: [], nextCursor: null }),
  },
  { operation: "courses.listCourses", as: "student", input: () => ({ view: "all" }), outcome: "forbidden" },
  {
    operation: "courses.listCourses",
    as: "student",
    about: "from a cursor of something else",
    input: () => ({ cursor: encodeCursor([7]) }),
    outcome: "invalid_input",
    says: /not one that this list gave/,
  },
  {
    operation: "courses.listCourses",
    as: "teacherAsStudent",
    input: () => ({ limit: 100 }),
    outcome: "done",
    output({ items }) {
      for (const { myRole, mayTeach, joinCode } of items as unknown as Record<string, unknown>[])
        assert.deepEqual([myRole, mayTeach, joinCode], ["observer", false, null]);
    },
  },

  ...away("courses.getCourse", [
    "admin",
    "instructor",
    "assistant",
    "student",
    "classmate",
    "observer",
    "teacherAsStudent",
  ]),
  {
    ...ofMatrix("courses.getCourse"),
    as: "student",
    outcome: "done",
    output: (output) =>
      assert.deepEqual([output.myRole, output.mayTeach, output.joinCode], ["student", false, null]),
    hides: ({ course: { joinCode } }) => [joinCode ?? ""],
  },
  {
    ...ofMatrix("courses.getCourse"),
    as: "assistant",
    outcome: "done",
    output: (output) =>
      assert.deepEqual(
        [output.myRole, output.mayTeach, output.mayManage, output.joinCode],
        ["teaching_assistant", true, false, null],
      ),
  },
  {
    operation: "courses.getCourse",
    as: "instructor",
    about: "of an id that never was",
    input: () => ({ courseId: "nothing" }),
    outcome: "not_found",
  },

  { ...ofMatrix("courses.joinCourse"), as: "nobody", outcome: "unauthenticated" },
  {
    operation: "courses.joinCourse",
    as: "outsider",
    about: "typed as people type",
    given: anotherCourse,
    input: (_built, { joinCode }) => ({ joinCode: ` ${joinCode.toLowerCase().replace("-", " ")} ` }),
    outcome: "done",
    output: (output) => assert.equal(output.myRole, "student"),
    events: ["enrolment.started"],
  },
  {
    operation: "courses.joinCourse",
    as: "outsider",
    about: "a second time",
    given: join("outsider"),
    input: (_built, { joinCode }) => ({ joinCode }),
    outcome: "done",
    output: (output) => assert.equal(output.myRole, "student"),
  },
  {
    ...ofMatrix("courses.joinCourse"),
    as: "assistant",
    about: "who stays what they are",
    outcome: "done",
    output: (output) => assert.equal(output.myRole, "teaching_assistant"),
  },
  {
    ...ofMatrix("courses.joinCourse"),
    as: "former",
    about: "after having been taken out",
    outcome: "enrolment_ended",
    says: /Ask an instructor/,
  },
  {
    operation: "courses.joinCourse",
    as: "outsider",
    about: "with a code that was renewed",
    given: async (built) => {
      const given = await anotherCourse(built);
      const { courseId } = given;
      await built.test.must(built.people.instructor.token, "courses.renewJoinCode", { courseId });
      return given;
    },
    input: (_built, { joinCode }) => ({ joinCode }),
    outcome: "unknown_join_code",
  },

  ...away("courses.renewJoinCode", ["admin", "instructor"]),
  {
    operation: "courses.renewJoinCode",
    as: "instructor",
    given: anotherCourse,
    input: course(),
    outcome: "done",
    hides: (_built, { joinCode }) => [joinCode],
    events: ["join_code.renewed"],
  },

  ...away("courses.enrolPerson", ["admin", "instructor"]),
  {
    operation: "courses.enrolPerson",
    as: "instructor",
    given: anotherCourse,
    input: ({ people }, { courseId }) => ({
      courseId,
      email: people.outsider.email.toUpperCase(),
      role: "student",
    }),
    outcome: "done",
    output: (output) => assert.deepEqual([output.role, output.origin], ["student", "instructor"]),
    events: ["enrolment.started"],
  },
  {
    operation: "courses.enrolPerson",
    as: "admin",
    about: "who is already in it, with another role",
    given: join("outsider"),
    input: ({ people }, { courseId }) => ({ courseId, email: people.outsider.email, role: "observer" }),
    outcome: "done",
    output: (output) => assert.deepEqual([output.role, output.origin], ["observer", "join_code"]),
    events: ["enrolment.role_changed"],
  },
  {
    operation: "courses.enrolPerson",
    as: "instructor",
    about: "the only instructor, as a student",
    given: anotherCourse,
    input: ({ people }, { courseId }) => ({ courseId, email: people.instructor.email, role: "student" }),
    outcome: "last_instructor",
  },
  {
    operation: "courses.enrolPerson",
    as: "instructor",
    about: "somebody unknown",
    given: anotherCourse,
    input: course({ email: "nobody@lindenhof.example", role: "student" }),
    outcome: "unknown_person",
  },
  {
    operation: "courses.enrolPerson",
    as: "instructor",
    about: "somebody who was taken out, again",
    given: async (built) => {
      const given = await join("outsider")(built);
      const { instructor } = built.people;
      const input = { courseId: given.courseId, role: "student" };
      const { items } = await built.test.must<{ items: Enrolment[] }>(
        instructor.token,
        "courses.listEnrolments",
        input,
      );
      for (const { enrolmentId } of items)
        await built.test.must(instructor.token, "courses.endEnrolment", { enrolmentId });
      return given;
    },
    input: ({ people }, { courseId }) => ({ courseId, email: people.outsider.email, role: "student" }),
    outcome: "done",
    output: (output) => assert.deepEqual([output.endedAt, output.origin], [null, "instructor"]),
    events: ["enrolment.started"],
  },

  ...away("courses.listEnrolments", ["admin", "instructor", "assistant"]),
  {
    ...ofMatrix("courses.listEnrolments"),
    as: "assistant",
    outcome: "done",
    output: ({ items }) =>
      assert.deepEqual(
        (items as Enrolment[]).map(({ name, role }) => `${name}: ${role}`),
        [
          "Grace Hopper: instructor",
          "Inés Ramírez: teaching_assistant",
          "Ada Lovelace: student",
          "王小明: student",
          "Olu Adeyemi: observer",
        ],
      ),
    hides: ({ people }) => [people.former.name, people.outsider.name],
  },
  {
    operation: "courses.listEnrolments",
    as: "instructor",
    about: "that have ended",
    input: (built) => ({ courseId: built.course.courseId, ended: true }),
    outcome: "done",
    output: ({ items }) =>
      assert.deepEqual(
        (items as Enrolment[]).map(({ name }) => name),
        ["Fritz Former"],
      ),
  },

  ...away("courses.endEnrolment", ["admin", "instructor"]),
  {
    operation: "courses.endEnrolment",
    as: "instructor",
    about: "of the only instructor",
    input: async ({ test, people, course: { courseId } }) => {
      const { items } = await test.must<{ items: Enrolment[] }>(
        people.instructor.token,
        "courses.listEnrolments",
        { courseId, role: "instructor" },
      );
      return { enrolmentId: items[0]?.enrolmentId ?? "" };
    },
    outcome: "last_instructor",
  },
];

runScenarios("courses", [], scenarios);

test("every operation of the slice has scenarios", () => {
  assert.deepEqual(
    [...new Set(scenarios.map(({ operation }) => operation))].sort(),
    Object.keys(matrixInputs).sort(),
  );
});

eachCourse("a course over time", [], (built) => {
  test("whoever is taken out of it loses sight of it at once", async () => {
    const { test: kernel, people } = built();
    const { courseId } = await join("outsider")(built());
    const see = () => kernel.call(people.outsider.token, "courses.getCourse", { courseId });
    assert("output" in (await see()));
    const { items } = await kernel.must<{ items: Enrolment[] }>(
      people.instructor.token,
      "courses.listEnrolments",
      { courseId, role: "student" },
    );
    const end = () =>
      kernel.must<Enrolment>(people.instructor.token, "courses.endEnrolment", {
        enrolmentId: items[0]?.enrolmentId ?? "",
      });
    const { endedAt } = await end();
    const result = await see();
    assert.equal("failure" in result && result.failure.code, "not_found");
    assert.equal((await end()).endedAt, endedAt);
  });

  test("guessing join codes is slowed down, and a right one is not counted", async () => {
    const { test: kernel, people } = built();
    const { joinCode } = await anotherCourse(built());
    const guess = async (typed: string) => {
      const result = await kernel.call(people.classmate.token, "courses.joinCourse", { joinCode: typed });
      return "failure" in result ? result.failure.code : "done";
    };
    for (let attempt = 0; attempt < 20; attempt++) {
      assert.equal(await guess("2222-2222"), "unknown_join_code");
      if (attempt === 10) assert.equal(await guess(joinCode), "done");
    }
    assert.equal(await guess(joinCode), "rate_limited");
    kernel.clock.advance(10 * 60_000);
    assert.equal(await guess(joinCode), "done");
    const atOnce = await Promise.all(Array.from({ length: 40 }, () => guess("3333-3333")));
    assert.equal(
      atOnce.filter((code) => code === "unknown_join_code").length,
      20,
      "also when all come at once",
    );
  });

  test("lists go on from a cursor without gaps and repeats", async () => {
    const { test: kernel, people } = built();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Enrolment[]; nextCursor: string | null } = await kernel.must(
        people.instructor.token,
        "courses.listEnrolments",
        { courseId: built().course.courseId, limit: 2, ...(cursor === null ? {} : { cursor }) },
      );
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.equal(seen.length, 5);
    assert.equal(new Set(seen).size, 5);
  });

  test("where the school does not let instructors create courses, they are told whom to ask", async () => {
    const { test: kernel, people } = built();
    const school = await kernel.must<{ version: number }>(null, "identity.getSchool", {});
    await kernel.must(people.admin.token, "identity.updateSchool", {
      version: school.version,
      instructorsCreateCourses: false,
    });
    const input = { code: "NO-1", term: "Autumn 2026", title: "No" };
    const result = await kernel.call(people.instructor.token, "courses.createCourse", input);
    assert(
      "failure" in result && result.failure.code === "forbidden" && /admins/.test(result.failure.message),
    );
  });
});
