/** An admin erases somebody for good: counted, confirmed by typing, reported. */
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
  await demo.close();
  await browser.close();
});

test("an admin erases somebody, and sees what that removes before and after", async () => {
  const { items } = await demo.call<{ items: { id: string; name: string; email: string }[] }>(
    "rowan",
    "identity.listPeople",
    { search: "jonas" },
  );
  const [jonas] = items;
  assert(jonas !== undefined, "Jonas is in the demo school");
  const { page, context } = await demo.openAs("rowan", `/people/${jonas.id}`);
  await page.getByText("deactivate the account first").waitFor();
  await demo.call("rowan", "identity.setPersonActive", { personId: jonas.id, active: false });
  await page.reload();
  await page.getByRole("button", { name: "Erase for good" }).click();
  const dialog = page.getByRole("alertdialog");
  await dialog.getByRole("cell", { name: "Assignments and work" }).waitFor();
  const begin = dialog.getByRole("button", { name: "Erase for good" });
  assert(await begin.isDisabled(), "nothing is erased before the address is typed");
  await dialog.getByLabel("To confirm").fill(jonas.email);
  await begin.click();
  await dialog.getByText("is erased").waitFor();
  assert(await dialog.getByRole("columnheader", { name: "Files" }).isVisible(), "the report counts files");
  await dialog.getByRole("button", { name: "Back to all people" }).click();
  await page.getByRole("heading", { level: 1, name: "People" }).waitFor();
  const left = await demo.call<{ items: unknown[] }>("rowan", "identity.listPeople", { search: "jonas" });
  assert.deepEqual(left.items, []);
  await context.close();
});
