/** Every page of the journey, in light and dark: axe has no findings, text is drawn, and nothing fails in the console. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type Demo, openDemo, pagesOf } from "./demo.ts";
import { openSettled } from "./settled.ts";

const looks = [
  { width: 1280, height: 860, scheme: "light" },
  { width: 390, height: 844, scheme: "dark" },
] as const;
/** Pages looked at side by side: while one waits for the school, another is drawn. */
const concurrency = 3;

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

test("every page can be read by everyone: wide and light, narrow and dark", { concurrency }, async (t) => {
  const pages = Map.groupBy(await pagesOf(demo), ({ who }) => who);
  await Promise.all(
    [...pages].flatMap(([who, theirs]) =>
      looks.map(async (look) => {
        // One tab for each person and look: they sign in once, and the app's files are there after their first page.
        const page = await (await demo.profileOf(who, look)).newPage();
        for (const { name, path } of theirs)
          await t.test(`${name}, ${look.width} wide, ${look.scheme}`, () => lookAt(page, path));
      }),
    ),
  );
});

async function lookAt(page: Page, path: string): Promise<void> {
  const troubles: string[] = [];
  const onTrouble = (error: Error) => troubles.push(error.message);
  page.on("pageerror", onTrouble);
  await openSettled(page, path);
  assert.deepEqual(await findings(page), []);
  const [width, scrolls] = await page.evaluate(() => [
    document.querySelector("h1")?.getBoundingClientRect().width ?? 0,
    document.documentElement.scrollWidth > document.documentElement.clientWidth,
  ]);
  assert(Number(width) > 40, "the heading is drawn with a font");
  assert.equal(scrolls, false, "the page does not scroll sideways");
  assert.deepEqual(troubles, []);
  page.off("pageerror", onTrouble);
}

/** What axe finds, as `rule: element`; run through the debugger, which the page's own policy on scripts allows. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      // What passes is not written down.
      resultTypes: ["violations"],
    }),
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`),
  );
}
