/**
 * Screenshots of every page, wide and narrow, light and dark: `node web/test/screenshots.ts FOLDER [NAME…]`. For people to
 * look at; the tests look at what a program can see.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launchBrowser } from "./browser.ts";
import { openDemo, pagesOf } from "./demo.ts";

const [folder = "", ...names] = process.argv.slice(2);
if (folder === "") throw new Error("say into which folder: node web/test/screenshots.ts FOLDER");
await mkdir(folder, { recursive: true });
const looks = [
  { name: "wide-light", width: 1280, height: 860, scheme: "light" },
  { name: "wide-dark", width: 1280, height: 860, scheme: "dark" },
  { name: "phone-light", width: 390, height: 844, scheme: "light" },
  { name: "phone-dark", width: 390, height: 844, scheme: "dark" },
] as const;

const browser = await launchBrowser();
const demo = await openDemo(browser);
try {
  for (const { name, who, path } of await pagesOf(demo)) {
    if (names.length > 0 && !names.some((wish) => name.startsWith(wish))) continue;
    for (const look of looks) {
      const context = await demo.profileOf(who, look);
      const page = await context.newPage();
      page.on("pageerror", (error) => console.log(`${name}: ${error.message}`));
      page.on(
        "console",
        (message) => message.type() === "error" && console.log(`${name}: ${message.text()}`),
      );
      await page.goto(path);
      await page.waitForLoadState("networkidle");
      await page.screenshot({ path: join(folder, `${name}-${look.name}.png`) });
      await context.close();
    }
    console.log(name);
  }
} finally {
  await demo.close();
  await browser.close();
}
