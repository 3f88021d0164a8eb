/** Grading as people meet it: rubrics, two markers, hidden names, releases taken back, appeals, files given back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "#base/json.ts";
import type { Archive } from "#kernel/archive.ts";
import type { Persona } from "../courses/fixtures.ts";
import { eachCourse } from "../courses/testing.ts";
import { sendFile } from "../materials/fixtures.ts";
import { buildAssignment, buildSubmission } from "./fixtures.ts";
import type { Appeal, GradeChange, GradingSettings, Mark, Rubric } from "./grading-schema.ts";
import type { RosterLine } from "./roster-schema.ts";
import type { Assignment, Extension, MySubmission, SubmissionReceipt, SubmittedWork } from "./schema.ts";
import { assignmentsSlice } from "./slice.ts";

interface ToGrade {
  readonly work: SubmittedWork;
  readonly marks: readonly Mark[];
  readonly nextSubmissionId: string | null;
}

eachCourse("grading", [assignmentsSlice], (built) => {
  const must = <Output>(as: Persona, operation: string, input: JsonObject) =>
    built().test.must<Output>(built().people[as].token, `assignments.${operation}`, input);
  const refused = async (as: Persona, operation: string, input: JsonObject): Promise<string> => {
    const result = await built().test.call(built().people[as].token, `assignments.${operation}`, input);
    return "failure" in result ? result.failure.code : "done";
  };
  const mine = async ({ assignmentId }: Assignment, as: Persona = "student") =>
    (await must<{ submission: MySubmission }>(as, "getMySubmission", { assignmentId })).submission;
  const grade = (submission: SubmissionReceipt, input: JsonObject, as: Persona = "assistant") =>
    must<SubmittedWork>(as, "gradeSubmission", { submissionId: submission.submissionId, ...input });
  const level = (title: string, points: number) => ({ title, points });
  const criteria = [
    { title: "Method", levels: [level("none", 0), level("some", 3), level("good", 6)] },
    { title: "Words", levels: [level("poor", 0), level("good", 4)] },
  ];
  const rubric = async ({ assignmentId }: Assignment): Promise<Rubric> =>
    must<Rubric>("instructor", "setRubric", { assignmentId, version: 0, criteria });
  const choose = (made: Rubric, titles: readonly string[], note = "") =>
    made.criteria.map((criterion, at) => ({
      criterionId: criterion.criterionId,
      levelId: criterion.levels.find(({ title }) => title === titles[at])?.levelId ?? "none",
      note,
    }));
  const release = async ({ assignmentId }: Assignment) =>
    must<{ released: number; releaseId: string | null }>("instructor", "releaseGrades", { assignmentId });
  const input = (made: Rubric) =>
    made.criteria.map(({ levels, ...rest }) => ({
      ...rest,
      levels: levels.map((each) => ({ ...each })),
    }));

  test("a mark by levels is their sum, and the student reads each level with its note", async () => {
    const assignment = await buildAssignment(built());
    const made = await rubric(assignment);
    assert.deepEqual([made.state, made.pointsMax], ["current", 10]);
    const submission = await buildSubmission(built(), assignment);
    const { grade: given } = await grade(submission, {
      levels: choose(made, ["some", "good"], "Say why."),
      feedback: "Nearly.",
      version: 1,
    });
    assert.equal(given?.points, 7);
    await release(assignment);
    const seen = await mine(assignment);
    assert.deepEqual(
      seen.grade?.levels.map(({ criterion, level: chosen, points, pointsMax, note }) => [
        criterion,
        chosen,
        points,
        pointsMax,
        note,
      ]),
      [
        ["Method", "some", 3, 6, "Say why."],
        ["Words", "good", 4, 4, "Say why."],
      ],
    );
    const wrong = { submissionId: submission.submissionId, version: 2 };
    const both = { ...wrong, points: 1, levels: choose(made, ["some", "good"]) };
    assert.equal(await refused("assistant", "gradeSubmission", both), "invalid_input");
    assert.equal(await refused("assistant", "gradeSubmission", wrong), "invalid_input");
    const half = { ...wrong, levels: choose(made, ["some"]).slice(0, 1) };
    assert.equal(await refused("assistant", "gradeSubmission", half), "invalid_input");
  });

  test("a rubric fits the assignment's points, or the assignment takes the rubric's", async () => {
    const { assignmentId } = await buildAssignment(built(), { pointsMax: 12 });
    const wish = { assignmentId, version: 0, criteria };
    assert.equal(await refused("instructor", "setRubric", wish), "rubric_sum");
    const made = await must<Rubric>("instructor", "setRubric", { ...wish, takesPoints: true });
    const { pointsMax, version } = await must<Assignment>("instructor", "getAssignment", { assignmentId });
    assert.equal(pointsMax, 10);
    const change = { assignmentId, version, pointsMax: 11 };
    assert.equal(await refused("instructor", "updateAssignment", change), "rubric_sum");
    assert.equal(await refused("assistant", "setRubric", wish), "stale_version");
    const foreign = [{ ...input(made)[0], criterionId: "another" }];
    const odd = { assignmentId, version: made.version, criteria: foreign as unknown as JsonObject[] };
    assert.equal(await refused("instructor", "setRubric", odd), "invalid_input");
    const other = await buildAssignment(built());
    const copy = { assignmentId: other.assignmentId, fromAssignmentId: assignmentId, version: 0 };
    const copied = await must<Rubric>("instructor", "copyRubric", copy);
    assert.deepEqual(
      copied.criteria.map(({ title }) => title),
      ["Method", "Words"],
    );
    assert.notEqual(copied.criteria[0]?.criterionId, made.criteria[0]?.criterionId);
  });

  test("a rubric that changes after grading began shows whose mark moves, and moves it once agreed", async () => {
    const assignment = await buildAssignment(built());
    const { assignmentId } = assignment;
    const made = await rubric(assignment);
    const first = await buildSubmission(built(), assignment);
    const second = await buildSubmission(built(), assignment, { as: "classmate" });
    await grade(first, { levels: choose(made, ["some", "good"]), version: 1 });
    await grade(second, { levels: choose(made, ["good", "good"]), version: 1 });
    await release(assignment);
    const changed = input(made);
    const [method] = changed;
    assert(method !== undefined);
    method.levels = method.levels.map((each) => (each.title === "some" ? { ...each, points: 4 } : each));
    const wish = { assignmentId, version: made.version, criteria: changed as unknown as JsonObject[] };
    const proposal = await must<Rubric>("instructor", "setRubric", wish);
    assert.deepEqual([proposal.state, proposal.marks], ["proposed", 2]);
    assert.equal((await mine(assignment)).grade?.points, 7);
    const preview = await must<JsonObject>("instructor", "previewRubric", { assignmentId });
    const { moves, stays, regrades, releasedMoves, items } = preview;
    assert.deepEqual([moves, stays, regrades, releasedMoves], [1, 1, 0, 1]);
    const [move] = items as { submissionId: string; pointsBefore: number; points: number }[];
    assert.deepEqual([move?.submissionId, move?.pointsBefore, move?.points], [first.submissionId, 7, 8]);
    await must("instructor", "applyRubric", { assignmentId, version: proposal.version });
    const meanwhile = { submissionId: first.submissionId, points: 1, version: 2 };
    assert.equal(await refused("assistant", "gradeSubmission", meanwhile), "rubric_changing");
    built().test.clock.advance(1_000);
    await built().test.kernel.settle();
    assert.equal((await mine(assignment)).grade?.points, 8);
    assert.equal((await mine(assignment, "classmate")).grade?.points, 10);
    const history = await must<{ items: GradeChange[] }>("assistant", "getGradeHistory", {
      submissionId: first.submissionId,
    });
    assert.deepEqual(
      history.items.map(({ kind, pointsBefore, points }) => [kind, pointsBefore, points]),
      [
        ["rubric", 7, 8],
        ["released", 7, 7],
        ["graded", null, 7],
      ],
    );
    assert.equal(history.items.at(-1)?.levels[0]?.points, 3);
    assert.equal(
      await refused("instructor", "applyRubric", { assignmentId, version: proposal.version }),
      "no_proposal",
    );
  });

  test("a level that is gone leaves the mark until somebody looks; a proposal can be dropped", async () => {
    const assignment = await buildAssignment(built());
    const { assignmentId } = assignment;
    const made = await rubric(assignment);
    const submission = await buildSubmission(built(), assignment);
    await grade(submission, { levels: choose(made, ["some", "good"]), version: 1 });
    const without = input(made);
    const [method] = without;
    assert(method !== undefined);
    method.levels = method.levels.filter(({ title }) => title !== "some");
    const wish = { assignmentId, version: made.version, criteria: without as unknown as JsonObject[] };
    const proposal = await must<Rubric>("instructor", "setRubric", wish);
    const preview = await must<{ regrades: number }>("instructor", "previewRubric", { assignmentId });
    assert.equal(preview.regrades, 1);
    await must("instructor", "discardRubric", { assignmentId, version: proposal.version });
    assert.equal(await refused("instructor", "previewRubric", { assignmentId }), "not_found");
    const again = await must<Rubric>("instructor", "setRubric", wish);
    await must("instructor", "applyRubric", { assignmentId, version: again.version });
    await built().test.kernel.settle();
    const { work } = await must<ToGrade>("assistant", "getSubmission", {
      submissionId: submission.submissionId,
    });
    assert.equal(work.grade?.points, 7);
    assert.equal(work.grade?.levels[0]?.level, "some");
  });

  test("what lateness costs is shown with the reason, and can be waived", async () => {
    const late = { latePolicy: "per_day", latePercent: 10, lateFloorPercent: 50 };
    const { courseId } = built().course;
    const { clock } = built().test;
    const assignment = await must<Assignment>("instructor", "createAssignment", {
      courseId,
      title: "Late",
      pointsMax: 10,
      dueAt: clock.now() + 1_000,
      published: true,
      ...late,
    });
    clock.advance(25 * 3_600_000);
    const submission = await buildSubmission(built(), assignment);
    const { grade: given } = await grade(submission, { points: 9, version: 1 });
    assert.deepEqual([given?.rawPoints, given?.latePercent, given?.points], [9, 20, 7.2]);
    assert.equal(given?.lateDueAt, assignment.dueAt);
    const waived = await grade(submission, { points: 9, version: 2, waivesLateness: true, reason: "Ill." });
    assert.deepEqual([waived.grade?.points, waived.grade?.latePercent], [9, 0]);
  });

  test("names are hidden in ids, names, file names, lists, refusals and the zip, until all grades are released", async () => {
    const { people, course, test: kernel } = built();
    const assignment = await must<Assignment>("instructor", "createAssignment", {
      courseId: course.courseId,
      title: "Anonymous",
      pointsMax: 10,
      published: true,
      isAnonymous: true,
    });
    const { assignmentId } = assignment;
    const fileName = "ada lovelace shadow.md";
    const submission = await buildSubmission(built(), assignment, { fileName });
    const { submissionId } = submission;
    const secrets = [
      people.student.id,
      people.student.name,
      fileName,
      "lovelace",
      people.classmate.name,
      people.classmate.id,
    ];
    const hides = (what: unknown) => {
      const text = JSON.stringify(what);
      for (const secret of secrets) assert(!text.includes(secret), `${secret} in ${text}`);
    };
    const list = await must<{ hidesNames: boolean; items: RosterLine[] }>("admin", "listSubmissions", {
      assignmentId,
    });
    assert.equal(list.hidesNames, true);
    hides(list);
    const found = await must<{ matching: number }>("instructor", "listSubmissions", {
      assignmentId,
      search: people.student.name.split(" ")[0] ?? "",
    });
    assert.equal(found.matching, 0);
    const first = await must<ToGrade>("assistant", "getSubmission", { submissionId });
    hides(first);
    hides(await must("assistant", "getSubmittedAssignment", { assignmentId }));
    hides(await must("assistant", "downloadSubmission", { submissionId }));
    hides(await must("assistant", "downloadSubmissions", { assignmentId }));
    const granted = { assignmentId, studentId: people.student.id, dueAt: kernel.clock.now() + 1 };
    const reason = `${people.student.name} was ill.`;
    await must("instructor", "grantExtension", { ...granted, reason });
    kernel.clock.advance(10);
    const dates = { assignmentId, dueAt: kernel.clock.now() - 1_000_000 };
    hides(await must("assistant", "previewDates", dates));
    await buildSubmission(built(), assignment, { as: "classmate" });
    const preview = await must<{ becomeLate: { people: { personId: string; name: string }[] } }>(
      "assistant",
      "previewDates",
      dates,
    );
    hides(preview);
    assert.match(preview.becomeLate.people[0]?.name ?? "", /^Student /);
    const extensions = await must<{ items: Extension[] }>("assistant", "listExtensions", { assignmentId });
    hides(extensions);
    const [extension] = extensions.items;
    assert.equal(extension?.studentId, first.work.studentId);
    // Who is known by a pseudonym only is changed by it.
    const byPseudonym = { assignmentId, studentId: first.work.studentId, extraAttempts: 1, version: 1 };
    hides(await must("assistant", "grantExtension", byPseudonym));
    const wrong = { submissionId, studentId: people.student.id, points: 1, version: 1 };
    assert.equal(await refused("assistant", "gradeSubmission", wrong), "invalid_input");
    hides(await grade(submission, { studentId: first.work.studentId, points: 4, version: 1 }));
    hides(await must("assistant", "getGradeHistory", { submissionId }));
    hides(await must("assistant", "getGrades", { courseId: course.courseId, assignmentId }));
    const byStudent = { courseId: course.courseId, assignmentId, studentId: people.student.id };
    assert.deepEqual((await must<{ items: unknown[] }>("instructor", "getGrades", byStudent)).items, []);
    const stale = await kernel.call(people.instructor.token, "assignments.gradeSubmission", {
      submissionId,
      points: 1,
      version: 1,
    });
    hides(stale);
    const settings = { assignmentId, version: assignment.version, isAnonymous: false };
    assert.equal(await refused("assistant", "updateAssignment", settings), "names_hidden");
    // Stable for an assignment, and of no use in another.
    const again = await must<ToGrade>("instructor", "getSubmission", { submissionId });
    assert.equal(again.work.studentId, first.work.studentId);
    await must("assistant", "gradeSubmission", {
      submissionId: (await mine(assignment, "classmate")).submissionId,
      points: 3,
      version: 1,
    });
    await release(assignment);
    const open = await must<ToGrade>("assistant", "getSubmission", { submissionId });
    assert.equal(open.work.studentName, people.student.name);
  });

  test("an instructor shows names with a reason; a newer attempt names nobody before", async () => {
    const { people, course, test: kernel } = built();
    const assignment = await must<Assignment>("instructor", "createAssignment", {
      courseId: course.courseId,
      title: "Lifted",
      pointsMax: 10,
      published: true,
      isAnonymous: true,
    });
    const { assignmentId } = assignment;
    const { submissionId } = await buildSubmission(built(), assignment);
    await buildSubmission(built(), assignment, { text: "Better.\n" });
    const stale = await kernel.call(people.assistant.token, "assignments.gradeSubmission", {
      submissionId,
      points: 1,
      version: 1,
    });
    assert("failure" in stale && stale.failure.code === "stale_version");
    assert(!JSON.stringify(stale).includes(people.student.name));
    assert.equal(await refused("assistant", "showNames", { assignmentId, reason: "Why not." }), "forbidden");
    assert.equal(await refused("instructor", "showNames", { assignmentId, reason: " " }), "invalid_input");
    const lift = { assignmentId, reason: "A case of plagiarism." };
    const shown = await must<GradingSettings>("instructor", "showNames", lift);
    assert.deepEqual(
      [shown.hidesNames, shown.namesShownBy?.name, shown.namesShownReason],
      [false, people.instructor.name, "A case of plagiarism."],
    );
    assert.equal(await refused("instructor", "showNames", lift), "not_anonymous");
    const { work } = await must<ToGrade>("assistant", "getSubmission", { submissionId });
    assert.equal(work.studentName, people.student.name);
  });

  test("two markers mark apart, see the difference, and agree", async () => {
    const assignment = await buildAssignment(built());
    const { assignmentId } = assignment;
    const { submissionId, ...rest } = await buildSubmission(built(), assignment);
    const submission = { submissionId, ...rest };
    const scheme = { assignmentId, version: 0, marking: "double_blind" };
    assert.equal(await refused("assistant", "updateGrading", scheme), "forbidden");
    await must("instructor", "updateGrading", scheme);
    const one = await grade(submission, { points: 6, version: 1 }, "assistant");
    assert.equal(one.grade, null);
    const blind = await must<ToGrade>("instructor", "getSubmission", { submissionId });
    assert.deepEqual(blind.marks, []);
    assert.equal(
      await refused("instructor", "agreeGrade", { submissionId, points: 6, version: 2 }),
      "marks_missing",
    );
    await grade(submission, { points: 8, version: 2 }, "instructor");
    assert.equal(
      await refused("admin", "gradeSubmission", { submissionId, points: 1, version: 3 }),
      "not_marker",
    );
    const both = await must<ToGrade>("assistant", "getSubmission", { submissionId });
    assert.deepEqual(
      both.marks.map(({ place, points }) => [place, points]),
      [
        ["first", 6],
        ["second", 8],
      ],
    );
    const agree = { submissionId, points: 7, version: 3, reason: "In the middle." };
    const agreed = await must<SubmittedWork>("assistant", "agreeGrade", agree);
    assert.equal(agreed.grade?.points, 7);
    assert.equal(
      await refused("assistant", "gradeSubmission", { submissionId, points: 1, version: 4 }),
      "already_agreed",
    );
    const back = { assignmentId, version: 1, marking: "single" };
    assert.equal(await refused("instructor", "updateGrading", back), "marking_begun");
  });

  test("a second reader waits for the first and sees that mark; markers teach the course", async () => {
    const { people } = built();
    const assignment = await buildAssignment(built());
    const { assignmentId } = assignment;
    const submission = await buildSubmission(built(), assignment);
    const { submissionId } = submission;
    const wrong = { assignmentId, version: 0, firstMarkers: [people.student.id] };
    assert.equal(await refused("instructor", "updateGrading", wrong), "invalid_input");
    await must("instructor", "updateGrading", {
      assignmentId,
      version: 0,
      marking: "second_reads_first",
      firstMarkers: [people.assistant.id],
      secondMarkers: [people.instructor.id],
    });
    const early = { submissionId, points: 5, version: 1 };
    assert.equal(await refused("instructor", "gradeSubmission", early), "first_mark_missing");
    await grade(submission, { points: 5, version: 1 });
    const read = await must<ToGrade>("instructor", "getSubmission", { submissionId });
    assert.equal(read.marks[0]?.points, 5);
  });

  test("a release is undone at once, later with a reason; each step stands in the history", async () => {
    const { test: kernel } = built();
    const assignment = await buildAssignment(built());
    const { assignmentId } = assignment;
    const submission = await buildSubmission(built(), assignment);
    await grade(submission, { points: 5, version: 1 });
    const { releaseId } = await release(assignment);
    assert(releaseId !== null);
    const undo = { assignmentId, releaseId };
    assert.equal(await refused("assistant", "hideGrades", undo), "forbidden");
    await must("instructor", "hideGrades", undo);
    assert.equal((await mine(assignment)).grade, null);
    const shown = await release(assignment);
    kernel.clock.advance(11 * 60_000);
    const late = { assignmentId, releaseId: shown.releaseId ?? "" };
    assert.equal(await refused("instructor", "hideGrades", late), "reason_required");
    await must("instructor", "hideGrades", { ...late, reason: "Wrong rubric." });
    const history = await must<{ items: GradeChange[] }>("assistant", "getGradeHistory", {
      submissionId: submission.submissionId,
    });
    assert.deepEqual(
      history.items.map(({ kind, reason }) => [kind, reason]),
      [
        ["hidden", "Wrong rubric."],
        ["released", ""],
        ["hidden", "The release was undone."],
        ["released", ""],
        ["graded", ""],
      ],
    );
    const { release: last } = await must<{ release: JsonObject }>("assistant", "getGradeRelease", {
      assignmentId,
    });
    assert.deepEqual([last.kind, last.total, last.done, last.isFinished], ["hide", 1, 1, true]);
  });

  test("a student appeals once a release, within its days; the answer says what came of it", async () => {
    const { test: kernel } = built();
    const assignment = await buildAssignment(built());
    const { assignmentId } = assignment;
    const submission = await buildSubmission(built(), assignment);
    const { submissionId } = submission;
    const appeal = { submissionId, reason: "Page 2 answers it." };
    assert.equal(await refused("student", "openAppeal", appeal), "not_found");
    await grade(submission, { points: 5, version: 1 });
    assert.equal(await refused("student", "openAppeal", appeal), "not_found");
    await release(assignment);
    assert.equal(await refused("classmate", "openAppeal", appeal), "not_found");
    const opened = await must<Appeal>("student", "openAppeal", appeal);
    assert.equal(await refused("student", "openAppeal", appeal), "appeal_open");
    const { appealId } = opened;
    const answer = { appealId, version: 1, outcome: "changed", answer: "You are right." };
    assert.equal(await refused("assistant", "answerAppeal", answer), "grade_unchanged");
    kernel.clock.advance(1_000);
    await grade(submission, { points: 6, version: 2, reason: "Appeal." });
    await must("assistant", "answerAppeal", answer);
    assert.equal(await refused("student", "openAppeal", appeal), "appeal_answered");
    const seen = await mine(assignment);
    assert.deepEqual(
      seen.appeals.map(({ state, outcome, answer: said }) => [state, outcome, said]),
      [["answered", "changed", "You are right."]],
    );
    await must("assistant", "reopenAppeal", { appealId, version: 2 });
    kernel.clock.advance(30 * 24 * 3_600_000);
    await must("student", "openAppeal", appeal);
    const open = await must<{ items: Appeal[] }>("assistant", "listAppeals", { assignmentId, state: "open" });
    assert.equal(open.items.length, 1);
    const other = await buildAssignment(built());
    const late = await buildSubmission(built(), other);
    await grade(late, { points: 5, version: 1 });
    await release(other);
    kernel.clock.advance(15 * 24 * 3_600_000);
    const tooLate = { submissionId: late.submissionId, reason: "Late." };
    assert.equal(await refused("student", "openAppeal", tooLate), "appeal_over");
  });

  test("files given back are the student's with the release, and nobody else's", async () => {
    const { people } = built();
    const assignment = await buildAssignment(built());
    const submission = await buildSubmission(built(), assignment);
    const { submissionId } = submission;
    const uploadId = await sendFile(built(), people.assistant, "annotated.md", Buffer.from("# Look\n"));
    const { feedbackFileId } = await must<{ feedbackFileId: string }>("assistant", "addFeedbackFile", {
      submissionId,
      uploadId,
    });
    await grade(submission, { points: 5, version: 1 });
    assert.equal(await refused("student", "downloadFeedbackFile", { feedbackFileId }), "not_found");
    await release(assignment);
    const file = await must<{ fileName: string }>("student", "downloadFeedbackFile", { feedbackFileId });
    assert.equal(file.fileName, "annotated.md");
    assert.equal(await refused("classmate", "downloadFeedbackFile", { feedbackFileId }), "not_found");
    assert.equal((await mine(assignment)).grade?.feedbackFiles.length, 1);
    await must("assistant", "removeFeedbackFile", { feedbackFileId });
    assert.equal((await mine(assignment)).grade?.feedbackFiles.length, 0);
  });

  test("comments are their keeper's own, and kept once", async () => {
    const text = "Name the weakest step.";
    const { commentId } = await must<{ commentId: string }>("assistant", "saveGradingComment", { text });
    const same = await must<{ commentId: string }>("assistant", "saveGradingComment", { text });
    assert.equal(same.commentId, commentId);
    assert.equal(await refused("instructor", "removeGradingComment", { commentId }), "not_found");
    const list = await must<{ items: { text: string }[] }>("assistant", "listGradingComments", {});
    assert.deepEqual(
      list.items.map((each) => each.text),
      [text],
    );
    await must("assistant", "removeGradingComment", { commentId });
  });

  test("work that was taken back is not graded; of somebody who left it is", async () => {
    const { people, test: kernel, course } = built();
    const assignment = await buildAssignment(built());
    const submission = await buildSubmission(built(), assignment);
    const { assignmentId } = assignment;
    await must("student", "withdrawSubmission", { assignmentId, attempt: 1 });
    const give = { submissionId: submission.submissionId, points: 1, version: 2 };
    assert.equal(await refused("assistant", "gradeSubmission", give), "withdrawn");
    const { enrolmentId } = await kernel.must<{ enrolmentId: string }>(
      people.instructor.token,
      "courses.enrolPerson",
      { courseId: course.courseId, email: people.outsider.email, role: "student" },
    );
    const left = await buildSubmission(built(), assignment, { as: "outsider" });
    await kernel.must(people.instructor.token, "courses.endEnrolment", { enrolmentId });
    assert.equal((await grade(left, { points: 2, version: 1 })).grade?.points, 2);
    const list = await must<{ items: RosterLine[] }>("assistant", "listSubmissions", { assignmentId });
    const states = new Map(list.items.map((line) => [line.studentName, [line.state, line.isEnrolled]]));
    assert.deepEqual(states.get(people.outsider.name), ["graded", false]);
    // What was taken back is a draft again.
    assert.deepEqual(states.get(people.student.name), ["draft", true]);
    assert.deepEqual(states.get(people.classmate.name), ["missing", true]);
  });

  test("the list is filtered, sorted and paged, and leads from one to the next", async () => {
    const assignment = await buildAssignment(built());
    const { assignmentId } = assignment;
    const one = await buildSubmission(built(), assignment);
    const two = await buildSubmission(built(), assignment, { as: "classmate" });
    await grade(one, { points: 2, version: 1 });
    const page = (more: JsonObject) =>
      must<{ items: RosterLine[]; nextCursor: string | null; matching: number }>(
        "assistant",
        "listSubmissions",
        { assignmentId, filter: "work", limit: 1, ...more },
      );
    const first = await page({});
    const second = await page({ cursor: first.nextCursor });
    assert.equal(second.nextCursor, null);
    const both = [...first.items, ...second.items].map((line) => line.submissionId);
    assert.deepEqual(new Set(both), new Set([one.submissionId, two.submissionId]));
    const toGrade = await page({ filter: "to_grade" });
    assert.deepEqual(
      toGrade.items.map((line) => line.submissionId),
      [two.submissionId],
    );
    const best = await page({ sort: "points" });
    assert.equal(best.items[0]?.submissionId, one.submissionId);
    const work = await must<ToGrade>("assistant", "getSubmission", {
      submissionId: both[0] ?? "",
      filter: "work",
    });
    assert.equal(work.nextSubmissionId, both[1]);
  });

  test("the zip has a folder for each student and a list of what is inside", async () => {
    const { people } = built();
    const assignment = await buildAssignment(built(), { title: "A/B: shadow?" });
    const { assignmentId } = assignment;
    await buildSubmission(built(), assignment, { fileName: "a.md" });
    await buildSubmission(built(), assignment, { as: "classmate", fileName: "b.md" });
    const { fileName, entries } = await must<Archive>("assistant", "downloadSubmissions", { assignmentId });
    assert.equal(fileName, "A-B- shadow-.zip");
    const paths = entries.map(({ path }) => path);
    assert.equal(paths[0], "manifest.csv");
    assert.deepEqual(
      new Set(paths.slice(1)),
      new Set([`${people.student.name}/a.md`, `${people.classmate.name}/b.md`]),
    );
    assert.match(entries[0]?.text ?? "", new RegExp(`${people.student.name},`));
  });
});
