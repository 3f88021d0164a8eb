/** Assignments as people meet them: handing in, grading, releasing, and what nobody but the right person sees. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { type BuiltCourse, type Persona, personas } from "../courses/fixtures.ts";
import { eachCourse, runScenarios, type Scenario, turnedAway } from "../courses/testing.ts";
import { pdfOf, sendFile } from "../materials/fixtures.ts";
import { buildAssignment, buildExtension, buildGrade, buildSubmission, matrixInputs } from "./fixtures.ts";
import type { Assignment, GradeEntry, MySubmission, SubmissionReceipt, SubmittedWork } from "./schema.ts";
import { assignmentsSlice } from "./slice.ts";

interface Given {
  readonly assignment: Assignment;
  readonly submission: SubmissionReceipt;
  readonly extensionId?: string;
}
type Row = Scenario<keyof typeof matrixInputs, Given>;

const staff: readonly Persona[] = ["admin", "instructor", "assistant"];
const students: readonly Persona[] = ["student", "classmate"];
const nothing = {} as SubmissionReceipt;

const set = async (built: BuiltCourse): Promise<Given> => ({
  assignment: await buildAssignment(built),
  submission: nothing,
});
const draft = async (built: BuiltCourse): Promise<Given> => ({
  assignment: await buildAssignment(built, { title: "A secret test", published: false }),
  submission: nothing,
});
const handedIn = async (built: BuiltCourse): Promise<Given> => {
  const assignment = await buildAssignment(built);
  return { assignment, submission: await buildSubmission(built, assignment) };
};
const graded = async (built: BuiltCourse): Promise<Given> => {
  const given = await handedIn(built);
  await buildGrade(built, given.submission);
  return given;
};
const released = async (built: BuiltCourse): Promise<Given> => {
  const given = await graded(built);
  const { assignmentId } = given.assignment;
  await built.test.must(built.people.instructor.token, "assignments.releaseGrades", { assignmentId });
  return given;
};
const away = (
  operation: Row["operation"],
  allowed: readonly Persona[],
  {
    given,
    member,
  }: { given?: (built: BuiltCourse) => Promise<Given>; member?: "forbidden" | "not_found" } = {},
) =>
  turnedAway<Row["operation"], Given>(
    {
      operation,
      given: given ?? handedIn,
      input: (built, rest) => matrixInputs[operation]({ built, ...rest }),
    },
    allowed,
    member,
  );
const input = (operation: Row["operation"], extra: object = {}) => ({
  operation,
  input: (built: BuiltCourse, given: Given) => ({
    ...matrixInputs[operation]({ built, ...given }),
    ...extra,
  }),
});

/** Work that is handed in by the student as a file that is named and made so. */
const handsIn = (name: string, bytes: Uint8Array, outcome: string): Row => ({
  operation: "assignments.submitAssignment",
  as: "student",
  about: `with ${name}`,
  given: set,
  input: async (built, { assignment: { assignmentId } }) => ({
    assignmentId,
    uploadId: await sendFile(built, built.people.student, name, bytes),
  }),
  outcome,
  ...(outcome === "done" ? { events: ["submission.received"] } : {}),
});

const scenarios: readonly Row[] = [
  ...away("assignments.createAssignment", staff),
  {
    ...input("assignments.createAssignment", { pointsMax: 0.29, published: true }),
    as: "assistant",
    given: set,
    outcome: "done",
    output: ({ pointsMax, dueAt, state, isPastDue }) =>
      assert.deepEqual([pointsMax, dueAt, state, isPastDue], [0.29, null, "published", false]),
    events: ["assignment.created", "assignment.published"],
  },
  {
    ...input("assignments.createAssignment", { pointsMax: 1.005 }),
    as: "instructor",
    about: "with a thousandth of a point",
    given: set,
    outcome: "invalid_input",
    says: /pointsMax: This may have at most two decimals/,
  },

  ...away("assignments.updateAssignment", staff),
  {
    ...input("assignments.updateAssignment", { published: true, dueAt: null }),
    as: "instructor",
    about: "to publish a draft that is never due",
    given: draft,
    outcome: "done",
    output: ({ state, dueAt, version }) => assert.deepEqual([state, dueAt, version], ["published", null, 2]),
    events: ["assignment.updated", "assignment.published"],
  },
  {
    ...input("assignments.updateAssignment", { published: false }),
    as: "instructor",
    about: "to hide it from those who have handed in",
    given: handedIn,
    outcome: "has_submissions",
  },
  {
    ...input("assignments.updateAssignment", { pointsMax: 8 }),
    as: "instructor",
    about: "to fewer points than a mark",
    given: graded,
    outcome: "points_below_mark",
    says: /8\.5 points/,
  },
  {
    ...input("assignments.updateAssignment"),
    as: "assistant",
    about: "after the instructor did",
    given: async (built) => {
      const given = await set(built);
      const { assignmentId } = given.assignment;
      const change = { assignmentId, version: 1, title: "First" };
      await built.test.must(built.people.instructor.token, "assignments.updateAssignment", change);
      return given;
    },
    outcome: "stale_version",
    says: /^Grace Hopper changed the assignment/,
  },

  ...away("assignments.listAssignments", [...staff, ...students]),
  {
    ...input("assignments.listAssignments", { limit: 100 }),
    as: "student",
    about: "without drafts",
    given: draft,
    outcome: "done",
    hides: () => ["A secret test", "draft"],
  },

  ...away("assignments.getAssignment", [...staff, ...students]),
  {
    ...input("assignments.getAssignment"),
    as: "student",
    about: "that is a draft",
    given: draft,
    outcome: "not_found",
    hides: () => ["secret"],
  },
  {
    ...input("assignments.getAssignment"),
    as: "student",
    given: set,
    outcome: "done",
    output: ({ mine, ...output }, _built, { assignment: { mine: _none, ...assignment } }) => {
      assert.deepEqual(output, assignment);
      assert.equal((mine as Assignment["mine"])?.state, "to_do");
    },
  },

  ...away("assignments.submitAssignment", students),
  {
    ...input("assignments.submitAssignment"),
    as: "student",
    about: "that is a draft",
    given: draft,
    outcome: "not_found",
  },
  {
    operation: "assignments.submitAssignment",
    as: "student",
    given: set,
    input: async (built, { assignment: { assignmentId } }) => ({
      assignmentId,
      uploadId: await sendFile(built, built.people.student, "shadow.pdf", pdfOf(1)),
    }),
    outcome: "done",
    output({ submissionId, ...receipt }, { test: kernel }, { assignment }) {
      assert.match(String(submissionId), /^[0-9a-f-]{36}$/);
      assert.deepEqual(receipt, {
        assignmentId: assignment.assignmentId,
        attempt: 1,
        fileName: "shadow.pdf",
        bytes: pdfOf(1).length,
        sha256: createHash("sha256").update(pdfOf(1)).digest("hex"),
        receivedAt: kernel.clock.now(),
        late: false,
        files: [
          {
            fileName: "shadow.pdf",
            mediaType: "application/pdf",
            bytes: pdfOf(1).length,
            sha256: createHash("sha256").update(pdfOf(1)).digest("hex"),
          },
        ],
        textSha256: null,
        receipt: receipt.receipt ?? "",
      });
      assert.match(String(receipt.receipt), /^Lyceum receipt 1\nAssignment: Measure a shadow/);
    },
    events: ["submission.received"],
  },
  handsIn("work.pdf", Buffer.from("no PDF at all, but a text"), "unsupported_type"),
  handsIn("half.pdf", pdfOf(2).subarray(0, 200), "file_broken"),
  handsIn("program.c", Buffer.from("int main(void) { return 0; }\n"), "done"),
  {
    operation: "assignments.submitAssignment",
    as: "student",
    about: "after it was graded",
    given: graded,
    input: async (built, { assignment: { assignmentId } }) => ({
      assignmentId,
      uploadId: await sendFile(built, built.people.student, "again.txt", Buffer.from("Again.\n")),
    }),
    outcome: "already_graded",
    hides: () => ["8.5"],
  },

  ...away("assignments.previewDates", staff),
  ...away("assignments.grantExtension", staff),
  ...away("assignments.listExtensions", staff),
  ...away("assignments.revokeExtension", staff, {
    member: "not_found",
    given: async (built) => {
      const given = await set(built);
      return { ...given, extensionId: (await buildExtension(built, given.assignment)).extensionId };
    },
  }),
  ...away("assignments.saveDraft", students),
  ...away("assignments.addDraftFile", students),
  ...away("assignments.removeDraftFile", students),
  ...away("assignments.downloadDraftFile", students),
  ...away("assignments.submitDraft", students),
  ...away("assignments.withdrawSubmission", students),
  ...away("assignments.verifyReceipt", personas),

  ...away("assignments.getMySubmission", students),
  {
    ...input("assignments.getMySubmission"),
    as: "classmate",
    about: "who has handed in nothing",
    given: handedIn,
    outcome: "done",
    output: ({ submission }) => assert.equal(submission, null),
    hides: (_built, { submission }) => [submission.submissionId, submission.fileName],
  },
  {
    ...input("assignments.getMySubmission"),
    as: "student",
    about: "with a grade that is not released",
    given: graded,
    outcome: "done",
    output: ({ submission }) => assert.equal((submission as MySubmission).grade, null),
    hides: ({ people }) => ["8.5", "Measure twice", people.assistant.name],
  },
  {
    ...input("assignments.getMySubmission"),
    as: "student",
    about: "with a grade that is released",
    given: released,
    outcome: "done",
    output({ submission }, { test: kernel, people }) {
      assert.deepEqual((submission as MySubmission).grade, {
        points: 8.5,
        pointsMax: 10,
        feedback: "Measure twice.",
        attempt: 1,
        gradedBy: { personId: people.assistant.id, name: people.assistant.name },
        gradedAt: kernel.clock.now(),
        releasedAt: kernel.clock.now(),
        rawPoints: 8.5,
        latePercent: 0,
        lateDueAt: null,
        levels: [],
        feedbackFiles: [],
      });
    },
  },

  ...away("assignments.getSubmittedAssignment", staff),
  {
    ...input("assignments.getSubmittedAssignment"),
    as: "assistant",
    given: graded,
    outcome: "done",
    output({ blobs }, { people }, { submission }) {
      const work = blobs as unknown as Record<string, SubmittedWork>;
      assert.deepEqual(Object.keys(work), [people.student.id]);
      const mine = work[people.student.id];
      assert.deepEqual(
        [mine?.submissionId, mine?.studentName, mine?.file?.sha256, mine?.grade?.points, mine?.version],
        [submission.submissionId, people.student.name, submission.sha256, 8.5, 2],
      );
    },
    hides: ({ people }) => [people.classmate.id],
  },

  ...away("assignments.downloadSubmission", [...staff, "student"], { member: "not_found" }),
  {
    ...input("assignments.downloadSubmission"),
    as: "student",
    given: handedIn,
    outcome: "done",
    output: ({ fileName, sha256 }, _built, { submission }) =>
      assert.deepEqual([fileName, sha256], [submission.fileName, submission.sha256]),
  },
  {
    ...input("assignments.downloadSubmission", { attempt: 7 }),
    as: "instructor",
    about: "of an attempt that never was",
    given: handedIn,
    outcome: "not_found",
    says: /no attempt 7/,
  },

  ...away("assignments.gradeSubmission", [...staff, "student"], { member: "not_found" }),
  { ...input("assignments.gradeSubmission"), as: "student", given: handedIn, outcome: "forbidden" },
  {
    ...input("assignments.gradeSubmission", { points: 0.07, feedback: "" }),
    as: "assistant",
    given: handedIn,
    outcome: "done",
    output: ({ grade, version }) =>
      assert.deepEqual([(grade as SubmittedWork["grade"])?.points, version], [0.07, 2]),
    events: ["submission.graded"],
  },
  {
    ...input("assignments.gradeSubmission", { points: 10.01 }),
    as: "assistant",
    about: "with more points than there are",
    given: handedIn,
    outcome: "invalid_input",
    says: /from 0 to 10 points/,
  },
  {
    ...input("assignments.gradeSubmission", { points: -1 }),
    as: "assistant",
    about: "with less than nothing",
    given: handedIn,
    outcome: "invalid_input",
  },
  {
    ...input("assignments.gradeSubmission"),
    as: "instructor",
    about: "after another grader",
    given: graded,
    outcome: "stale_version",
    says: /^Inés Ramírez changed this work or its grade/,
  },
  {
    ...input("assignments.gradeSubmission"),
    as: "instructor",
    about: "after a newer attempt",
    given: async (built) => {
      const given = await handedIn(built);
      await buildSubmission(built, given.assignment, { text: "Better.\n" });
      return given;
    },
    outcome: "stale_version",
    says: /^Ada Lovelace changed this work/,
  },
  {
    operation: "assignments.gradeSubmission",
    as: "instructor",
    about: "naming another student",
    given: handedIn,
    input: ({ people }, { submission: { submissionId } }) => ({
      submissionId,
      studentId: people.classmate.id,
      points: 1,
      version: 1,
    }),
    outcome: "invalid_input",
    says: /another student's/,
  },

  ...away("assignments.releaseGrades", ["admin", "instructor"]),
  {
    ...input("assignments.releaseGrades"),
    as: "instructor",
    given: graded,
    outcome: "done",
    output: ({ released: count, remaining }) => assert.deepEqual([count, remaining], [1, 0]),
    events: ["grade.released"],
  },
  {
    ...input("assignments.releaseGrades"),
    as: "instructor",
    about: "a second time",
    given: released,
    outcome: "done",
    output: ({ released: count, remaining }) => assert.deepEqual([count, remaining], [0, 0]),
  },
  {
    operation: "assignments.releaseGrades",
    as: "instructor",
    about: "of work that has none",
    given: handedIn,
    input: (_built, { assignment, submission }) => ({
      assignmentId: assignment.assignmentId,
      submissionIds: [submission.submissionId],
    }),
    outcome: "not_graded",
  },
  {
    operation: "assignments.releaseGrades",
    as: "instructor",
    about: "of another assignment's work",
    given: graded,
    input: async (built, { submission }) => ({
      assignmentId: (await set(built)).assignment.assignmentId,
      submissionIds: [submission.submissionId],
    }),
    outcome: "invalid_input",
    says: /not all/i,
  },

  ...away("assignments.getGrades", [...staff, ...students]),
  {
    ...input("assignments.getGrades", { limit: 100 }),
    as: "classmate",
    about: "of others and not released",
    given: released,
    outcome: "done",
    output: ({ items }) => assert.deepEqual(items, []),
    hides: ({ people }) => [people.student.id, people.student.name],
  },
  {
    operation: "assignments.getGrades",
    as: "student",
    given: released,
    input: ({ course }, { assignment }) => ({
      courseId: course.courseId,
      assignmentId: assignment.assignmentId,
    }),
    outcome: "done",
    output({ items }, { people }, { assignment, submission }) {
      const [entry] = items as unknown as GradeEntry[];
      assert.equal((items as unknown[]).length, 1);
      assert.deepEqual(
        [entry?.assignmentTitle, entry?.submissionId, entry?.studentId, entry?.grade.points],
        [assignment.title, submission.submissionId, people.student.id, 8.5],
      );
    },
  },
  {
    operation: "assignments.getGrades",
    as: "student",
    about: "before their release",
    given: graded,
    input: ({ course }, { assignment }) => ({
      courseId: course.courseId,
      assignmentId: assignment.assignmentId,
    }),
    outcome: "done",
    output: ({ items }) => assert.deepEqual(items, []),
  },
  {
    operation: "assignments.getGrades",
    as: "assistant",
    about: "before their release",
    given: graded,
    input: ({ course }, { assignment }) => ({
      courseId: course.courseId,
      assignmentId: assignment.assignmentId,
    }),
    outcome: "done",
    output: ({ items }) => assert.equal((items as unknown[]).length, 1),
  },
];

runScenarios("assignments", [assignmentsSlice], scenarios);

test("every operation of the slice has scenarios", () => {
  assert.deepEqual(
    [...new Set(scenarios.map(({ operation }) => operation))].sort(),
    Object.keys(matrixInputs).sort(),
  );
});

eachCourse("work over time", [assignmentsSlice], (built) => {
  test("after the due date it is taken and marked late; extending the date takes that back, and changes no receipt", async () => {
    const { test: kernel, people } = built();
    const assignment = await buildAssignment(built(), { dueInMs: 1_000 });
    const { assignmentId } = assignment;
    kernel.clock.advance(1_000);
    assert.equal((await buildSubmission(built(), assignment, { as: "classmate" })).late, false);
    kernel.clock.advance(1);
    assert.equal((await buildSubmission(built(), assignment)).late, true);
    const change = { assignmentId, version: 1, dueAt: kernel.clock.now() + 60_000 };
    await kernel.must(people.instructor.token, "assignments.updateAssignment", change);
    const { submission } = await kernel.must<{ submission: MySubmission }>(
      people.student.token,
      "assignments.getMySubmission",
      { assignmentId },
    );
    assert.equal(submission.attempts[0]?.late, false);
    assert.match(submission.attempts[0]?.receipt ?? "", /^Late: yes$/m);
  });

  test("handed in again, it is the next attempt, and the earlier file is kept", async () => {
    const { test: kernel, people } = built();
    const assignment = await buildAssignment(built());
    const first = await buildSubmission(built(), assignment, { fileName: "first.md" });
    const second = await buildSubmission(built(), assignment, { fileName: "second.txt", text: "Second.\n" });
    assert.deepEqual([second.submissionId, second.attempt], [first.submissionId, 2]);
    const file = (attempt: object) =>
      kernel.must<{ fileName: string }>(people.assistant.token, "assignments.downloadSubmission", {
        submissionId: first.submissionId,
        ...attempt,
      });
    assert.equal((await file({})).fileName, "second.txt");
    assert.equal((await file({ attempt: 1 })).fileName, "first.md");
  });

  test("a retry with the same key hands in once, even with a new upload of the same file", async () => {
    const { test: kernel, people } = built();
    const { assignmentId } = await buildAssignment(built());
    const hand = async () => {
      const uploadId = await sendFile(built(), people.student, "once.txt", Buffer.from("Once.\n"));
      const input = { assignmentId, uploadId };
      return kernel.must<SubmissionReceipt>(people.student.token, "assignments.submitAssignment", input, {
        key: "once",
      });
    };
    assert.deepEqual(await hand(), await hand());
  });

  test("a released mark may be corrected, and stays released", async () => {
    const { test: kernel, people } = built();
    const { submission, assignment } = await released(built());
    await buildGrade(built(), submission, { points: 9, version: 2 });
    const mine = await kernel.must<{ submission: MySubmission }>(
      people.student.token,
      "assignments.getMySubmission",
      { assignmentId: assignment.assignmentId },
    );
    assert.equal(mine.submission.grade?.points, 9);
  });

  test("of somebody who left the course stays with the graders, out of their own reach", async () => {
    const { test: kernel, people, course } = built();
    const { instructor, outsider } = people;
    const { courseId } = course;
    const { enrolmentId } = await kernel.must<{ enrolmentId: string }>(
      instructor.token,
      "courses.enrolPerson",
      { courseId, email: outsider.email, role: "student" },
    );
    const assignment = await buildAssignment(built());
    const { submissionId } = await buildSubmission(built(), assignment, { as: "outsider" });
    await kernel.must(instructor.token, "courses.endEnrolment", { enrolmentId });
    const own = await kernel.call(outsider.token, "assignments.downloadSubmission", { submissionId });
    assert.equal("failure" in own && own.failure.code, "not_found");
    const { blobs } = await kernel.must<{ blobs: Record<string, SubmittedWork> }>(
      instructor.token,
      "assignments.getSubmittedAssignment",
      { assignmentId: assignment.assignmentId },
    );
    assert.equal(blobs[outsider.id]?.studentName, outsider.name);
  });

  test("two graders at once: one mark stands, the other hears of it", async () => {
    const { test: kernel, people } = built();
    const { submission } = await handedIn(built());
    const give = (persona: Persona, points: number) =>
      kernel.call(people[persona].token, "assignments.gradeSubmission", {
        submissionId: submission.submissionId,
        points,
        version: 1,
      });
    const results = await Promise.all([give("instructor", 3), give("assistant", 4)]);
    const codes = results.map((result) => ("failure" in result ? result.failure.code : "done"));
    assert.deepEqual(codes.sort(), ["done", "stale_version"]);
  });
});
