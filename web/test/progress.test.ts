/** Today, progress and the gradebook as students and those who teach use them daily, in a real browser. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { parse } from "csv-parse/sync";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type Demo, openDemo } from "./demo.ts";

let browser: Browser;
let demo: Demo;
let at = "";
let courseId = "";

before(async () => {
  browser = await launchBrowser();
  demo = await openDemo(browser);
  const { items } = await demo.call<{ items: { courseId: string; code: string }[] }>(
    "ines",
    "courses.listCourses",
    {},
  );
  courseId = items.find(({ code }) => code === "SKY-101")?.courseId ?? "";
  at = `/courses/${courseId}`;
});
after(async () => {
  // Either may be missing when starting failed; the other must not keep the process alive.
  await demo?.close();
  await browser?.close();
});

const cell = (page: Page, name: RegExp) => page.getByRole("gridcell", { name });

test("a student sees today what is due, new and begun, goes on reading, and finds their progress", async () => {
  const { page, context } = await demo.openAs("mira", "/");
  const due = page.getByRole("region", { name: "Due" });
  await due.getByRole("link", { name: "How far is the thumb?" }).waitFor();
  const news = page.getByRole("region", { name: /^New since/ });
  await news.getByRole("link", { name: "Measure the Earth" }).waitFor();
  await page
    .getByRole("region", { name: "Continue" })
    .getByRole("link", { name: "Light as a messenger" })
    .click();
  await page.waitForURL(/#page=2/);
  await page.goto(`${at}/progress`);
  await page.getByText("1 of 7 materials read, 1 of 2 assignments handed in.").waitFor();
  await page.getByText("22 % done").waitFor();
  await page.getByText("You have begun it").waitFor();
  await context.close();
});

test("those who teach see who has fallen behind, with the reasons, and open one student", async () => {
  const { page, context } = await demo.openAs("ines", "/");
  await page
    .getByRole("region", { name: "Waiting for you" })
    .getByRole("link", { name: "Measure the Earth" })
    .waitFor();
  await page.goto(`${at}/progress`);
  const rows = page.getByRole("row");
  await rows.nth(1).getByText("1 of 1 due assignments missing").waitFor();
  await rows.nth(1).getByRole("link", { name: "Lena Fischer" }).click();
  await page.getByRole("heading", { name: "Progress of Lena Fischer" }).waitFor();
  await page.getByText("0 of 7 materials read, 0 of 2 assignments handed in.").waitFor();
  await page.getByRole("link", { name: "Progress of everybody" }).click();
  await page.getByLabel("Find a student").fill("jonas");
  await page.getByRole("link", { name: "Jonas Weber" }).waitFor();
  await page.getByRole("link", { name: "Lena Fischer" }).waitFor({ state: "detached" });
  await context.close();
});

test("marks are set by keyboard, pasted, undone, and met where somebody was first", async () => {
  await demo.call("ines", "grades.addGradeColumn", { courseId, title: "Taking part", pointsMax: 10 });
  const { page, context } = await demo.openAs("ines", `${at}/grades`);
  await cell(page, /^Mira Osei, Taking part: no mark/).click();
  await page.keyboard.type("8,5");
  await page.keyboard.press("Enter");
  await cell(page, /^Mira Osei, Taking part: 8.5/).waitFor();
  await page.keyboard.type("7");
  await page.keyboard.press("Escape");
  await cell(page, /^Jonas Weber, Taking part: no mark/).waitFor();
  await page.keyboard.press("e");
  await page.keyboard.type("x");
  await page.keyboard.press("Enter");
  await cell(page, /^Jonas Weber, Taking part: excused/).waitFor();
  const saved = page.locator(".toast").filter({ hasText: "Saved: Jonas Weber" });
  await saved.getByRole("button", { name: "Undo" }).click();
  await cell(page, /^Jonas Weber, Taking part: no mark/).waitFor();

  await cell(page, /^Jonas Weber, Taking part/).click();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "5\r\n6,5\r\n");
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true }),
    );
  });
  await cell(page, /^Jonas Weber, Taking part: 5$/).waitFor();
  await cell(page, /^Amina Haddad, Taking part: 6.5/).waitFor();

  const { items } = await demo.call<{
    items: { student: { personId: string; name: string }; cells: { columnId: string; version: number }[] }[];
  }>("tomas", "grades.listGradebookRows", { courseId });
  const lena = items.find(({ student }) => student.name === "Lena Fischer");
  const columnId = lena?.cells.at(-1)?.columnId;
  await demo.call("tomas", "grades.setGradeCells", {
    courseId,
    cells: [{ columnId, studentId: lena?.student.personId, version: 1, points: 4, excused: false }],
  });
  await cell(page, /^Lena Fischer, Taking part/).click();
  await page.keyboard.type("9");
  await page.keyboard.press("Enter");
  await page.getByText(/Tomáš Novák changed “?"?Taking part/).waitFor();
  await cell(page, /^Lena Fischer, Taking part: 4/).waitFor();
  await page.getByRole("button", { name: "Set mine all the same" }).click();
  await cell(page, /^Lena Fischer, Taking part: 9/).waitFor();
  await context.close();
});

test("marks leave as CSV, come back changed, and a conflict is decided", async () => {
  const { page, context } = await demo.openAs("ines", `${at}/grades`);
  await page.getByRole("button", { name: "Export or import" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("dialog").getByRole("button", { name: "Download" }).click();
  const path = await (await download).path();
  const rows: string[][] = parse(await readFile(path), { bom: true });
  const column = rows[0]?.findIndex((title) => title.startsWith("Taking part")) ?? -1;
  const of = (name: string) => rows.find((row) => row[1] === name) ?? assert.fail(name);
  of("Mira Osei")[column] = "10";
  of("Amina Haddad")[column] = "7";
  const columnId = /\[([^\]]+)\]$/.exec(rows[0]?.[column] ?? "")?.[1];
  await demo.call("tomas", "grades.setGradeCells", {
    courseId,
    cells: [{ columnId, studentId: of("Amina Haddad")[0], version: 2, points: 3, excused: false }],
  });
  const csv = rows.map((row) => row.map((field) => `"${field}"`).join(",")).join("\r\n");
  await page
    .getByRole("dialog")
    .locator('input[type="file"]')
    .setInputFiles({ name: "marks.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await page.getByRole("heading", { name: "Import of marks.csv" }).waitFor();
  await page.getByText("One conflict is open").waitFor();
  const row = page.getByRole("row").filter({ hasText: "Amina Haddad" });
  await row.getByText(/Tomáš Novák/).waitFor();
  await row.getByRole("button", { name: "The one here" }).click();
  await page.getByRole("button", { name: "Set one mark" }).click();
  await page.getByText("One mark is set").waitFor();
  await page.getByRole("link", { name: "Gradebook" }).click();
  await cell(page, /^Mira Osei, Taking part: 10/).waitFor();
  await cell(page, /^Amina Haddad, Taking part: 3/).waitFor();
  await context.close();
});

test("on a phone the gradebook shows one student at a time", async () => {
  const { page, context } = await demo.openAs("ines", `${at}/grades`, { width: 390, height: 844 });
  await page.getByRole("heading", { name: "Mira Osei" }).waitFor();
  await page.getByRole("button", { name: "The next student" }).click();
  await page.getByRole("heading", { name: "Jonas Weber" }).waitFor();
  await page.getByRole("button", { name: /^Jonas Weber, Taking part/ }).click();
  await page
    .getByRole("dialog")
    .getByLabel(/^Points/)
    .fill("6");
  await page.getByRole("button", { name: "Save the mark" }).click();
  await page.getByRole("button", { name: /^Jonas Weber, Taking part: 6/ }).waitFor();
  await context.close();
});
