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

/** A part of the journey; what it is called is told when it fails, and nothing after it is tried. */
async function step(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
