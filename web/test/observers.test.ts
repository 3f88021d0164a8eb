/** A student lets somebody see how they are doing: the code, what it opens, and its end. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type Demo, openDemo, pagesOf } from "./demo.ts";

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

test("a student gives a code, a tutor reads how they are doing, and the student ends it", async () => {
  const student = await demo.openAs("jonas", "/account");
  await student.page.getByRole("button", { name: "Make a pairing code" }).click();
  const code = await student.page.getByRole("dialog").getByLabel("Pairing code").inputValue();
  await student.page.getByRole("button", { name: "Done" }).click();

  const tutor = await demo.openAs("kofi", "/");
  await tutor.page.getByRole("link", { name: "Mira Osei" }).waitFor();
  await tutor.page.getByRole("button", { name: "Use a pairing code" }).click();
  const dialog = tutor.page.getByRole("dialog");
  await dialog.getByLabel("Pairing code").fill("AAAAA-AAAAA");
  await dialog.getByRole("button", { name: "Observe the student" }).click();
  await dialog.getByText("No student has this code").waitFor();
  await dialog.getByLabel("Pairing code").fill(code.toLowerCase());
  await dialog.getByRole("button", { name: "Observe the student" }).click();
  await tutor.page.getByRole("heading", { level: 1, name: "Jonas Weber" }).waitFor();
  await tutor.page.getByRole("link", { name: "Measuring the Sky" }).click();
  await tutor.page.getByRole("heading", { name: "Grades of Jonas Weber" }).waitFor();
  await tutor.page.getByRole("heading", { name: "Progress of Jonas Weber" }).waitFor();
  const main = tutor.page.getByRole("main");
  await main.getByText("Measure the Earth").first().waitFor();
  assert.equal(await main.getByRole("link", { name: "Measure the Earth" }).count(), 0, "nothing to open");
  const text = (await main.textContent()) ?? "";
  for (const other of ["Mira Osei", "Amina Haddad"]) assert(!text.includes(other), `${other} is not told of`);

  await student.page.reload();
  await student.page.getByRole("button", { name: "End that Kofi Osei observes Jonas Weber" }).click();
  await student.page.getByRole("alertdialog").getByRole("button", { name: "End", exact: true }).click();
  await student.page.getByText("Nobody observes you").waitFor();
  await tutor.page.reload();
  await tutor.page.getByText("There is no").waitFor();
  await tutor.page.goto("/");
  await tutor.page.getByRole("link", { name: "Mira Osei" }).waitFor();
  assert.equal(await tutor.page.getByRole("link", { name: "Jonas Weber" }).count(), 0);
  for (const { context } of [student, tutor]) await context.close();
});

test("an observer reads that a file was given back, and cannot open it", async () => {
  const pages = await pagesOf(demo);
  const pathOf = (wanted: string) => pages.find(({ name }) => name === wanted)?.path ?? "";
  const teacher = await demo.openAs("ines", pathOf("submissions"));
  await teacher.page.getByRole("link", { name: "Mira Osei" }).click();
  await teacher.page.getByText("to give back").click();
  await teacher.page
    .getByRole("complementary")
    .locator("input[type=file]")
    .setInputFiles({ name: "annotated.md", mimeType: "text/markdown", buffer: Buffer.from("# Look\n") });
  await teacher.page.getByRole("button", { name: "Remove annotated.md" }).waitFor();
  const tutor = await demo.openAs("kofi", pathOf("observed-course"));
  const main = tutor.page.getByRole("main");
  await main.getByText("1 file was given back; Mira Osei can show it to you.").waitFor();
  assert(!((await main.textContent()) ?? "").includes("annotated.md"));
  for (const { context } of [teacher, tutor]) await context.close();
});

test("an admin links two people, and ends it again", async () => {
  const { items } = await demo.call<{ items: { id: string }[] }>("rowan", "identity.listPeople", {
    search: "amina",
  });
  const { page, context } = await demo.openAs("rowan", `/people/${items[0]?.id}`);
  await page.getByText("Nobody observes Amina Haddad").waitFor();
  await page.getByRole("button", { name: "Add an observer" }).click();
  await page.getByRole("dialog").getByLabel("Person").fill("kofi");
  await page.getByRole("button", { name: "Link Kofi Osei" }).click();
  await page.getByRole("button", { name: "End that Kofi Osei observes Amina Haddad" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "End", exact: true }).click();
  await page.getByText("Nobody observes Amina Haddad").waitFor();
  await context.close();
});
