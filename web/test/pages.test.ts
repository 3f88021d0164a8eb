/** Every page of the journey, in light and dark: axe has no findings, text is drawn, and nothing fails in the console. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { PersonKey } from "../../src/app/demo/school.ts";
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
const profiles = new Map<string, Promise<BrowserContext>>();

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
  const visits = (await pagesOf(demo)).flatMap((page) => looks.map((look) => ({ ...page, look })));
  await Promise.all(
    visits.map(({ name, who, path, look }) =>
      t.test(`${name}, ${look.width} wide, ${look.scheme}`, async () => {
        const page = await (await profileOf(who, look)).newPage();
        const troubles: string[] = [];
        page.on("pageerror", (error) => troubles.push(error.message));
        await openSettled(page, path);
        assert.deepEqual(await findings(page), []);
        const [width, scrolls] = await page.evaluate(() => [
          document.querySelector("h1")?.getBoundingClientRect().width ?? 0,
          document.documentElement.scrollWidth > document.documentElement.clientWidth,
        ]);
        assert(Number(width) > 40, "the heading is drawn with a font");
        assert.equal(scrolls, false, "the page does not scroll sideways");
        assert.deepEqual(troubles, []);
        await page.close();
      }),
    ),
  );
});

/** One for each person and look, so that they sign in once and have the app's files after their first page. */
function profileOf(who: PersonKey | null, look: (typeof looks)[number]): Promise<BrowserContext> {
  const key = `${who} ${look.width}`;
  const profile = profiles.get(key) ?? demo.profileOf(who, look);
  profiles.set(key, profile);
  return profile;
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
