/**
 * The process that `store-crash.ts` kills and `store-disk-full.ts` starves: writes commands as fast as it can and
 * says on its standard output, a line each, which were answered.
 */
import fs from "node:fs";
import { Unavailable } from "#engines/errors.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { payments, runPayment } from "./payments.ts";

const [folder = "", prefix = "", clientsText = "16"] = process.argv.slice(2);

const store = await openSqliteStore({
  folder,
  // Small files and frequent checkpoints, so that most kills hit one of the rarer steps.
  limits: { segmentBytes: 1 << 16, walWorkerBytes: 1 << 17, walInlineBytes: 1 << 19, recoveryProbeMs: 20 },
  report: ({ event, facts }) => say(`report ${event} ${facts.step ?? ""}`),
});
await store.migrate([payments]);
say("ready");

let sequence = 0;
await Promise.all(Array.from({ length: Number(clientsText) }, client));

async function client(): Promise<void> {
  for (;;) {
    const own = sequence++;
    const id = `${prefix}-${own}`;
    try {
      await store.write((tx) => runPayment(tx, id, own));
      say(`ok ${id}`);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      say(`unavailable ${error.message}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Written at once, so that what was said before a kill has been said. */
function say(line: string): void {
  fs.writeSync(1, `${line}\n`);
}
