/** The texts of the web app are all shown somewhere: what no page names is not left for translators to wonder about. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const web = resolve(import.meta.dirname, "../web/src");

function filesUnder(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => ending.test(file))
    .map((file) => join(folder, file));
}

test("every message is named by a page, whole or with a part that the page fills in", () => {
  const pages = filesUnder(web, /\.tsx?$/)
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  const named = new Set([...pages.matchAll(/["'`]([\w.]+)["'`]/g)].map((match) => match[1]));
  // `jobs.${kind}Done` names every key that begins and ends so.
  const builtFrom = [...pages.matchAll(/`([\w.]+\.\w*)\$\{[^`}]*\}([\w.]*)`/g)];
  const isBuilt = (key: string) =>
    builtFrom.some(([, start = "", end = ""]) => key.startsWith(start) && key.endsWith(end));
  const unnamed = filesUnder(join(web, "messages"), /\.json$/).flatMap((file) =>
    Object.keys(JSON.parse(readFileSync(file, "utf8")) as object)
      .map((key) => key.replace(/_(zero|one|two|few|many|other)$/, ""))
      .filter((key) => !named.has(key) && !isBuilt(key)),
  );
  assert.deepEqual(unnamed, [], "Remove the message, or show it.");
});
