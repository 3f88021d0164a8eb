/** What signing in loads: small enough for a slow phone. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { builtWeb } from "../../src/app/web-build.ts";

const signInBytesMax = 110_000;

test("signing in loads at most 110 kB of JavaScript, gzipped, all in all", async () => {
  const root = await builtWeb(() => {});
  assert(root !== null);
  const html = await readFile(join(root, "sign-in.html"), "utf8");
  const loaded = new Set<string>();
  // What the page names, and what those files import before anything runs.
  const toLoad = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => match[1] ?? "");
  assert(toLoad.length > 0);
  let bytes = 0;
  for (let path = toLoad.pop(); path !== undefined; path = toLoad.pop()) {
    if (loaded.has(path)) continue;
    loaded.add(path);
    const code = await readFile(join(root, path), "utf8");
    bytes += gzipSync(code).length;
    for (const [, name] of code.matchAll(/(?:import|from)\s*["']\.\/([^"']+\.js)["']/g))
      toLoad.push(`assets/${name}`);
  }
  assert(bytes > 60_000, "React is in there, so the count is of the real files");
  assert(bytes <= signInBytesMax, `signing in loads ${bytes} bytes of JavaScript`);
});
