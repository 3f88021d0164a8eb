/** Queries as people meet them: asking, answering, and who never hears of one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeCursor } from "#kernel/paging.ts";
import { buildAssignment } from "../assignments/fixtures.ts";
import { assignmentsSlice } from "../assignments/slice.ts";
import { type BuiltCourse, buildBareCourse, type Persona } from "../courses/fixtures.ts";
import { eachCourse, runScenarios, type Scenario, turnedAway } from "../courses/testing.ts";
import { buildMaterial, pdfOf } from "../materials/fixtures.ts";
import { materialsSlice } from "../materials/slice.ts";
import { buildQuery, matrixInputs } from "./fixtures.ts";
import type { Answer, Query } from "./schema.ts";
import { queriesSlice } from "./slice.ts";

interface Given {
  readonly query: Query;
}
type Row = Scenario<keyof typeof matrixInputs, Given>;

const slices = [materialsSlice, assignmentsSlice, queriesSlice];
const staff: readonly Persona[] = ["admin", "instructor", "assistant"];

const asked = async (built: BuiltCourse): Promise<Given> => ({ query: await buildQuery(built) });
const closed = async (built: BuiltCourse): Promise<Given> => {
  const given = await asked(built);
  const { queryId } = given.query;
  await built.test.must(built.people.student.token, "queries.closeQuery", { queryId });
  return given;
};
const away = (
  operation: Row["operation"],
  allowed: readonly Persona[],
  member: "forbidden" | "not_found" = "forbidden",
) =>
  turnedAway<Row["operation"], Given>(
    { operation, given: asked, input: (built, given) => matrixInputs[operation]({ built, ...given }) },
    allowed,
    member,
  ).map((row): Row => ({ ...row, hides: (_built, { query }) => [query.title, query.body] }));
const input = (operation: Row["operation"], extra: object = {}) => ({
  operation,
  input: (built: BuiltCourse, given: Given) => ({
    ...matrixInputs[operation]({ built, ...given }),
    ...extra,
  }),
});

/** A query about something, whose subject is given and refused by the name of its field. */
const refusesSubject = (
  about: string,
  subject: (built: BuiltCourse) => Promise<object>,
  says: RegExp,
): Row => {
  const subjects = new WeakMap<Given, object>();
  return {
    operation: "queries.createQuery",
    as: "student",
    about,
    given: async (built) => {
      const given = { query: {} as Query };
      subjects.set(given, await subject(built));
      return given;
    },
    input: (built, given) => ({
      courseId: built.course.courseId,
      title: "What is this?",
      body: "I wonder.",
      ...subjects.get(given),
    }),
    outcome: "invalid_input",
    says,
  };
};
const otherCourse = ({ test: kernel, people }: BuiltCourse, code: string) =>
  buildBareCourse(kernel, people.instructor, { code });

const scenarios: readonly Row[] = [
  ...away("queries.createQuery", ["student", "classmate"]),
  {
    operation: "queries.createQuery",
    as: "student",
    given: asked,
    input: async ({ course: { courseId } }) => ({ courseId, title: " Why? ", body: "Why\nnot?" }),
    outcome: "done",
    output({ queryId: _id, ...output }, { test: kernel, people, course }) {
      const now = kernel.clock.now();
      assert.deepEqual(output, {
        courseId: course.courseId,
        asker: { personId: people.student.id, name: people.student.name },
        materialId: null,
        page: null,
        assignmentId: null,
        title: "Why?",
        body: "Why\nnot?",
        state: "open",
        waitingSince: now,
        answerCount: 0,
        isOwn: true,
        visibility: "staff",
        anonymous: false,
        sameCount: 0,
        isSameAsMine: false,
        isMerged: false,
        mergedInto: null,
        version: 1,
        editedAt: null,
        createdAt: now,
        updatedAt: now,
      });
    },
    events: ["query.created"],
  },
  refusesSubject(
    "about a material of another course",
    async (built) => {
      const { courseId } = await otherCourse(built, "OTHER-1");
      const { materialId } = await buildMaterial(built, { courseId, published: true });
      return { materialId };
    },
    /this course has no material/i,
  ),
  refusesSubject(
    "about a draft",
    async (built) => ({ materialId: (await buildMaterial(built)).materialId }),
    /that you can see/,
  ),
  refusesSubject(
    "about an assignment of another course",
    async (built) => {
      const { courseId } = await otherCourse(built, "OTHER-2");
      return { assignmentId: (await buildAssignment(built, { courseId })).assignmentId };
    },
    /this course has no assignment/i,
  ),
  refusesSubject(
    "about a page behind the last",
    async (built) => {
      const file = { fileName: "two.pdf", bytes: pdfOf(2), published: true };
      return { materialId: (await buildMaterial(built, file)).materialId, page: 3 };
    },
    /has 2 pages/,
  ),
  refusesSubject("about a page of nothing", async () => ({ page: 3 }), /needs the material/),
  refusesSubject(
    "about two things",
    async (built) => ({
      materialId: (await buildMaterial(built, { published: true })).materialId,
      assignmentId: (await buildAssignment(built)).assignmentId,
    }),
    /not both/,
  ),

  ...away("queries.getQueries", [...staff, "student", "classmate"]),
  {
    ...input("queries.getQueries", { limit: 100 }),
    as: "classmate",
    about: "of somebody else",
    given: asked,
    outcome: "done",
    output: ({ items }) => assert.deepEqual(items, []),
    hides: (_built, { query }) => [query.title, query.body],
  },
  {
    ...input("queries.getQueries", { cursor: encodeCursor([0, "soon", "x"]) }),
    as: "student",
    about: "from a forged cursor",
    given: asked,
    outcome: "invalid_input",
    says: /not one that this list gave/,
  },
  {
    operation: "queries.getQueries",
    as: "outsider",
    about: "of no course at all",
    input: () => ({}),
    outcome: "done",
    output: (output) => assert.deepEqual(output, { items: [], nextCursor: null }),
  },
  {
    operation: "queries.getQueries",
    as: "teacherAsStudent",
    about: "of the courses that they teach otherwise",
    given: asked,
    input: () => ({}),
    outcome: "done",
    output: ({ items }) => assert.deepEqual(items, []),
  },

  ...away("queries.getQuery", [...staff, "student"], "not_found"),
  {
    ...input("queries.getQuery"),
    as: "student",
    given: asked,
    outcome: "done",
    output: (output, _built, { query }) =>
      assert.deepEqual(output, { query, attachments: [], answers: [], merged: [], answering: [] }),
  },

  ...away("queries.answerQuery", [...staff, "student"], "not_found"),
  { ...input("queries.answerQuery"), as: "student", given: asked, outcome: "forbidden" },
  {
    ...input("queries.answerQuery"),
    as: "assistant",
    given: asked,
    outcome: "done",
    output({ query, answers }, { people }) {
      const [answer] = answers as unknown as Answer[];
      const { state, waitingSince, answerCount } = query as unknown as Query;
      assert.deepEqual([state, waitingSince, answerCount], ["answered", null, 1]);
      assert.deepEqual(answer?.author, { personId: people.assistant.id, name: people.assistant.name });
    },
    events: ["query.answered"],
  },
  {
    ...input("queries.answerQuery"),
    as: "instructor",
    given: closed,
    outcome: "query_closed",
    says: /Reopen/,
  },
  {
    ...input("queries.answerQuery", { body: " \n " }),
    as: "instructor",
    about: "with nothing",
    given: asked,
    outcome: "invalid_input",
    says: /blank/,
  },

  ...away("queries.closeQuery", [...staff, "student"], "not_found"),
  {
    ...input("queries.closeQuery"),
    as: "student",
    given: asked,
    outcome: "done",
    output: ({ query }) => assert.equal((query as unknown as Query).state, "closed"),
    events: ["query.closed"],
  },
  { ...input("queries.closeQuery"), as: "assistant", about: "a second time", given: closed, outcome: "done" },

  ...away("queries.reopenQuery", [...staff, "student"], "not_found"),
  {
    ...input("queries.reopenQuery"),
    as: "student",
    given: closed,
    outcome: "done",
    output: ({ query }, { test: kernel }) => {
      const { state, waitingSince } = query as unknown as Query;
      assert.deepEqual([state, waitingSince], ["open", kernel.clock.now()]);
    },
    events: ["query.reopened"],
  },

  ...away("queries.followUpQuery", [...staff, "student"], "not_found"),
  { ...input("queries.followUpQuery"), as: "instructor", given: asked, outcome: "forbidden" },
  {
    ...input("queries.followUpQuery"),
    as: "student",
    about: "after it was closed",
    given: closed,
    outcome: "done",
    output: ({ query, answers }) => {
      assert.equal((query as unknown as Query).state, "open");
      assert.equal((answers as unknown as Answer[])[0]?.kind, "follow_up");
    },
    events: ["query.followed_up"],
  },
  ...away("queries.askSameQuery", [...staff, "student"], "not_found"),
  { ...input("queries.askSameQuery"), as: "student", given: asked, outcome: "forbidden" },
  ...away("queries.editQuery", [...staff, "student"], "not_found"),
  { ...input("queries.editQuery"), as: "admin", given: asked, outcome: "forbidden" },
  {
    ...input("queries.editQuery"),
    as: "student",
    given: asked,
    outcome: "done",
    output: ({ query }) => {
      const { body, version, editedAt } = query as unknown as Query;
      assert.deepEqual([body, version], ["One shadow, no?", 2]);
      assert.notEqual(editedAt, null);
    },
    events: ["query.changed"],
  },
  {
    ...input("queries.editQuery", { version: 7 }),
    as: "student",
    about: "from another version",
    given: asked,
    outcome: "edited_meanwhile",
  },
  ...away("queries.listRevisions", [...staff, "student"], "not_found"),
  ...away("queries.setQueryVisibility", [...staff, "student"], "not_found"),
  {
    ...input("queries.setQueryVisibility", { visibility: "class" }),
    as: "instructor",
    about: "to the class",
    given: asked,
    outcome: "asker_decides",
  },
  ...away("queries.announceAnswering", [...staff, "student"], "not_found"),
  { ...input("queries.announceAnswering"), as: "student", given: asked, outcome: "forbidden" },
  ...away("queries.mergeQueries", [...staff, "student"], "not_found"),
  { ...input("queries.mergeQueries"), as: "student", given: asked, outcome: "forbidden" },
  {
    ...input("queries.mergeQueries"),
    as: "instructor",
    about: "into itself",
    given: asked,
    outcome: "invalid_input",
    says: /itself/,
  },
  ...away("queries.unmergeQuery", [...staff, "student"], "not_found"),
  { ...input("queries.unmergeQuery"), as: "instructor", given: asked, outcome: "not_merged" },
];

runScenarios("queries", slices, scenarios);

test("every operation of the slice has scenarios", () => {
  assert.deepEqual(
    [...new Set(scenarios.map(({ operation }) => operation))].sort(),
    Object.keys(matrixInputs).sort(),
  );
});

eachCourse("queries over time", slices, (built) => {
  test("those who teach see the longest waiting first, page after page, then the rest", async () => {
    const { test: kernel, people } = built();
    const titles = ["first", "second", "third", "fourth"];
    const ids = new Map<string, string>();
    for (const title of titles) {
      kernel.clock.advance(1_000);
      ids.set(
        title,
        (await buildQuery(built(), { title, as: title === "third" ? "classmate" : "student" })).queryId,
      );
    }
    const move = (operation: string, title: string, extra: object = {}) => {
      kernel.clock.advance(1_000);
      return kernel.must(people.instructor.token, operation, { queryId: ids.get(title) ?? "", ...extra });
    };
    await move("queries.answerQuery", "first", { body: "So." });
    await move("queries.closeQuery", "second");
    await move("queries.answerQuery", "fourth", { body: "Thus." });
    await move("queries.reopenQuery", "first");

    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: Query[]; nextCursor: string | null } = await kernel.must(
        people.assistant.token,
        "queries.getQueries",
        { limit: 1, ...(cursor === null ? {} : { cursor }) },
      );
      seen.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor;
    } while (cursor !== null);
    assert.deepEqual(seen, ["third", "first", "fourth", "second"]);

    const own = await kernel.must<{ items: Query[] }>(people.student.token, "queries.getQueries", {
      state: "open",
    });
    assert.deepEqual(
      own.items.map(({ title }) => title),
      ["first"],
    );
  });

  test("so many may wait at once, and no more", async () => {
    const { test: kernel, people, course } = built();
    const input = { courseId: course.courseId, title: "Again", body: "And again." };
    const results: string[] = [];
    for (let count = 0; count < 51; count++) {
      const result = await kernel.call(people.classmate.token, "queries.createQuery", input);
      if ("failure" in result) results.push(result.failure.code);
    }
    assert(results.length > 0);
    assert.deepEqual(new Set(results), new Set(["too_many_open_queries"]));
  });
});
