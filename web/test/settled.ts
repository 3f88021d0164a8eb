/** When a page has come to rest: what it says itself rather than half a second in which nothing happened. */
import type { Page } from "playwright-core";

const quietMs = 100;

/**
 * Opens `path` and waits until the page has its title, stands for nothing that is still to come, and has asked for nothing
 * during a moment at whose end it had nothing left to do either.
 */
export async function openSettled(page: Page, path: string): Promise<void> {
  let asked = 0;
  let answered = 0;
  page.on("request", () => asked++);
  page.on("requestfinished", () => answered++);
  page.on("requestfailed", () => answered++);
  await page.goto(path);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  for (let before = -1; before !== asked || answered !== asked; ) {
    before = asked;
    await page.waitForFunction(() => document.querySelector(".skeleton, [data-pending]") === null);
    await page.evaluate(
      (ms) => new Promise<void>((done) => setTimeout(() => requestIdleCallback(() => done()), ms)),
      quietMs,
    );
  }
}
