/** Handing in by a draft: what is kept, what is refused with nothing half done, and the receipt that proves it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { eachCourse } from "../courses/testing.ts";
import { pdfOf } from "../materials/fixtures.ts";
import { buildAssignment, buildGrade } from "./fixtures.ts";
import type { Assignment } from "./schema.ts";
import { assignmentsSlice } from "./slice.ts";
import { deskOf, setting } from "./testing.ts";

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

eachCourse("handing in", [assignmentsSlice], (built) => {
  test("a text and files wait in the draft, on every device, until they are handed in together", async () => {
    const assignment = await setting(built(), { filesMax: 3, acceptsText: true });
    const desk = deskOf(built(), assignment);
    assert.equal((await desk.write("It was short.", 0)).version, 1);
    await desk.add("shadow.pdf", pdfOf(1));
    const draft = await desk.add("notes.md");
    const { mine } = deskOf(built(), assignment);
    assert.deepEqual((await mine()).draft, draft);
    assert.deepEqual(
      draft.files.map(({ file }) => file.fileName),
      ["shadow.pdf", "notes.md"],
    );
    assert.equal((await mine()).submission, null);

    const receipt = await desk.submit(3);
    assert.deepEqual(
      receipt.files.map((file) => file.sha256),
      [sha256(pdfOf(1)), sha256("Notes.\n")],
    );
    assert.equal(receipt.textSha256, sha256("It was short."));
    const after = await mine();
    assert.deepEqual([after.draft.text, after.draft.files, after.draft.version], ["", [], 4]);
    assert.deepEqual(after.submission?.attempts[0]?.receipt, receipt.receipt);
    assert.equal(after.submission?.attempts[0]?.text, "It was short.");

    const second = await desk
      .must<{ fileName: string }>("downloadDraftFile", { fileId: "none" })
      .catch(String);
    assert.match(String(second), /no such file in your draft/);
  });

  test("files of an attempt are downloaded by their place", async () => {
    const assignment = await setting(built(), { filesMax: 2 });
    const desk = deskOf(built(), assignment);
    await desk.add("one.md");
    await desk.add("two.md", "Two.\n");
    const { submissionId } = await desk.submit(2);
    const { test: kernel, people } = built();
    const name = (input: object) =>
      kernel
        .must<{ fileName: string }>(people.assistant.token, "assignments.downloadSubmission", {
          submissionId,
          ...input,
        })
        .then(({ fileName }) => fileName);
    assert.deepEqual([await name({}), await name({ place: 2 })], ["one.md", "two.md"]);
    await assert.rejects(name({ place: 3 }), /has 2 files, no file 3/);
  });

  test("two windows: the later one hears of the other, overwrites nothing and makes no second attempt", async () => {
    const assignment = await setting(built(), { acceptsText: true });
    const desk = deskOf(built(), assignment);
    await desk.write("From the library.", 0);
    assert.match(
      await desk.code("saveDraft", { text: "From the bus.", version: 0 }),
      /^stale_version: .*another window/,
    );
    assert.equal((await desk.mine()).draft.text, "From the library.");
    const both = await Promise.all([
      desk.code("submitDraft", { version: 1 }),
      desk.code("submitDraft", { version: 1 }),
    ]);
    assert.deepEqual(both.map((each) => each.split(":")[0]).sort(), ["done", "stale_version"]);
    assert.equal((await desk.mine()).submission?.attempts.length, 1);
    assert.match(await desk.code("submitDraft", { version: 2 }), /^nothing_to_hand_in/);
  });

  test("only what the assignment takes comes into the draft, and each refusal says what that is", async () => {
    const assignment = await setting(built(), {
      acceptedKinds: ["pdf"],
      acceptedEndings: ["py"],
      fileBytesMax: 2_000,
      filesMax: 1,
    });
    const desk = deskOf(built(), assignment);
    assert.match(
      await desk.addCode("notes.md"),
      /^unsupported_type: notes.md is not taken here. Taken are: a PDF, files that end in .py/,
    );
    assert.match(await desk.addCode("big.py", "#".repeat(2_001)), /^too_large: big.py has 2001 bytes/);
    assert.match(await desk.code("saveDraft", { text: "A text.", version: 0 }), /^no_text/);
    await desk.add("shadow.py", "print(1)\n");
    assert.match(await desk.addCode("more.py", "print(2)\n"), /^too_many_files: .* one file at a time/);
    const { draft } = await desk.mine();
    await desk.must("removeDraftFile", { fileId: draft.files[0]?.fileId });
    assert.deepEqual((await desk.add("better.py", "print(3)\n")).files.length, 1);
  });

  test("a draft that fitted is checked again when it is handed in, and stays as it is", async () => {
    const assignment = await setting(built(), { filesMax: 2 });
    const desk = deskOf(built(), assignment);
    await desk.add("one.md");
    await desk.add("two.md");
    const { test: kernel, people } = built();
    const change = (version: number, changes: object) =>
      kernel.must(people.instructor.token, "assignments.updateAssignment", {
        assignmentId: assignment.assignmentId,
        version,
        ...changes,
      });
    await change(2, { filesMax: 1 });
    assert.match(await desk.code("submitDraft", { version: 2 }), /^too_many_files/);
    await change(3, { filesMax: 2, acceptedKinds: ["pdf"] });
    assert.match(await desk.code("submitDraft", { version: 2 }), /^unsupported_type/);
    assert.equal((await desk.mine()).draft.files.length, 2);
  });

  test("before it opens nothing is told or taken; after it has ended the draft is kept", async () => {
    const { test: kernel } = built();
    const now = kernel.clock.now();
    const assignment = await setting(built(), {
      availableFrom: now + 1_000,
      dueAt: now + 2_000,
      untilAt: now + 3_000,
    });
    const desk = deskOf(built(), assignment);
    const seen = () => desk.must<Assignment>("getAssignment");
    assert.equal((await seen()).instructions, "");
    assert.match(await desk.addCode("early.md"), /^not_open/);
    assert.equal((await desk.mine()).terms.window, "upcoming");
    kernel.clock.advance(1_000);
    assert.equal((await seen()).instructions, "At noon, with a stick.");
    await desk.add("shadow.md");
    kernel.clock.advance(2_001);
    assert.match(await desk.code("submitDraft", { version: 1 }), /^closed: .*Your draft is kept/);
    const { draft, terms, submission } = await desk.mine();
    assert.deepEqual([draft.files.length, terms.mayHandIn, submission], [1, false, null]);
    assert.match(terms.whyNot ?? "", /has ended/);
  });

  test("an enrolment that ends in the middle loses nothing and hands nothing in", async () => {
    const { test: kernel, people, course } = built();
    const { courseId } = course;
    const enrol = () =>
      kernel.must<{ enrolmentId: string }>(people.instructor.token, "courses.enrolPerson", {
        courseId,
        email: people.outsider.email,
        role: "student",
      });
    const { enrolmentId } = await enrol();
    const assignment = await setting(built(), {});
    const desk = deskOf(built(), assignment, "outsider");
    await desk.add("shadow.md");
    await kernel.must(people.instructor.token, "courses.endEnrolment", { enrolmentId });
    assert.match(await desk.code("submitDraft", { version: 1 }), /^not_found/);
    const again = await enrol();
    assert.equal((await desk.submit(1)).attempt, 1);
    await kernel.must(people.instructor.token, "courses.endEnrolment", { enrolmentId: again.enrolmentId });
  });

  test("so many attempts and no more; what was taken back does not count and comes back into the draft", async () => {
    const assignment = await setting(built(), { attemptsMax: 2, acceptsText: true, filesMax: 2 });
    const desk = deskOf(built(), assignment);
    const { test: kernel, people } = built();
    await desk.write("First.", 0);
    await desk.submit(1);
    await desk.add("second.md");
    await desk.submit(3);
    assert.match(await desk.code("submitDraft", { version: 4 }), /^nothing_to_hand_in/);
    await desk.add("third.md");
    assert.match(await desk.code("submitDraft", { version: 5 }), /^attempts_exhausted: You have used all 2/);

    assert.match(await desk.code("withdrawSubmission", { attempt: 1 }), /^stale_version/);
    const draft = await desk.withdraw(2);
    assert.deepEqual(
      draft.files.map(({ file }) => file.fileName),
      ["third.md"],
      "what was in the draft already is not mixed with the attempt",
    );
    const { submission, terms } = await desk.mine();
    assert.deepEqual([submission?.isHandedIn, terms.attemptsUsed, terms.mayWithdraw], [false, 1, false]);
    const listed = await kernel.must<{ blobs: object }>(
      people.instructor.token,
      "assignments.getSubmittedAssignment",
      { assignmentId: assignment.assignmentId },
    );
    assert.deepEqual(listed.blobs, {});
    const { submissionId } = await desk.submit(5);
    assert.equal((await desk.withdraw(3)).files[0]?.file.fileName, "third.md");
    const grading = { submissionId, points: 5, version: 5 };
    const graded = await kernel.call(people.assistant.token, "assignments.gradeSubmission", grading);
    assert.equal("failure" in graded && graded.failure.code, "withdrawn");
  });

  test("after its grade was released, work may be handed in again only where the assignment says so", async () => {
    const { test: kernel, people } = built();
    for (const [resubmission, outcome] of [
      ["until_graded", "already_graded"],
      ["after_release", "done"],
    ] as const) {
      const assignment = await setting(built(), { resubmission });
      const desk = deskOf(built(), assignment);
      await desk.add("first.md");
      await buildGrade(built(), await desk.submit(1));
      await desk.add("second.md");
      assert.match(await desk.code("submitDraft", { version: 3 }), /^already_graded/);
      const { assignmentId } = assignment;
      await kernel.must(people.instructor.token, "assignments.releaseGrades", { assignmentId });
      assert.equal((await desk.code("submitDraft", { version: 3 })).split(":")[0], outcome);
    }
  });

  test("a receipt is genuine for anyone who holds it, word for word", async () => {
    const { test: kernel, people } = built();
    const assignment = await setting(built(), { acceptsText: true });
    const desk = deskOf(built(), assignment);
    await desk.write("Fünf Schatten 🌞", 0);
    const { receipt, submissionId, receivedAt } = await desk.submit(1);
    const verify = (text: string) =>
      kernel.must<object>(people.outsider.token, "assignments.verifyReceipt", { receipt: text });
    const genuine = { isGenuine: true, submissionId, attempt: 1, receivedAt, isKept: true };
    assert.deepEqual(await verify(receipt), genuine);
    assert.deepEqual(await verify(`\r\n${receipt.replaceAll("\n", "\r\n")}\r\n`), genuine);
    const none = { isGenuine: false, submissionId: null, attempt: null, receivedAt: null, isKept: false };
    for (const forged of [
      receipt.replace("Attempt: 1", "Attempt: 2"),
      receipt.replace("Late: no", "Late: yes"),
      receipt.replace(/Signature: .*/, "Signature: AAAA"),
      receipt.replace(/\nSignature: .*/, ""),
      "Lyceum receipt 1",
    ])
      assert.deepEqual(await verify(forged), none, forged);
  });

  test("settings that contradict each other are refused beside the field to change", async () => {
    const { test: kernel, people } = built();
    const { assignmentId } = await buildAssignment(built());
    const problems = async (changes: object) => {
      const input = { assignmentId, version: 1, ...changes };
      const result = await kernel.call(people.instructor.token, "assignments.updateAssignment", input);
      return "failure" in result ? result.failure.problems.map(({ field }) => field) : [];
    };
    const day = 24 * 3_600_000;
    const now = kernel.clock.now();
    assert.deepEqual(await problems({ availableFrom: now + 2 * day }), ["dueAt"]);
    assert.deepEqual(await problems({ untilAt: now }), ["untilAt"]);
    assert.deepEqual(await problems({ filesMax: 0 }), ["filesMax"]);
    assert.deepEqual(await problems({ latePolicy: "per_day" }), ["latePercent"]);
    assert.deepEqual(await problems({ latePolicy: "fixed", latePercent: 10, dueAt: null }), ["dueAt"]);
    assert.deepEqual(await problems({ withdrawal: "until_due", dueAt: null }), ["withdrawal"]);
    assert.deepEqual(await problems({ acceptedEndings: [".PY"] }), ["acceptedEndings.0"]);
  });
});
