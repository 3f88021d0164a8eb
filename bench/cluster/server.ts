/**
 * A node as `lyceum serve` runs it, but for the limits on how often one caller may ask, which a benchmark is there to
 * exceed. When its parent says so, it also works below its own doors: straight into the store, or into `call()`.
 */
import fs from "node:fs";
import { join } from "node:path";
import { openNode } from "#app/compose.ts";
import { folderFileName, readConfig } from "#app/config.ts";
import { createLog } from "#app/log.ts";
import { goLive, untilStopped } from "#app/run-node.ts";
import { present } from "#base/assert.ts";
import { setUpToken } from "#slices/identity/api.ts";
import { type Fill, fill, type Layer, type LayerFigures, runLayer } from "./layers.ts";

const unlimited = 1e9;
const data = present(process.argv[2], "the data folder");
const path = join(data, folderFileName);
const { config } = readConfig({
  flags: { data },
  environment: {},
  file: null,
  folderFile: { path, text: fs.readFileSync(path, "utf8") },
});
const log = createLog("info");
const node = await openNode({
  config,
  log,
  webRoot: null,
  limits: {
    sessionPerMinuteMax: unlimited,
    anonymousPerMinuteMax: unlimited,
    addressPerMinuteMax: unlimited,
  },
});
await goLive(node, log);
process.stderr.write(`set-up#${await setUpToken(node.kernel.services.tokens, Date.now())}\n`);

process.on("message", (wish: Layer | Fill) => {
  void work(wish).then(
    (figures) => process.send?.({ figures }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  );
});
async function work(wish: Layer | Fill): Promise<LayerFigures | null> {
  if (wish.layer !== "fill") return runLayer(node.kernel, wish);
  await fill(node.kernel, wish);
  return null;
}

process.exitCode = await untilStopped(node, log);
process.disconnect?.();
