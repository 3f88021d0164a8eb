/**
 * An ordinary day in a course, in a real browser: something is announced and read, a question is asked, found to be asked
 * already, merged and answered once for all; the search finds it, the calendar shows it, and when all is over it is closed.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type Demo, openDemo } from "./demo.ts";
import { openSettled } from "./settled.ts";

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

test("a day in a course: announced, read, asked, merged, answered, found, dated, and closed at its end", async () => {
  const { items } = await demo.call<{ items: { courseId: string; code: string }[] }>(
    "ines",
    "courses.listCourses",
    {},
  );
  const courseId = items.find(({ code }) => code === "SKY-101")?.courseId ?? "";
  const at = `/courses/${courseId}`;
  const { page: teacher } = await demo.openAs("ines", `${at}/announcements`);
  const { page: student } = await demo.openAs("mira", `${at}/announcements`);

  // Announced, to stay on top; the student sees that it is new, and by reading it is counted.
  await teacher.getByRole("button", { name: "Post an announcement" }).click();
  const dialog = teacher.getByRole("dialog");
  await dialog.getByLabel("What it is about").fill("Clouds on Thursday");
  await dialog
    .getByLabel("Announcement", { exact: false })
    .last()
    .fill("We measure **indoors** with a lamp.");
  await dialog.getByText("Keep it at the top of the list").click();
  await dialog.getByRole("button", { name: "Post an announcement" }).click();
  await teacher.getByText("Posted to everyone in the course.").waitFor();
  await student.reload();
  await student.getByRole("link", { name: "Clouds on Thursday" }).click();
  await student.waitForURL(/\/announcements\/[\w-]+$/);
  await student.getByText("indoors").waitFor();
  await student.waitForResponse((response) => response.url().includes("mark-announcements-read"));
  await teacher.reload();
  const card = teacher.getByRole("article", { name: "Clouds on Thursday" });
  await card.getByRole("button", { name: "1 of 4 have read it" }).click();
  await teacher
    .getByRole("dialog")
    .getByText(/^Read /)
    .waitFor();
  await teacher.getByRole("dialog").getByRole("button", { name: "Close" }).click();

  // Two people edit it; the second sees what changed and keeps both.
  await card.getByRole("button", { name: "Actions for Clouds on Thursday" }).click();
  await teacher.getByRole("menuitem", { name: "Edit announcement" }).click();
  const announcementId = new URL(student.url()).pathname.split("/").at(-1) ?? "";
  await demo.call("tomas", "courses.updateAnnouncement", {
    announcementId,
    version: 1,
    body: "We measure **indoors** with a lamp.\n\nBring the torch, too.",
  });
  await teacher.getByRole("dialog").getByLabel("What it is about").fill("Clouds all Thursday");
  await teacher.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await teacher.getByText("Somebody else has changed this announcement").waitFor();
  await teacher.getByRole("button", { name: "Keep both" }).click();
  await teacher.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await teacher.getByText("The announcement is saved.").waitFor();
  const now = await demo.call<{ title: string; body: string }>("mira", "courses.getAnnouncement", {
    announcementId,
  });
  assert.equal(now.title, "Clouds all Thursday");
  assert.match(now.body, /torch, too/);

  // Asked; the teacher merges it with the one that waits already, and answers both at once.
  await student.goto(`${at}/queries/new`);
  await student.getByLabel("Your query in one line").fill("Will red stars die soon?");
  await student.getByLabel("What you want to know").fill("Is a red star about to go out?");
  await student.getByRole("link", { name: "Do red stars die soon?" }).waitFor();
  await student.getByRole("button", { name: "Ask", exact: true }).click();
  await student.getByRole("heading", { level: 1, name: "Will red stars die soon?" }).waitFor();
  await teacher.goto(`${at}/queries`);
  await teacher.getByRole("link", { name: "Do red stars die soon?" }).click();
  await teacher.getByRole("button", { name: "What it said before" }).click();
  await teacher.getByRole("dialog").getByText("Are red stars dying?").first().waitFor();
  await teacher.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  await teacher
    .getByRole("button", { name: /^Merge/ })
    .first()
    .click();
  await teacher.getByRole("dialog").getByText("Will red stars die soon?").click();
  await teacher
    .getByRole("dialog")
    .getByRole("button", { name: /^Merge/ })
    .click();
  await teacher
    .getByRole("textbox", { name: "Your answer" })
    .fill("Small red stars burn for longer than the sky is old.");
  await teacher.getByRole("button", { name: "Send answer" }).click();
  await student.reload();
  await student.getByText("burn for longer than the sky is old").waitFor();

  // Found, at its own address; and in the calendar, on its day.
  await student.goto("/search?q=torch");
  await student.getByRole("link", { name: "Clouds all Thursday" }).first().click();
  await student.waitForURL(new RegExp(`/announcements/${announcementId}$`));
  await student.goto("/calendar?view=week");
  await student
    .getByRole("table")
    .getByRole("link", { name: /Clouds all Thursday/ })
    .waitFor();
  await student.locator("[aria-current=date]").focus();
  await student.keyboard.press("ArrowRight");
  await student.waitForURL(/day=\d{4}-\d\d-\d\d/);

  // At the end nothing is offered that would be refused, and every page says why.
  await demo.call("ines", "courses.archiveCourse", { courseId });
  for (const part of ["", "/announcements", "/assignments", "/queries", "/people"]) {
    await openSettled(teacher, `${at}${part}`);
    await teacher.getByText("nothing can be changed").waitFor();
    const offered = teacher
      .getByRole("main")
      .getByRole("button", { name: /^(Post an|New assignment|Add a person|Upload|Actions for)/ });
    assert.equal(await offered.count(), 0, `${part}: ${await offered.allTextContents()}`);
  }
});

test("the keyboard begins at the top of a course's page, and on a phone the open part of it is in sight", async () => {
  const { items } = await demo.call<{ items: { courseId: string; code: string }[] }>(
    "ines",
    "courses.listCourses",
    {},
  );
  const courseId = items.find(({ code }) => code === "SKY-101")?.courseId;
  const { page, context } = await demo.openAs("ines", `/courses/${courseId}/grades`, { width: 390 });
  const tab = page.getByRole("link", { name: "Grades", exact: true });
  await tab.waitFor();
  await page.getByRole("heading", { name: "Gradebook" }).waitFor();
  const box = await tab.boundingBox();
  assert(box !== null && box.x >= 0 && box.x + box.width <= 390, "the part that is open is in sight");
  await page.keyboard.press("Tab");
  const focused = page.locator(":focus");
  assert.equal(await focused.textContent(), "Skip to the content");
  await context.close();
});
