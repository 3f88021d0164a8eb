/** When a page has come to rest: told by the page itself rather than by half a second in which nothing happened. */
import type { Page, Request } from "playwright-core";

const quietMs = 100;

/**
 * Opens `path` and waits until the page has its title, shows nothing that stands for what is still to come, and has asked for
 * nothing during a moment at whose end it had nothing left to do either.
 */
export async function openSettled(page: Page, path: string): Promise<void> {
  const open = new Set<Request>();
  let asked = 0;
  const onRequest = (request: Request) => {
    open.add(request);
    asked++;
  };
  const onAnswer = (request: Request) => open.delete(request);
  page.on("request", onRequest).on("requestfinished", onAnswer).on("requestfailed", onAnswer);
  try {
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    for (let before = -1; before !== asked || open.size > 0; ) {
      before = asked;
      await page.waitForFunction(() => document.querySelector(".skeleton") === null);
      await page.evaluate(
        (ms) => new Promise<void>((done) => setTimeout(() => requestIdleCallback(() => done()), ms)),
        quietMs,
      );
    }
  } finally {
    page.off("request", onRequest).off("requestfinished", onAnswer).off("requestfailed", onAnswer);
  }
}
