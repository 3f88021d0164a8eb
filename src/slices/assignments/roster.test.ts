/** The list of submissions: pages that never overlap in any order, and neighbours that agree with them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import type { Persona } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { buildPerson } from "../identity/fixtures.ts";
import { buildAssignment, buildSubmission } from "./fixtures.ts";
import type { RosterLine } from "./roster-schema.ts";
import type { Assignment, SubmissionReceipt } from "./schema.ts";
import { assignmentsSlice } from "./slice.ts";

interface List {
  readonly items: RosterLine[];
  readonly nextCursor: string | null;
  readonly matching: number;
  readonly counts: Readonly<Record<string, number>>;
}

const sorts = ["name", "state", "received", "points"] as const;

eachCourse("the list of submissions", [assignmentsSlice], (built) => {
  const must = <Output>(as: Persona, operation: string, input: JsonObject) =>
    built().test.must<Output>(built().people[as].token, `assignments.${operation}`, input);
  /** All lines, one a page. */
  const walk = async (wish: JsonObject): Promise<RosterLine[]> => {
    const lines: RosterLine[] = [];
    for (let cursor: string | null = null; ; ) {
      const page: List = await must("assistant", "listSubmissions", {
        ...wish,
        limit: 1,
        ...(cursor === null ? {} : { cursor }),
      });
      lines.push(...page.items);
      cursor = page.nextCursor;
      if (cursor === null) return lines;
    }
  };
  const grade = (submission: SubmissionReceipt, points: number) =>
    must("assistant", "gradeSubmission", { submissionId: submission.submissionId, points, version: 1 });

  /** One graded, one to grade, two missing, of whom two bear one name. */
  const given = async (more: JsonObject = {}): Promise<Assignment> => {
    const { test: kernel, people, course } = built();
    const random = seededRandom(built().test.clock.now());
    for (const number of [1, 2]) {
      const email = `twin${number}.${kernel.clock.now()}@lindenhof.example`;
      await buildPerson(kernel, { name: "Zoë 王 🌒", email, roles: ["student"] }, random);
      const enrolment = { courseId: course.courseId, email, role: "student" };
      await kernel.must(people.instructor.token, "courses.enrolPerson", enrolment);
    }
    const assignment = await must<Assignment>("instructor", "createAssignment", {
      courseId: course.courseId,
      title: "Paged",
      pointsMax: 10,
      published: true,
      ...more,
    });
    await grade(await buildSubmission(built(), assignment), 4);
    kernel.clock.advance(1_000);
    await buildSubmission(built(), assignment, { as: "classmate" });
    return assignment;
  };

  for (const isAnonymous of [false, true])
    test(`pages of one line make the whole list, in every order${isAnonymous ? ", by pseudonyms" : ""}`, async () => {
      const { assignmentId } = await given({ isAnonymous });
      const whole = await must<List>("assistant", "listSubmissions", { assignmentId });
      assert.equal(whole.items.length, whole.counts.all);
      assert.equal(whole.matching, whole.counts.all);
      const names = whole.items.map(({ studentName }) => studentName);
      const fold = (name: string) => name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
      assert.deepEqual(
        names,
        names.toSorted((one, other) => (fold(one) < fold(other) ? -1 : 1)),
      );
      for (const sort of sorts) {
        const lines = await walk({ assignmentId, sort });
        assert.equal(lines.length, whole.items.length, sort);
        assert.equal(new Set(lines.map(({ studentId }) => studentId)).size, whole.items.length, sort);
      }
      const [best] = await walk({ assignmentId, sort: "points" });
      assert.equal(best?.points, 4);
      const [first] = await walk({ assignmentId, sort: "state" });
      assert.equal(first?.state, "handed_in");
      const [earliest] = await walk({ assignmentId, sort: "received" });
      assert.equal(earliest?.state, "graded");
      const { test: kernel } = built();
      for (const { nextCursor } of [
        await must<List>("assistant", "listSubmissions", { assignmentId, filter: "missing", limit: 1 }),
      ]) {
        const text = Buffer.from(nextCursor ?? "", "base64url").toString();
        const ids = (
          await kernel.must<{ items: { personId: string }[] }>(
            built().people.instructor.token,
            "courses.listEnrolments",
            { courseId: built().course.courseId },
          )
        ).items;
        if (isAnonymous)
          assert(!ids.some(({ personId }) => text.includes(personId)), "a cursor names nobody");
      }
    });

  test("neighbours follow the list; what was just graded leads on to what waits", async () => {
    const { assignmentId } = await given();
    const work = await walk({ assignmentId, filter: "work" });
    const near = (submissionId: string | null | undefined, filter: string) =>
      must<{
        place: number;
        count: number;
        previousSubmissionId: string | null;
        nextSubmissionId: string | null;
      }>("assistant", "getSubmission", { submissionId: submissionId ?? "", filter });
    const [one, two] = work;
    const first = await near(one?.submissionId, "work");
    assert.deepEqual(
      [first.place, first.count, first.previousSubmissionId, first.nextSubmissionId],
      [1, 2, null, two?.submissionId],
    );
    const second = await near(two?.submissionId, "work");
    assert.deepEqual(
      [second.place, second.previousSubmissionId, second.nextSubmissionId],
      [2, one?.submissionId, null],
    );
    const graded = work.find(({ state }) => state === "graded");
    const waiting = work.find(({ state }) => state === "handed_in");
    const outside = await near(graded?.submissionId, "to_grade");
    assert.deepEqual([outside.place, outside.nextSubmissionId], [0, waiting?.submissionId]);
  });

  test("a search takes signs as they are, and finds pseudonyms only where names are hidden", async () => {
    const { people } = built();
    const open = await buildAssignment(built());
    const found = async ({ assignmentId }: Assignment, search: string) =>
      (await must<List>("assistant", "listSubmissions", { assignmentId, search })).matching;
    assert.equal(await found(open, "%"), 0);
    assert.equal(await found(open, "_"), 0);
    assert((await found(open, "ZOE 王")) >= 2);
    const hidden = await given({ isAnonymous: true });
    assert.equal(await found(hidden, people.student.name), 0);
    assert.equal(await found(hidden, people.student.email), 0);
    const { items } = await must<List>("assistant", "listSubmissions", { assignmentId: hidden.assignmentId });
    assert.equal(await found(hidden, items[0]?.studentName ?? ""), 1);
  });

  test("a cursor that this list did not give is refused", async () => {
    const { assignmentId } = await buildAssignment(built());
    const cursor = Buffer.from(JSON.stringify([1, "x"])).toString("base64url");
    const result = await built().test.call(built().people.assistant.token, "assignments.listSubmissions", {
      assignmentId,
      cursor,
    });
    assert("failure" in result && result.failure.code === "invalid_input");
  });
});
