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

  const student = await demo.openAs("mira", `/courses/${courseId}`);
  await student.page.getByText("This course is archived").waitFor();
  await student.context.close();
  await page.getByRole("button", { name: "Reopen course" }).click();
  await page.getByText("Published: everybody in the course sees it.").waitFor();

  await page.getByRole("link", { name: "Copy course" }).click();
  const dates = page.getByRole("table");
  await dates.getByText("Measure the Earth").first().waitFor();
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
