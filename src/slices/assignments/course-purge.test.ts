/** A course that is deleted for good takes every row of its assignments with it, named by the course or not, and every file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import { tablesOf } from "#engines/store/port.ts";
import type { BlobTables } from "#kernel/blob-holds.ts";
import type { Persona } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { sendFile } from "../materials/fixtures.ts";
import { buildAssignment, buildExtension, buildGrade, buildSubmission } from "./fixtures.ts";
import type { Rubric } from "./grading-schema.ts";
import { assignmentsSlice } from "./slice.ts";
import { type AssignmentsTables, assignmentsTables } from "./tables.ts";
import { deskOf, setting } from "./testing.ts";

const dayMs = 24 * 3_600_000;
const tables = Object.keys(assignmentsTables) as readonly (keyof AssignmentsTables)[];
/** What belongs to people, whatever becomes of a course. */
const ofPeople: readonly (keyof AssignmentsTables)[] = ["grading_comments"];

eachCourse("a course with work and grades, deleted for good", [assignmentsSlice], (built) => {
  const must = <Output>(as: Persona, operation: string, input: JsonObject) =>
    built().test.must<Output>(built().people[as].token, operation, input);
  const give = async (as: Persona, fileName: string) =>
    sendFile(built(), built().people[as], fileName, Buffer.from(`# ${fileName}\n`));

  /** By the table, what it holds. */
  async function counted(): Promise<Readonly<Record<string, number>>> {
    const { value } = await built().test.kernel.store.read(async (database) => {
      const counts: Record<string, number> = {};
      for (const table of tables) {
        const { count } = await tablesOf<AssignmentsTables>(database)
          .selectFrom(table)
          .select(({ fn }) => fn.countAll<number>().as("count"))
          .executeTakeFirstOrThrow();
        counts[table] = Number(count);
      }
      return counts;
    });
    return value;
  }

  async function held(): Promise<readonly string[]> {
    const { value } = await built().test.kernel.store.read((database) =>
      tablesOf<BlobTables>(database).selectFrom("blob_holders").select("holder").execute(),
    );
    return value.map(({ holder }) => holder);
  }

  /** Two markers by a rubric that changes, without names: a grade released, appealed, with a file given back. */
  async function graded(): Promise<void> {
    const assignment = await setting(built(), { isAnonymous: true });
    const { assignmentId } = assignment;
    const level = (title: string, points: number) => ({ title, points });
    const criteria = [{ title: "Method", levels: [level("none", 0), level("good", 10)] }];
    const rubric = await must<Rubric>("instructor", "assignments.setRubric", {
      ...{ assignmentId, version: 0, criteria },
    });
    await must("instructor", "assignments.updateGrading", {
      ...{ assignmentId, version: 1, marking: "double_blind" },
      firstMarkers: [built().people.assistant.id],
    });
    const { submissionId } = await buildSubmission(built(), assignment);
    const levels = rubric.criteria.map(({ criterionId, levels: [, best] }) => ({
      ...{ criterionId, levelId: best?.levelId ?? "" },
    }));
    await must("assistant", "assignments.gradeSubmission", { submissionId, levels, version: 1 });
    await must("instructor", "assignments.gradeSubmission", { submissionId, levels, version: 2 });
    await must("instructor", "assignments.agreeGrade", { submissionId, levels, version: 3 });
    const uploadId = await give("assistant", "annotated.md");
    await must("assistant", "assignments.addFeedbackFile", { submissionId, uploadId });
    await must("instructor", "assignments.releaseGrades", { assignmentId });
    await must("student", "assignments.openAppeal", { submissionId, reason: "Page 2." });
    const changed = rubric.criteria.map(({ levels: [none, best], ...criterion }) => ({
      ...criterion,
      levels: [none, best].map((each) => ({ ...each, description: "As it says." })),
    }));
    await must("instructor", "assignments.setRubric", {
      ...{ assignmentId, version: rubric.version, criteria: changed as unknown as JsonObject[] },
    });
    await must("assistant", "assignments.saveGradingComment", { text: "Name the weakest step." });
  }

  /** A draft that waits, several files, a second attempt, an extension and a file of the description. */
  async function handedIn(): Promise<void> {
    const assignment = await setting(built(), { acceptsText: true, filesMax: 3 });
    const desk = deskOf(built(), assignment);
    await desk.add("one.md", "1\n");
    const { version } = await desk.add("two.md", "2\n");
    await desk.submit(version);
    const draft = await desk.write("Once more.", version + 1);
    await desk.add("three.md", `${draft.version}\n`);
    await buildExtension(built(), assignment);
    const uploadId = await give("instructor", "sheet.md");
    await must("instructor", "assignments.addAssignmentAttachment", {
      ...{ assignmentId: assignment.assignmentId, uploadId },
    });
    const other = await buildAssignment(built());
    const submission = await buildSubmission(built(), other);
    await buildSubmission(built(), other, { text: "Better.\n" });
    await buildGrade(built(), submission, { version: 2 });
  }

  async function inGroups(): Promise<void> {
    const { courseId } = built().course;
    const { groupSetId } = await must<{ groupSetId: string }>("instructor", "courses.createGroupSet", {
      ...{ courseId, name: "Partners", groupCount: 1 },
    });
    await must("instructor", "courses.distributeGroupMembers", { groupSetId, seed: 7 });
    const desk = deskOf(built(), await setting(built(), { groupSetId, acceptsText: true }));
    await desk.submit((await desk.write("Together.", 0)).version);
  }

  /** As merging two accounts of one person leaves it. */
  async function merged(): Promise<void> {
    const { courseId } = built().course;
    await built().test.kernel.store.write((tx) =>
      tablesOf<AssignmentsTables>(tx.database)
        .insertInto("moved_attempts")
        .values({
          ...{ submission_id: "merged", attempt: 1, course_id: courseId },
          ...{ to_submission_id: "kept", to_attempt: 2 },
        })
        .execute(),
    );
  }

  test("no row is left in any table, and no file is held", async () => {
    await graded();
    await handedIn();
    await inGroups();
    await merged();
    const before = await counted();
    for (const table of tables) assert(before[table] !== 0, `the school has something in ${table}`);
    assert((await held()).length >= 6, "files are held");

    const { courseId } = built().course;
    await must("instructor", "courses.trashCourse", { courseId });
    built().test.clock.advance(31 * dayMs);
    await built().test.kernel.settle();
    const after = await counted();
    assert.deepEqual(
      tables.filter((table) => after[table] !== 0),
      ofPeople,
      "delete these in `purge` of course-life.ts",
    );
    assert.deepEqual(await held(), []);
  });
});
