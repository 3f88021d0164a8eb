/** The life of a course in a real browser: archived and reopened, copied for the next term, thrown away and taken back. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
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

test("an instructor archives a course, reopens it, copies it, throws the copy away and takes it back", async () => {
  const { items } = await demo.call<{ items: { courseId: string; code: string }[] }>(
    "ines",
    "courses.listCourses",
    {},
  );
  const courseId = items.find(({ code }) => code === "SKY-101")?.courseId ?? "";
  const { page, context } = await demo.openAs("ines", `/courses/${courseId}`);
  page.setDefaultTimeout(15_000);
  const confirm = (name: string) => page.getByRole("alertdialog").getByRole("button", { name }).click();

  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Archive course" }).click();
  await confirm("Archive course");
  await page.getByText("Archived: everybody in it can read").waitFor();

  // What is offered in an archive is what can be done there: marks go out, past imports are read.
  await page.goto(`/courses/${courseId}/grades`);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("dialog").getByText("a column for each mark").waitFor();
  assert.equal(await page.getByText("when you bring the file in again").count(), 0);
  await page.goto(`/courses/${courseId}/people`);
  await page.getByRole("link", { name: "Earlier files" }).click();
  await page.getByText("An archived course takes in nobody").waitFor();
  assert.equal(await page.getByRole("heading", { name: "Import from a file" }).count(), 0);
  const assignments = await demo.call<{ items: { assignmentId: string; title: string }[] }>(
    "ines",
    "assignments.listAssignments",
    { courseId },
  );
  const graded = assignments.items.find(({ title }) => title === "Measure the Earth")?.assignmentId;
  await page.goto(`/courses/${courseId}/assignments/${graded}/grade`);
  await page.getByText("Alt Page Down change the student").waitFor();
  assert.equal(await page.getByText("Ctrl Enter saves").count(), 0);
  await page.goto(`/courses/${courseId}/settings`);

  const student = await demo.openAs("mira", `/courses/${courseId}`);
  await student.page.getByText("This course is archived").waitFor();
  await student.page.getByRole("link", { name: "Assignments" }).click();
  await student.page.getByText("How far is the thumb?").waitFor();
  const states = student.page.getByRole("listitem").getByText("To do", { exact: true });
  assert.equal(await states.count(), 0, "nothing is left to do");
  await student.context.close();
  await page.getByRole("button", { name: "Reopen course" }).click();
  await page.getByText("Published: everybody in the course sees it.").waitFor();

  await page.getByRole("link", { name: "Copy course" }).click();
  const dates = page.getByRole("table");
  await dates.getByText("Measure the Earth").first().waitFor();
  for (const which of ["Due", "Begins", "Ends"])
    await dates.getByRole("cell", { name: which, exact: true }).first().waitFor();
  assert.equal(
    await dates.getByRole("cell", { name: "Date", exact: true }).count(),
    0,
    "every date says which",
  );
  await page.getByLabel("Term").fill("Autumn 2027");
  await page.getByRole("button", { name: "Copy course" }).click();
  await page.getByText("The copy is ready").waitFor();
  await page.getByRole("link", { name: "Open the new course" }).click();
  await page.getByText("This course is a draft").waitFor();
  assert(!page.url().includes(courseId));
  await page.getByText("Light as a messenger").first().waitFor();

  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Move to trash" }).click();
  await confirm("Move to trash");
  await page.getByRole("heading", { name: "Trash" }).waitFor();
  await page.getByRole("button", { name: "Restore: Measuring the Sky" }).click();
  await page.getByText("This course is a draft").waitFor();
  await context.close();
});
