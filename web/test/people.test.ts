/** What an admin does for people, in a real browser: an import from the file to the report, and a way back in. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type Demo, openDemo } from "./demo.ts";

/** Longer than the pause after which what was typed narrows the list. */
const slowChunkMs = 600;
let browser: Browser;
let demo: Demo;
before(async () => {
  browser = await launchBrowser();
  demo = await openDemo(browser);
});
after(async () => {
  await demo.close();
  await browser.close();
});

/** Where pictures go for whoever wants to look; nowhere otherwise. */
const pictures = process.env.PICTURES ?? "";

const rows = ["Name;E-Mail;Role", "ليلى 🌙;layla@lyceum.example;student", "Nobody;nobody;student"];

test("an admin imports people: preview, apply, report, links", async () => {
  const { page, context } = await demo.openAs("rowan", "/people");
  await page.getByRole("link", { name: "Import people" }).click();
  await page.locator("input[type=file]").setInputFiles({
    name: "september.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`\uFEFF${rows.join("\r\n")}`),
  });
  await page.getByText("To add: 1. To change: 0. To shut: 0.").waitFor();
  await page.getByText('"nobody" is no e-mail address.').waitFor();
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await page.getByText("Added: 1. Changed: 0. Shut: 0.").waitFor();

  const reporting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the report" }).click();
  const report = await reporting;
  assert.equal(report.suggestedFilename(), "september-report.csv");
  assert.match(await readFile(await report.path(), "utf8"), /2,add,ليلى 🌙,layla@lyceum\.example/);

  const linking = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download invitation links" }).click();
  const links = await readFile(await (await linking).path(), "utf8");
  const [link = ""] = /http\S+\/invitation#[^,\s]+/.exec(links) ?? [];
  await page.goto(link);
  await page.getByRole("heading", { name: /ليلى/ }).waitFor();
  await context.close();
});

test("an admin corrects a name and makes a link, by which the person chooses a new password, once", async () => {
  const { page, context } = await demo.openAs("rowan", "/people");
  // The page of a person comes later than the list would be narrowed, and it is there that one wants to go.
  await page.route(/\/get-person-[^/]*\.js/, async (route) => {
    await setTimeout(slowChunkMs);
    await route.continue();
  });
  await page.getByLabel("Search by name").fill("mira");
  await page.getByRole("link", { name: /Mira/ }).click();
  const name = page.getByRole("textbox", { name: "Name" });
  const before = await name.inputValue();
  await name.fill(`${before} 🌟`);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { level: 1, name: `${before} 🌟` }).waitFor();

  await page.getByRole("button", { name: "Link for a new password" }).click();
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = await page.getByRole("textbox", { name: "Link to a new password" }).inputValue();
  const mira = await browser.newContext({ reducedMotion: "reduce", baseURL: demo.url });
  const hers = await mira.newPage();
  await hers.goto(link);
  await hers.getByLabel("New password").fill("nine loud herons");
  await hers.getByRole("button", { name: "Set the password" }).click();
  await hers.getByText("Your new password is set").waitFor();
  await hers.goto("/sign-in");
  await hers.goto(link);
  await hers.getByText("This link was used already").waitFor();
  await mira.close();
  await context.close();
});

test("an admin makes one account of two, after seeing what comes of it and typing the name", async () => {
  const { person } = await demo.call<{ person: { id: string } }>("rowan", "identity.addPerson", {
    name: "Jonas Twice",
    email: "jonas.private@lyceum.example",
    roles: ["instructor"],
  });
  const { page, context } = await demo.openAs("rowan", `/people/${person.id}`);
  await page.getByRole("link", { name: "Merge with another account" }).click();
  await page.getByRole("button", { name: /^Choose Jonas/ }).click();
  // Jonas's own account is the one to keep.
  await page.getByRole("button", { name: "Keep the other one instead" }).click();
  await page.getByText("Roles afterwards: Instructor, Student.").waitFor();
  if (pictures !== "") await page.screenshot({ path: join(pictures, "merge.png"), fullPage: true });
  const merge = page.getByRole("button", { name: "Merge the accounts" });
  assert(await merge.isDisabled());
  await page.getByLabel("Type Jonas Twice to confirm").fill("jonas twice");
  await merge.click();
  await page.getByText("The accounts are one").waitFor();
  if (pictures !== "") await page.screenshot({ path: join(pictures, "merged.png") });
  await page.goto(`/people/${person.id}`);
  await page.getByText("This account was merged into another one").waitFor();
  await page.getByRole("link", { name: "Go to the account that was kept" }).click();
  await page.getByRole("heading", { level: 1, name: /Jonas/ }).waitFor();
  await context.close();
});

test("people are narrowed in the address, and all other sessions end on the account page", async () => {
  const { page, context } = await demo.openAs("rowan", "/people?role=admin&signIn=password_only");
  await page.getByRole("link", { name: "Rowan" }).first().waitFor();
  assert.equal(await page.getByRole("link", { name: /Mira/ }).count(), 0);
  if (pictures !== "") await page.screenshot({ path: join(pictures, "people.png") });
  await page.getByLabel("Search by name").fill("nobody at all");
  await page.getByText("Nobody fits").waitFor();
  assert.match(page.url(), /q=nobody/);
  await context.close();

  await demo.call("jonas", "identity.whoAmI", {});
  const jonas = await demo.openAs("jonas", "/account");
  if (pictures !== "") await jonas.page.screenshot({ path: join(pictures, "sessions.png") });
  await jonas.page.getByRole("button", { name: "End all other sessions" }).click();
  await jonas.page.getByRole("alertdialog").getByRole("button", { name: "End all other sessions" }).click();
  await jonas.page.getByText(/other sessions? ha(s|ve) ended/).waitFor();
  await jonas.page.getByText("In use now").waitFor();
  await jonas.context.close();
});

test("a time zone of one's own on the account page, and the school's for everybody else", async () => {
  const choose = async (page: Page, label: RegExp, zone: string) => {
    await page.getByRole("button", { name: label }).click();
    await page.getByRole("option", { name: zone }).click();
  };
  const amina = await demo.openAs("amina", "/account");
  await choose(amina.page, /Your time zone/, "America/New York");
  await amina.page.getByText("Your time zone is saved.").waitFor();
  if (pictures !== "") await amina.page.screenshot({ path: join(pictures, "account-time-zone.png") });

  const rowan = await demo.openAs("rowan", "/school");
  await choose(rowan.page, /Time zone of the school/, "Europe/Vienna");
  await rowan.page.getByRole("button", { name: "Save" }).click();
  await rowan.page.getByText("The settings are saved.").waitFor();
  if (pictures !== "") await rowan.page.screenshot({ path: join(pictures, "school-time-zone.png") });
  await rowan.context.close();

  await amina.page.goto("/notices/preferences");
  await amina.page.getByText("Times go by America/New York.").waitFor();
  if (pictures !== "")
    await amina.page.screenshot({ path: join(pictures, "notice-kinds.png"), fullPage: true });
  await amina.page.goto("/account");
  await choose(amina.page, /Your time zone/, "As the school: Europe/Vienna");
  await amina.page.getByText("Your time zone is saved.").waitFor();
  await amina.page.goto("/notices/preferences");
  await amina.page.getByText("Times go by Europe/Vienna.").waitFor();
  await amina.context.close();
});

test("whoever forgot the password finds the way from the sign-in page", async () => {
  const context = await browser.newContext({ baseURL: demo.url });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  // The demo sends no mail, and says whom to ask.
  await page.getByText("This school sends no mail.").waitFor();
  await context.close();
});
