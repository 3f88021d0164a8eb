/**
 * Grading from the assignment to the appeal, in a real browser: files and a rubric with it, work handed in with a receipt,
 * two markers who agree, a chosen grade released, an appeal, the changed grade and its history.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type Demo, openDemo } from "./demo.ts";

let browser: Browser;
let demo: Demo;

before(async () => {
  browser = await launchBrowser();
  demo = await openDemo(browser);
});
after(async () => {
  await demo?.close();
  await browser?.close();
});

test("an assignment with files and a rubric, marked by two, released, appealed and changed", async () => {
  const { items } = await demo.call<{ items: { courseId: string; code: string }[] }>(
    "ines",
    "courses.listCourses",
    {},
  );
  const courseId = items.find(({ code }) => code === "SKY-101")?.courseId ?? "";
  const at = `/courses/${courseId}/assignments`;
  const open = async (who: Parameters<Demo["openAs"]>[0], path: string): Promise<Page> => {
    const { page } = await demo.openAs(who, path);
    page.setDefaultTimeout(60_000);
    return page;
  };
  const { assignmentId } = await demo.call<{ assignmentId: string }>("ines", "assignments.createAssignment", {
    courseId,
    title: "A shadow at noon",
    instructions: "Use the sheet.",
    pointsMax: 10,
    acceptsText: true,
    published: true,
  });
  const page = `${at}/${assignmentId}`;
  const ines = await open("ines", page);

  await step("the instructor adds a file to the description, and takes one back by undo", async () => {
    await ines
      .getByRole("region", { name: "Files" })
      .locator('input[type="file"]')
      .first()
      .setInputFiles({
        name: "sheet.md",
        mimeType: "text/markdown",
        buffer: Buffer.from("# Sheet\n"),
      });
    await ines.getByRole("button", { name: /^sheet\.md/ }).waitFor();
    await ines.getByRole("button", { name: "Remove sheet.md" }).click();
    await ines.getByText("sheet.md is removed.").waitFor();
    await ines.getByRole("button", { name: "Undo" }).click();
    await ines.getByRole("button", { name: /^sheet\.md/ }).waitFor();
  });

  await step("writes a rubric and says that two mark", async () => {
    const level = (title: string, points: number) => ({ title, points });
    await demo.call("ines", "assignments.setRubric", {
      assignmentId,
      version: 0,
      criteria: [
        { title: "Method", levels: [level("none", 0), level("good", 6)] },
        { title: "Words", levels: [level("poor", 0), level("good", 4)] },
      ],
    });
    await ines.goto(`${page}/submissions`);
    await ines.getByRole("button", { name: "How it is graded" }).click();
    const dialog = ines.getByRole("dialog");
    await dialog.getByRole("button", { name: /Markers/ }).click();
    await ines.getByRole("option", { name: "Two mark apart, then agree" }).click();
    await dialog.getByLabel("Days to appeal").fill("7");
    await dialog.getByRole("button", { name: "Save" }).click();
    await ines.getByText("Saved how it is graded.").waitFor();
  });

  const lena = await open("lena", page);
  await step("the student sees file and rubric, hands in and gets a receipt", async () => {
    await lena.getByRole("button", { name: /^sheet\.md/ }).waitFor();
    assert.equal(await lena.getByRole("button", { name: /^Remove/ }).count(), 0);
    await lena.getByText("How it will be judged (10 points)").waitFor();
    await lena.getByLabel("Your text").fill("It was **short**.");
    await lena.getByText(/^Saved /).waitFor();
    await lena.getByRole("button", { name: "Hand in", exact: true }).click();
    await lena.getByRole("status").filter({ hasText: "Attempt 1" }).waitFor();
  });

  const { items: lines } = await demo.call<{ items: { submissionId: string | null }[] }>(
    "ines",
    "assignments.listSubmissions",
    { assignmentId, filter: "work" },
  );
  const submissionId = lines[0]?.submissionId ?? "";
  const gradePage = `${page}/grade?submission=${submissionId}`;
  const tomas = await open("tomas", gradePage);

  await step("two mark by the rubric, then agree", async () => {
    await tomas.getByRole("radio").nth(0).check();
    await tomas.getByRole("radio").nth(3).check();
    await tomas.getByRole("button", { name: "Save my mark" }).click();
    await tomas.getByText("1 of 2 marks are there").waitFor();
    await ines.goto(gradePage);
    await ines.getByRole("radio").nth(1).check();
    await ines.getByRole("radio").nth(3).check();
    await ines.getByRole("button", { name: "Save my mark" }).click();
    await ines.getByText("Difference: 6").waitFor();
    await ines.getByRole("radio").nth(1).check();
    await ines.getByRole("radio").nth(2).check();
    await ines.getByRole("button", { name: "Agree on this grade" }).click();
    await ines.getByText(/Graded by Inês/).waitFor();
  });

  await step("the chosen grade is released, and the student sees it", async () => {
    await ines.goto(`${page}/submissions`);
    await ines.getByRole("checkbox", { name: "Choose Lena Fischer" }).check();
    await ines.getByRole("button", { name: "Release (1)" }).click();
    await ines.getByRole("alertdialog").getByRole("button", { name: "Release", exact: true }).click();
    await ines.getByText("1 grade is released.").waitFor();
    await lena.goto(page);
    await lena.getByText("of 10 points").waitFor();
  });

  await step("the student appeals; the grade is changed, with its history", async () => {
    await lena.getByRole("button", { name: "Ask for another look" }).click();
    await lena.getByLabel("What should be looked at again, and why?").fill("I wrote it in words.");
    await lena.getByRole("button", { name: "Send" }).click();
    await lena.getByText("Your appeal waits for an answer").waitFor();
    await ines.goto(gradePage);
    await ines.getByText("I wrote it in words.").waitFor();
    await ines.getByRole("radio").nth(3).check();
    await ines.getByLabel("Why the grade changes").fill("The words are there.");
    await ines.getByRole("button", { name: "Agree on this grade" }).click();
    await ines.getByText("Saved", { exact: true }).waitFor();
    await ines.getByLabel("Answer").fill("You are right.");
    await ines.getByRole("button", { name: "Answer: changed" }).click();
    await ines.getByText("The appeal is answered.").waitFor();
    await ines.getByText("History of this grade").click();
    await ines.getByText("The words are there.").waitFor();
    await lena.reload();
    await lena.getByText("You are right.").waitFor();
  });
});

test("two graders with stale tabs: each sees what the other did, and nothing typed is lost", async () => {
  const { items } = await demo.call<{ items: { courseId: string; code: string }[] }>(
    "ines",
    "courses.listCourses",
    {},
  );
  const courseId = items.find(({ code }) => code === "SKY-101")?.courseId ?? "";
  const { assignmentId } = await demo.call<{ assignmentId: string }>("ines", "assignments.createAssignment", {
    ...{ courseId, title: "Stale tabs", pointsMax: 10, acceptsText: true, published: true },
  });
  const level = (title: string, points: number) => ({ title, points });
  await demo.call("ines", "assignments.setRubric", {
    ...{ assignmentId, version: 0 },
    criteria: [
      { title: "Method", levels: [level("none", 0), level("good", 6)] },
      { title: "Words", levels: [level("poor", 0), level("fine", 4)] },
    ],
  });
  await demo.call("lena", "assignments.saveDraft", { assignmentId, text: "At noon.", version: 0 });
  const { submissionId } = await demo.call<{ submissionId: string }>("lena", "assignments.submitDraft", {
    ...{ assignmentId, version: 1 },
  });
  const path = `/courses/${courseId}/assignments/${assignmentId}/grade?submission=${submissionId}`;
  const desk = async (who: "ines" | "tomas") => {
    const { page } = await demo.openAs(who, path);
    page.setDefaultTimeout(60_000);
    await page.getByRole("radio").nth(3).waitFor();
    return {
      page,
      feedback: page.getByRole("textbox", { name: /^Feedback/ }),
      save: () => page.getByRole("button", { name: "Save", exact: true }).click(),
      saved: () => page.getByText("Saved", { exact: true }).waitFor(),
    };
  };
  // Both have it open before either saves.
  const ines = await desk("ines");
  const tomas = await desk("tomas");

  await step("the first saves", async () => {
    await ines.page.getByRole("radio").nth(1).check();
    await ines.page.getByRole("radio").nth(3).check();
    await ines.feedback.fill("Clear and short.");
    await ines.save();
    await ines.saved();
  });

  await step(
    "the second sees points, levels and feedback of the first, and has all that was typed",
    async () => {
      await tomas.page.getByRole("radio").nth(0).check();
      await tomas.page.getByRole("radio").nth(2).check();
      await tomas.page.getByRole("textbox", { name: /^Note on Method/ }).fill("Which noon?");
      await tomas.feedback.fill("Say why it is noon.");
      await tomas.save();
      for (const reload of [false, true]) {
        if (reload) await tomas.page.reload();
        const told = tomas.page.getByText("Meanwhile somebody else has changed this");
        await told.waitFor();
        const { y } = (await told.boundingBox()) ?? { y: -1 };
        assert.ok(y > 0 && y < 860, `it is in sight, not at ${y}`);
        for (const theirs of ["Saved by Inês Carvalho", "10 of 10", "Method: good", "Clear and short."])
          await tomas.page.locator(".grade-theirs").getByText(theirs).first().waitFor();
        assert.equal(await tomas.feedback.inputValue(), "Say why it is noon.");
        assert.equal(
          await tomas.page.getByRole("textbox", { name: /^Note on Method/ }).inputValue(),
          "Which noon?",
        );
        assert.ok(await tomas.page.getByRole("radio").nth(0).isChecked());
        assert.ok(await tomas.page.getByRole("button", { name: "Save", exact: true }).isDisabled());
      }
      await tomas.page.getByRole("button", { name: "Keep mine, go on" }).click();
      await tomas.save();
      await tomas.saved();
    },
  );

  await step("now the first is stale, and takes what the second has saved", async () => {
    await ines.feedback.fill("Clear and short. And why?");
    await ines.save();
    await ines.page.locator(".grade-theirs").getByText("Say why it is noon.").waitFor();
    assert.equal(await ines.feedback.inputValue(), "Clear and short. And why?");
    await ines.page.getByRole("button", { name: "Take theirs" }).click();
    assert.equal(await ines.feedback.inputValue(), "Say why it is noon.");
    assert.ok(await ines.page.getByRole("radio").nth(0).isChecked());
  });

  const { work } = await demo.call<{ work: { grade: { points: number; feedback: string } } }>(
    "ines",
    "assignments.getSubmission",
    { submissionId },
  );
  assert.deepEqual([work.grade.points, work.grade.feedback], [0, "Say why it is noon."]);
  await ines.page.context().close();
  await tomas.page.context().close();
});

test("an instructor sees the assignment as a student would, hand-in form included, and comes back to it", async () => {
  const { items } = await demo.call<{ items: { courseId: string; code: string }[] }>(
    "ines",
    "courses.listCourses",
    {},
  );
  const courseId = items.find(({ code }) => code === "SKY-101")?.courseId ?? "";
  const { items: assignments } = await demo.call<{ items: { assignmentId: string; title: string }[] }>(
    "ines",
    "assignments.listAssignments",
    { courseId },
  );
  const todo = assignments.find(({ title }) => title === "How far is the thumb?")?.assignmentId;
  const { page, context } = await demo.openAs("ines", `/courses/${courseId}/assignments/${todo}`);
  page.setDefaultTimeout(60_000);
  await page.getByRole("button", { name: "Preview as a student" }).click();
  const banner = page.getByRole("region", { name: "You preview the course as a student" });
  await banner.waitFor();
  await page.getByText("You only look.").waitFor();
  assert.ok(await page.getByRole("button", { name: "Hand in", exact: true }).isDisabled());
  assert.ok(await page.getByRole("button", { name: /^Choose/ }).isDisabled());
  assert.equal(await page.getByRole("button", { name: "Extensions" }).count(), 0);
  await banner.getByRole("button", { name: "End the preview" }).click();
  await page.getByRole("button", { name: "Extensions" }).waitFor();
  assert.equal(await banner.count(), 0);
  await context.close();
});

/** A part of the journey; what it is called is told when it fails, and nothing after it is tried. */
async function step(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
