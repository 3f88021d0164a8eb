/** Materials in a real browser: every kind sent and read, rules and their reasons, the preview, captions, two writers. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
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

const content = join(import.meta.dirname, "../../src/app/demo/content/sky");
const fileOf = async (name: string, mimeType: string, as = name) => ({
  name: as,
  mimeType,
  buffer: await readFile(join(content, name)),
});

async function courseAt(): Promise<string> {
  const { items } = await demo.call<{ items: { courseId: string; code: string }[] }>(
    "ines",
    "courses.listCourses",
    {},
  );
  return `/courses/${items.find(({ code }) => code === "SKY-101")?.courseId}`;
}

const rowOf = (page: Page, title: string) => page.getByRole("listitem").filter({ hasText: title });

async function choose(page: Page, title: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${title}`, exact: true }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}

test("a teacher sends each kind, sets rules, places an assignment, moves and takes back; a student reads", async () => {
  const at = await courseAt();
  const { page: teacher, context } = await demo.openAs("ines", at);
  teacher.setDefaultTimeout(30_000);
  const files = await Promise.all([
    fileOf("05-writing-your-report.docx", "", "Report guide.docx"),
    fileOf("07-shadow-lengths.xlsx", "", "Old lengths.xlsx"),
    fileOf("04-orion.png", "image/png", "Hunter.png"),
    fileOf("08-a-shadow-through-the-day.webm", "video/webm", "Shadow film.webm"),
    fileOf("02-light-as-a-messenger.pdf", "application/pdf", "Light again.pdf"),
  ]);
  await teacher.locator('input[type="file"]').first().setInputFiles(files);
  for (const title of ["Report guide", "Old lengths", "Hunter", "Shadow film", "Light again"]) {
    await rowOf(teacher, title).getByText("Draft").first().waitFor();
    await choose(teacher, title, "Publish");
    await rowOf(teacher, title).getByText("Draft").waitFor({ state: "detached" });
  }

  // A rule: after another one, and for one group only.
  await choose(teacher, "Old lengths", "When it opens");
  const dialog = teacher.getByRole("dialog");
  await dialog.getByText("Report guide has been read").click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await rowOf(teacher, "Old lengths").getByText("after one other item").waitFor();
  await choose(teacher, "Hunter", "When it opens");
  await dialog
    .getByText(/^Lab groups: /)
    .first()
    .click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await rowOf(teacher, "Hunter").getByText("for one group").waitFor();

  // Captions, refused where they are none, then taken.
  await choose(teacher, "Shadow film", "Captions");
  await dialog.locator('input[type="file"]').setInputFiles({
    name: "not.vtt",
    mimeType: "text/vtt",
    buffer: Buffer.from("hello"),
  });
  await dialog.getByText("The first line must be WEBVTT.").waitFor();
  await dialog.getByRole("textbox", { name: /^Language/ }).fill("en");
  await dialog
    .locator('input[type="file"]')
    .setInputFiles(await fileOf("08-a-shadow-through-the-day.en.vtt", "text/vtt"));
  await dialog.getByRole("list", { name: "Captions" }).getByText("English").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();

  // An assignment that was taken out is placed again, moved up by the keyboard, and the move is taken back.
  await choose(teacher, "Measure the Earth", "Take out of the contents");
  await rowOf(teacher, "Measure the Earth").waitFor({ state: "detached" });
  await teacher.getByRole("button", { name: "Place an assignment" }).click();
  await dialog.getByRole("button", { name: "Place Measure the Earth" }).click();
  await dialog.getByText("Every assignment is placed").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  const module = teacher.getByRole("list", { name: "Measuring with a stick" }).getByRole("listitem");
  const titles = async () =>
    (await module.locator(".item-title").allTextContents()).map((title) => title.trim());
  assert.equal((await titles()).at(-1), "Measure the Earth");
  await rowOf(teacher, "Measure the Earth").getByRole("link").first().focus();
  await teacher.keyboard.press("Alt+ArrowUp");
  await teacher.getByText("Moved.").waitFor();
  await teacher.waitForFunction(() => {
    const list = document.querySelector('ul[aria-label="Measuring with a stick"]');
    return !list?.lastElementChild?.textContent?.includes("Measure the Earth");
  });
  await teacher.getByRole("button", { name: "Undo" }).last().click();
  await teacher.waitForFunction(() => {
    const list = document.querySelector('ul[aria-label="Measuring with a stick"]');
    return list?.lastElementChild?.textContent?.includes("Measure the Earth");
  });

  const { page: student, context: hers } = await demo.openAs("mira", at);
  student.setDefaultTimeout(30_000);
  await rowOf(student, "Old lengths").getByText("It opens when you have read").waitFor();
  assert.equal(await student.getByText("How fast is a star?").count(), 0, "a draft module is hidden");
  await student.getByRole("link", { name: "Report guide" }).first().click();
  await student.getByRole("heading", { name: "What goes in" }).waitFor();
  await student.getByRole("cell", { name: "Shadow (cm)" }).waitFor();
  await student.getByRole("img", { name: /constellation of Orion/ }).scrollIntoViewIfNeeded();
  await student.getByText("Name everybody who helped you.").scrollIntoViewIfNeeded();
  await student.getByRole("button", { name: "Read", exact: true }).waitFor();
  await student.goto(at);
  await student.getByRole("link", { name: "Old lengths" }).first().click();
  await student.getByRole("cell", { name: "2026-09-21" }).first().waitFor();
  await student.goto(at);
  await student.getByRole("link", { name: "Shadow film" }).first().click();
  await student.waitForFunction(() => {
    const video = document.querySelector("video");
    return (video?.readyState ?? 0) > 0 && video?.textTracks.length === 1;
  });
  await student.getByRole("region", { name: "Shadow film" }).first().focus();
  await student.keyboard.press("ArrowRight");
  await student.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) >= 4.9);

  await student.goto(at);
  await student.getByRole("button", { name: "Download as ZIP" }).click();
  const downloading = student.waitForEvent("download");
  await student.getByRole("dialog").getByRole("button", { name: "Download" }).click();
  assert.match((await downloading).suggestedFilename(), /^SKY-101.*\.zip$/);

  await teacher.goto(`${at}/reading`);
  const readers = teacher.getByRole("list", { name: "By material" });
  await readers
    .getByRole("listitem")
    .filter({ hasText: "Report guide" })
    .getByText(/read by 1/)
    .waitFor();
  await context.close();
  await hers.close();
});

test("the text of an office document is found, and opens at its heading", async () => {
  const { page, context } = await demo.openAs("mira", "/search?q=parallax");
  page.setDefaultTimeout(30_000);
  const found = page.getByRole("link", { name: "2. How far: parallax" });
  // Files are read into the index one after the other.
  for (let tries = 0; tries < 30 && (await found.count()) === 0; tries++) {
    await page.waitForTimeout(1_000);
    await page.reload();
    await page.waitForLoadState("networkidle");
  }
  await found.click();
  await page.waitForFunction(() => document.activeElement?.id === "heading=2");
  await context.close();
});

test("a teacher previews the course as a student, reading only, and comes back to the same page", async () => {
  const at = await courseAt();
  const { page, context } = await demo.openAs("ines", at);
  page.setDefaultTimeout(30_000);
  await page.getByRole("heading", { name: "How fast is a star?" }).waitFor();
  await page.getByRole("button", { name: "Preview as a student" }).click();
  const banner = page.getByRole("region", { name: "You preview the course as a student" });
  await banner.waitFor();
  await rowOf(page, "Writing your report").getByText("It opens when you have read").waitFor();
  assert.equal(await page.getByRole("heading", { name: "How fast is a star?" }).count(), 0);
  assert.equal(await page.getByRole("button", { name: "New page" }).count(), 0);
  await page.getByRole("link", { name: "Assignments" }).click();
  await page.getByRole("link", { name: "How far is the thumb?" }).click();
  await page.getByRole("heading", { level: 1, name: "How far is the thumb?" }).waitFor();
  await banner.waitFor();
  await page.goto(at);
  await page.getByRole("link", { name: "Five questions to a star" }).click();
  await page.getByRole("heading", { name: "2. How far: parallax" }).waitFor();
  await banner.getByRole("button", { name: "End the preview" }).click();
  await banner.waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "2. How far: parallax" }).waitFor();
  await context.close();
});

test("two write one page: the second sees what changed, and keeps both", async () => {
  const at = await courseAt();
  const { materialId } = await demo.call<{ materialId: string }>("ines", "materials.createPage", {
    courseId: at.split("/").at(-1),
    title: "What to bring",
    text: "A stick.\n\nA ruler.\n\nA friend.\n",
    published: true,
  });
  const path = `${at}/materials/${materialId}/edit`;
  const [ines, tomas] = await Promise.all([demo.openAs("ines", path), demo.openAs("tomas", path)]);
  const text = (page: Page) => page.getByRole("textbox", { name: "Text" });
  for (const { page } of [ines, tomas]) {
    page.setDefaultTimeout(30_000);
    await text(page).waitFor();
  }
  await text(ines.page).fill("A stick of one metre.\n\nA ruler.\n\nA friend.\n");
  await ines.page.getByRole("button", { name: "Save for everybody" }).click();
  await ines.page.waitForURL(new RegExp(`${materialId}$`));
  await text(tomas.page).fill("A stick.\n\nA ruler.\n\nA friend, and a hat.\n");
  await tomas.page.getByRole("button", { name: "Save for everybody" }).click();
  await tomas.page.getByText("Somebody else has saved this page meanwhile").waitFor();
  await tomas.page.getByRole("button", { name: "Keep both" }).click();
  await tomas.page.getByRole("button", { name: "Save for everybody" }).click();
  await tomas.page.waitForURL(new RegExp(`${materialId}$`));
  await tomas.page.locator("article p").getByText("A stick of one metre.").waitFor();
  await tomas.page.locator("article p").getByText("A friend, and a hat.").waitFor();

  // An image is described before it stands in the page.
  await ines.page.goto(path);
  await ines.page.locator('input[type="file"]').setInputFiles(await fileOf("04-orion.png", "image/png"));
  await ines.page.getByRole("dialog").getByLabel("Description").fill("Orion in winter");
  await ines.page.getByRole("button", { name: "Put it into the page" }).click();
  await ines.page
    .getByRole("region", { name: "Preview" })
    .getByRole("img", { name: "Orion in winter" })
    .waitFor();
  await ines.context.close();
  await tomas.context.close();
});
