/** Every page of the journey, in light and dark: axe has no findings, text is drawn, and nothing fails in the console. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type Demo, openDemo, pagesOf } from "./demo.ts";

let browser: Browser;
let demo: Demo;
let axe: string;

before(async () => {
  axe = await readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
  browser = await launchBrowser();
  demo = await openDemo(browser);
});
after(async () => {
  // Either may be missing when starting failed; the other must not keep the process alive.
  await demo?.close();
  await browser?.close();
});

test("every page can be read by everyone: wide and light, narrow and dark", async (t) => {
  for (const { name, who, path } of await pagesOf(demo))
    for (const look of [
      { width: 1280, height: 860, scheme: "light" },
      { width: 390, height: 844, scheme: "dark" },
    ] as const)
      await t.test(`${name}, ${look.width} wide, ${look.scheme}`, async () => {
        const { page, context } =
          who === null ? await openAnonymously(path, look) : await demo.openAs(who, path, look);
        const troubles: string[] = [];
        page.on("pageerror", (error) => troubles.push(error.message));
        await page.waitForLoadState("networkidle");
        await page.getByRole("heading", { level: 1 }).first().waitFor();
        assert.deepEqual(await findings(page), []);
        const [width, scrolls] = await page.evaluate(() => [
          document.querySelector("h1")?.getBoundingClientRect().width ?? 0,
          document.documentElement.scrollWidth > document.documentElement.clientWidth,
        ]);
        assert(Number(width) > 40, "the heading is drawn with a font");
        assert.equal(scrolls, false, "the page does not scroll sideways");
        assert.deepEqual(troubles, []);
        await context.close();
      });
});

async function openAnonymously(
  path: string,
  look: { width: number; height: number; scheme: "light" | "dark" },
) {
  const { width, height, scheme } = look;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    baseURL: demo.url,
  });
  const page = await context.newPage();
  await page.goto(path);
  return { page, context };
}

/** What axe finds, as `rule: element`; run through the debugger, which the page's own policy on scripts allows. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`),
  );
}
