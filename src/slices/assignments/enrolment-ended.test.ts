/** Somebody is taken out of the course in the middle of handing in: told plainly, and nothing is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eachCourse } from "../courses/testing.ts";
import { assignmentsSlice } from "./slice.ts";
import { deskOf, setting } from "./testing.ts";

eachCourse("an enrolment that ends in the middle of a submission", [assignmentsSlice], (built) => {
  test("work in flight is refused with the reason, the draft waits, and comes back with the enrolment", async () => {
    const { test: kernel, people, studentEnrolment } = built();
    const { enrolmentId } = studentEnrolment;
    const assignment = await setting(built(), { filesMax: 3, acceptsText: true });
    const desk = deskOf(built(), assignment);
    await desk.write("It was short.", 0);
    const draft = await desk.add("notes.md");
    const teacher = people.instructor.token;
    await kernel.must(teacher, "courses.endEnrolment", { enrolmentId });
    assert.match(
      await desk.code("submitDraft", { version: draft.version }),
      /^not_found: You are not in this course any more\. .*is kept/,
    );
    assert.match(
      await desk.code("saveDraft", { text: "More.", version: draft.version }),
      /^not_found: You are/,
    );
    await kernel.must(teacher, "courses.restoreEnrolment", { enrolmentId });
    const mine = await desk.mine();
    assert.deepEqual(mine.draft, draft);
    assert.equal(mine.submission, null);
    assert.equal((await desk.submit(draft.version)).files.length, 1);
  });

  test("whichever of the two comes first, what was acknowledged is there, and what was not has a draft", async () => {
    const { test: kernel, people, studentEnrolment } = built();
    const { enrolmentId } = studentEnrolment;
    const teacher = people.instructor.token;
    for (let round = 0; round < 6; round++) {
      const assignment = await setting(built(), { acceptsText: true });
      const desk = deskOf(built(), assignment);
      const draft = await desk.write(`Round ${round}.`, 0);
      const end = () => kernel.must(teacher, "courses.endEnrolment", { enrolmentId });
      const submit = () => desk.code("submitDraft", { version: draft.version });
      const [first, second] = round % 2 === 0 ? [submit, end] : [end, submit];
      const answers = await Promise.all([first(), second()]);
      const answer = String(answers[round % 2]);
      await kernel.must(teacher, "courses.restoreEnrolment", { enrolmentId });
      const { submission, draft: left } = await desk.mine();
      if (answer === "done") assert.equal(submission?.attempts[0]?.text, `Round ${round}.`);
      else {
        assert.match(answer, /not in this course any more/);
        assert.equal(submission, null);
        assert.equal(left.text, `Round ${round}.`);
      }
    }
  });
});
