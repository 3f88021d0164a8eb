/** What people notice when things go wrong or differ: a lost connection, an ended session, longer words, another direction. */
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
  // Either may be missing when starting failed; the other must not keep the process alive.
  await demo?.close();
  await browser?.close();
});

test("a command whose answer was lost is sent again under its key, and happens once", async () => {
  const { page, context } = await demo.openAs("ines", "/courses");
  const keys: (string | undefined)[] = [];
  await page.route("**/api/v1/courses/create-course", async (route) => {
    keys.push(route.request().headers()["idempotency-key"]);
    // The first arrives, and its answer does not; the second does not arrive at all.
    if (keys.length === 1) await route.fetch();
    if (keys.length <= 2) await route.abort("connectionreset");
    else await route.continue();
  });
  await page.getByRole("button", { name: "Create a course" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("Weather");
  await dialog.getByLabel("Code").fill("WEA-1");
  await dialog.getByLabel("Term").fill("Winter 2026");
  await dialog.getByRole("button", { name: "Create a course" }).click();
  await page.getByText("No connection to the school.").waitFor();
  await page.getByRole("heading", { level: 1, name: "Weather" }).waitFor();
  await page.getByText("No connection to the school.").waitFor({ state: "detached" });
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  const { items } = await demo.call<{ items: { code: string }[] }>("ines", "courses.listCourses", {});
  assert.equal(items.filter(({ code }) => code === "WEA-1").length, 1);
  await context.close();
});

test("somebody whose session ended signs in and is back where they were", async () => {
  const { page, context } = await demo.openAs("mira", "/account");
  await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
  await context.clearCookies();
  await page.reload();
  await page.waitForURL(/\/sign-in\?next=%2Faccount$/);
  await context.close();
});

for (const [locale, direction] of [
  ["en-XA", "ltr"],
  ["ar-XB", "rtl"],
] as const)
  test(`texts a third longer fit, ${direction}, and none stands outside of the catalogues`, async () => {
    for (const path of ["/", "/courses", "/account", "/queries"]) {
      const { page, context } = await demo.openAs("mira", `${path}?locale=${locale}`, { width: 390 });
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForLoadState("networkidle");
      const seen = await page.evaluate(() => ({
        direction: document.documentElement.dir,
        scrolls: document.documentElement.scrollWidth > document.documentElement.clientWidth,
        plain: [...document.querySelectorAll("h1, h2, label, .bar-link, .button > span:first-child")]
          .map((element) => element.textContent?.trim() ?? "")
          .filter((text) => text !== "" && !text.startsWith("[")),
      }));
      // The school's own words are not translated: a term is what the instructor called it.
      seen.plain = seen.plain.filter((text) => text !== "Autumn 2026");
      assert.deepEqual(seen, { direction, scrolls: false, plain: [] }, path);
      await context.close();
    }
  });
