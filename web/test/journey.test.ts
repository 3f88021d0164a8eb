/**
 * The main job once, in a real browser against a real server, by what people see and press: a course with a book of more
 * than 20 MB, read in the page; work of more than 20 MB handed in; a query answered; a grade released and seen.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { bigPdf } from "./big-pdf.ts";
import { launchBrowser } from "./browser.ts";
import { type Demo, demoPassword, openDemo } from "./demo.ts";

const bigBytes = 21_000_000;
let browser: Browser;
let demo: Demo;
let folder: string;

before(async () => {
  browser = await launchBrowser();
  demo = await openDemo(browser);
  folder = await mkdtemp(join(tmpdir(), "lyceum-journey-"));
});
after(async () => {
  // Either may be missing when starting failed; the other must not keep the process alive.
  await demo?.close();
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

test("the whole journey, from an empty course to a grade that its student sees", async () => {
  const book = join(folder, "the-big-book.pdf");
  const work = join(folder, "my-work.pdf");
  const workBytes = bigPdf(3, bigBytes);
  await writeFile(book, bigPdf(40, bigBytes));
  await writeFile(work, workBytes);
  const teacher = await signIn("Inês Carvalho");
  const student = await signIn("Mira Osei");
  let courseAt = "";
  let joinCode = "";

  await step("the instructor creates a course", async () => {
    await teacher.goto("/courses");
    await teacher.getByRole("button", { name: "Create a course" }).first().click();
    const dialog = teacher.getByRole("dialog");
    await dialog.getByLabel("Title").fill("Slow Reading");
    await dialog.getByLabel("Code").fill("READ-7");
    await dialog.getByLabel("Term").fill("Winter 2026");
    await dialog.getByRole("button", { name: "Create a course" }).click();
    await teacher.getByRole("heading", { level: 1, name: "Slow Reading" }).waitFor();
    courseAt = new URL(teacher.url()).pathname;
  });

  await step("uploads a book of more than 20 MB and publishes it", async () => {
    await teacher.locator('input[type="file"]').setInputFiles(book);
    const row = teacher.getByRole("list", { name: "Contents of the course" }).getByRole("listitem");
    await row.getByText("Draft").waitFor();
    await row.getByRole("button", { name: /^Actions for/ }).click();
    await teacher.getByRole("menuitem", { name: "Publish" }).click();
    await row.getByText("Draft").waitFor({ state: "detached" });
    assert.match((await row.textContent()) ?? "", /40 pages/);
  });

  await step("sets an assignment that students see", async () => {
    await teacher.goto(`${courseAt}/assignments`);
    await teacher.getByRole("button", { name: "New assignment" }).click();
    const dialog = teacher.getByRole("dialog");
    await dialog.getByLabel("Title").fill("One page, slowly");
    await dialog.getByLabel("Instructions").fill("Read **one** page.");
    await dialog.getByRole("spinbutton", { name: /^Points/ }).fill("10");
    await dialog.getByLabel(/^Due/).fill("2030-05-04T17:00");
    await dialog.getByText("Students see it and may hand in").click();
    await dialog.getByRole("button", { name: "Save" }).click();
    await teacher.getByRole("link", { name: "One page, slowly" }).waitFor();
    await teacher.goto(`${courseAt}/people`);
    joinCode = (await teacher.getByText(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/).textContent())?.trim() ?? "";
    assert.notEqual(joinCode, "");
  });

  await step("the student joins by the code and reads page 30 in the page", async () => {
    await student.goto("/join");
    await student.getByLabel("Join code").fill(joinCode.toLowerCase());
    await student.getByRole("button", { name: "Join", exact: true }).click();
    await student.getByRole("heading", { level: 1, name: "Slow Reading" }).waitFor();
    await student.getByRole("link", { name: /big.book/i }).click();
    await student.getByText("This is page 1 of the big book").waitFor();
    await student.goto(`${new URL(student.url()).pathname}#page=30`);
    await student.getByText("This is page 30 of the big book").waitFor();
    await student.reload();
    await student.getByText("This is page 30 of the big book").waitFor();
    assert((await inkIn(student)) > 20, "the page is drawn, not blank");
  });

  await step("asks about that page", async () => {
    await student.getByRole("link", { name: "Ask about this page" }).click();
    await student.getByLabel("Your query in one line").fill("Why so slowly?");
    await student.getByLabel("What you want to know").fill("I read page 30 twice and still wonder.");
    await student.getByRole("button", { name: "Ask", exact: true }).click();
    await student.getByRole("heading", { level: 1, name: "Why so slowly?" }).waitFor();
    await student.getByRole("link", { name: /at page 30/ }).waitFor();
  });

  await step("hands in more than 20 MB and gets a receipt with the file's fingerprint", async () => {
    await student.goto(`${courseAt}/assignments`);
    await student.getByRole("link", { name: "One page, slowly" }).click();
    await student.getByText(/Sat, 4 May 2030, 17:00/).waitFor();
    await student.getByLabel("Your text").fill("Read **slowly**.");
    await student.getByText(/^Saved /).waitFor();
    await student.locator('input[type="file"]').setInputFiles(work);
    await student.getByText("not handed in yet").waitFor();
    // What is in the draft is there after a reload, as it would be on another device.
    await student.reload();
    await student.getByText("not handed in yet").waitFor();
    assert.equal(await student.getByLabel("Your text").inputValue(), "Read **slowly**.");
    await student.getByRole("button", { name: "Hand in", exact: true }).click();
    const receipt = student.getByRole("status").filter({ hasText: "Attempt 1" });
    await receipt.waitFor();
    const hash = createHash("sha256").update(workBytes).digest("hex");
    assert.match((await receipt.textContent()) ?? "", new RegExp(hash));
  });

  await step("the instructor answers the query from home", async () => {
    await teacher.goto("/");
    await teacher.getByRole("main").getByRole("link", { name: "Why so slowly?" }).click();
    await teacher.getByLabel("Your answer").fill("Because it is worth it.");
    await teacher.getByRole("button", { name: "Send answer" }).click();
    // Until it is sent, the form holds the same words.
    const answers = { name: "Answers" };
    await teacher.getByRole("region", answers).getByText("Because it is worth it.").waitFor();
    await student.goto("/queries");
    await student.getByRole("link", { name: "Why so slowly?" }).click();
    await student.getByRole("region", answers).getByText("Because it is worth it.").waitFor();
  });

  await step("opens the work beside the form, grades it and releases the grade", async () => {
    await teacher.goto(`${courseAt}/assignments`);
    await teacher.getByRole("link", { name: "One page, slowly" }).click();
    await teacher.getByRole("link", { name: "See and grade" }).click();
    await teacher
      .getByRole("link", { name: /Mira Osei/ })
      .first()
      .click();
    await teacher.getByText("This is page 1 of the big book").waitFor();
    await teacher.getByLabel("Points").fill("8.5");
    await teacher.getByLabel("Feedback").fill("You took your time, **well done**.");
    await teacher.getByRole("button", { name: "Save", exact: true }).click();
    await teacher.getByText("Saved", { exact: true }).waitFor();
    await student.goto(`${courseAt}/grades`);
    // The mark is private: nothing of it is there.
    await student.getByText("Not marked yet: does not count so far").waitFor();
    await teacher.getByRole("link", { name: "Submissions" }).first().click();
    await teacher.getByRole("button", { name: "Release grades" }).click();
    await teacher.getByRole("alertdialog").getByText("1 grade that is private now").waitFor();
    await teacher.getByRole("alertdialog").getByRole("button", { name: "Release", exact: true }).click();
    await teacher.getByText("1 grade is released.").waitFor();
  });

  await step("the student sees the grade and the feedback", async () => {
    await student.goto(`${courseAt}/grades`);
    await student.getByRole("link", { name: "One page, slowly" }).click();
    await student.getByText("of 10 points").waitFor();
    await student.getByText("well done").waitFor();
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

/** Signs in as people do: by the page, with one press for the demo account. */
async function signIn(name: string): Promise<Page> {
  const context = await browser.newContext({
    baseURL: demo.url,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.goto("/queries");
  await page.waitForURL(/\/sign-in\?next=%2Fqueries$/);
  await page.getByRole("button", { name }).click();
  await page.getByLabel("Password").fill(demoPassword);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/queries$/);
  return page;
}

/** How many dark pixels the drawn pages show: none when fonts are missing and text comes out blank. */
function inkIn(page: Page): Promise<number> {
  return page.evaluate(() => {
    let dark = 0;
    for (const canvas of document.querySelectorAll("canvas")) {
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      for (let at = 0; at < pixels.length; at += 4)
        if ((pixels[at + 3] ?? 0) > 128 && (pixels[at] ?? 255) < 100) dark++;
    }
    return dark;
  });
}
