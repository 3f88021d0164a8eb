/** How people come into a course and out of it, in a real browser: a link, a code, a file, groups. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { people } from "../../src/app/demo/school.ts";
import { launchBrowser } from "./browser.ts";
import { type Demo, demoPassword, openDemo } from "./demo.ts";

let browser: Browser;
let demo: Demo;
let at: string;
before(async () => {
  browser = await launchBrowser();
  demo = await openDemo(browser);
  const { items } = await demo.call<{ items: { courseId: string; code: string }[] }>(
    "ines",
    "courses.listCourses",
    {},
  );
  at = `/courses/${items.find(({ code }) => code === "SKY-101")?.courseId}`;
});
after(async () => {
  await demo.close();
  await browser.close();
});

test("a link: made, opened while signed out, and after signing in one is in the course", async () => {
  const { page, context } = await demo.openAs("ines", `${at}/people`);
  await page.getByRole("button", { name: "Make a link" }).click();
  await page.getByLabel("What it is for").fill("Guests 🎓");
  await page.getByLabel("How many may use it").fill("1");
  await page.getByRole("dialog").getByRole("button", { name: "Make a link" }).click();
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  await page.getByRole("button", { name: "Close" }).first().click();

  const hers = await browser.newContext({ reducedMotion: "reduce", baseURL: demo.url });
  const yuki = await hers.newPage();
  await yuki.goto(new URL(link).pathname + new URL(link).hash);
  await yuki.getByRole("heading", { name: "Measuring the Sky" }).waitFor();
  await yuki.getByRole("button", { name: "Sign in and join" }).click();
  await yuki.getByLabel("E-mail").fill(people.yuki.email);
  await yuki.getByLabel("Password", { exact: true }).fill(demoPassword);
  await yuki.getByRole("button", { name: "Sign in", exact: true }).click();
  await yuki.getByText("You are signed in as Yuki Tanaka").waitFor();
  await yuki.getByRole("button", { name: "Join as Student" }).click();
  await yuki.waitForURL(`**${at}`);
  await hers.close();

  await page.reload();
  await page.getByText("1 of 1").waitFor();
  await page.getByRole("button", { name: "Actions for Guests 🎓" }).click();
  await page.getByRole("menuitem", { name: "Show who came by it" }).click();
  await page.getByText("One person", { exact: true }).waitFor();
  await page.getByText("yuki@lindenfeld.example").waitFor();
  await context.close();
});

test("the join code fills itself in when it was scanned, and nobody comes in while it is off", async () => {
  const { page, context } = await demo.openAs("ines", `${at}/people`);
  await page.getByRole("link", { name: "Show as QR code" }).click();
  await page.getByRole("img", { name: /QR code/ }).waitFor();
  const code = await page.locator(".poster-code").innerText();
  await page.getByRole("link", { name: "Back to the people" }).click();
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByText("nobody joins by it").waitFor();
  const rowan = await demo.openAs("rowan", `/join?code=${code}`);
  assert.equal(await rowan.page.getByLabel("Join code").inputValue(), code);
  await rowan.page.getByRole("button", { name: "Join", exact: true }).click();
  await rowan.page.getByText("Nobody joins this course by its code at present").waitFor();
  await rowan.context.close();
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText(code).first().waitFor();
  await context.close();
});

test("somebody is found, taken out by mistake, and brought back", async () => {
  const { page, context } = await demo.openAs("ines", `${at}/people`);
  await page.getByLabel("Search by name or address").fill("lena");
  await page.getByText("One person", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Actions for Lena Fischer" }).click();
  await page.getByRole("menuitem", { name: "Remove from course" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove from course" }).click();
  await page.getByText("Lena Fischer is no longer in the course.").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Lena Fischer is back, with their groups and work.").waitFor();
  await page.getByText("lena@lindenfeld.example").waitFor();
  await context.close();
});

test("a file of members: preview, brake, report; an admin has the unknown invited", async () => {
  const { page, context } = await demo.openAs("rowan", `${at}/people/imports`);
  const upload = async (text: string) => {
    await page.locator("input[type=file]").setInputFiles({
      name: "class.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(text),
    });
  };
  await upload("\uFEFFE-Mail;Name;Section\r\nlayla@lyceum.example;ليلى 🌙;Äpfel\r\nnobody;;\r\n");
  await page.getByText("Unknown: 1. Not usable: 1.").waitFor();
  await page.getByText('"nobody" is no e-mail address.').waitFor();
  await page.getByText("Add the one whom the school does not know").click();
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await page.getByText("One person was added to the school and invited.").waitFor();
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download invitation links" }).click();
  const links = await readFile(await (await downloading).path(), "utf8");
  assert.match(links, /layla@lyceum\.example,http\S+\/invitation#/);

  await page.getByRole("link", { name: "Import from a file" }).click();
  await page.getByText("Take out students who are missing").click();
  await upload("email\nnew@lyceum.example\n");
  await page.getByText("One student would lose the course").waitFor();
  await page.getByLabel("Type 1 to confirm").fill("1");
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await page.getByText("Taken out: 1.").waitFor();
  await context.close();
});

test("groups: a set is made, students are moved, one chooses and leaves; what hangs on a set is named", async () => {
  const { page, context } = await demo.openAs("ines", `${at}/groups`);
  await page.getByRole("button", { name: "New set of groups" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("What the groups are for").fill("Projects");
  await dialog.getByLabel("How many groups").fill("2");
  await dialog.getByText("Students choose their groups themselves").click();
  await dialog.getByRole("button", { name: "New set of groups" }).click();
  await page.getByText("0 of 5 students are in one", { exact: false }).waitFor();
  // By keyboard alone: tick, choose where to, move.
  await page.getByRole("checkbox", { name: "Jonas Weber" }).focus();
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: /Move to/ }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("option", { name: "Group 2" }).waitFor();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Move", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("One student was moved.").waitFor();
  await page.getByRole("region", { name: "Group 2" }).getByText("Jonas Weber").waitFor();

  const mira = await demo.openAs("mira", `${at}/groups`);
  await mira.page
    .getByRole("region", { name: "Projects" })
    .getByRole("button", { name: "Choose Group 2" })
    .click();
  await mira.page.getByText("Jonas Weber, Mira Osei").waitFor();
  await mira.page
    .getByRole("region", { name: "Projects" })
    .getByRole("button", { name: "Leave Group 2" })
    .click();
  await mira.page.getByText("You are in none of these groups.").waitFor();
  await mira.context.close();

  await page.getByRole("button", { name: "Remove the set" }).click();
  await page.getByText("No assignment and no material goes by these groups.").waitFor();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove the set" }).click();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("“Projects” is back as it was.").waitFor();
  await context.close();
});
