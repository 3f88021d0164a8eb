/**
 * kill -9 at random moments under load. After each kill the folder is opened again: every command that was
 * answered is there once, nothing is there in part, and the next process goes on in the same folder.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { seededRandom } from "#base/random.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { verifyDataFolder } from "#engines/store/sqlite/verify.ts";
import { checkPayments } from "./store/payments.ts";

/** Kills before the folder is begun anew, so that looking it over stays quick. */
const killsPerFolder = 20;

export async function prove(options: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const random = seededRandom(options.seed);
  const milliseconds = (max: number) => Buffer.from(random.bytes(4)).readUInt32LE(0) % max;
  const parent = fs.mkdtempSync(join(os.tmpdir(), "lyceum-prove-crash-"));
  const totals = { kills: 0, answered: 0, unanswered: 0, replayed: 0, torn: 0 };
  try {
    let answered = new Set<string>();
    for (let kill = 0; kill < options.count; kill++) {
      const folder = join(parent, String(Math.floor(kill / killsPerFolder)));
      if (kill % killsPerFolder === 0) {
        answered = new Set();
        if (kill > 0) fs.rmSync(join(parent, String(kill / killsPerFolder - 1)), { recursive: true });
      }
      for (const id of await writeUntilKilled(folder, `k${kill}`, 5 + milliseconds(250))) {
        answered.add(id);
        totals.answered++;
      }
      totals.kills++;
      const store = await openSqliteStore({
        folder,
        report: ({ event, facts }) => {
          if (event === "log-replayed") totals.replayed += Number(facts.replayed);
          if (event === "log-torn-tail") totals.torn++;
        },
      });
      const { value: found } = await store.read((database) => checkPayments(database, answered));
      totals.unanswered = Math.max(totals.unanswered, found - answered.size);
      await store.close();
      if (kill % 10 === 0) {
        assert.deepEqual(
          verifyDataFolder(folder).filter(({ level }) => level !== "ok"),
          [],
          "the doctor's findings",
        );
      }
    }
  } finally {
    fs.rmSync(parent, { recursive: true, force: true });
  }
  assert.ok(totals.answered > options.count * 10, "the kills came under load");
  options.print(
    `store, kill -9: ${totals.kills} kills, ${totals.answered} answered commands, 0 lost, 0 doubled, 0 in part; ` +
      `${totals.replayed} entries replayed, ${totals.torn} torn writes removed (seed ${options.seed})`,
  );
}

/** Starts a writer, kills it `afterMs` after its first answers, and gives what it had answered. */
async function writeUntilKilled(folder: string, prefix: string, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "store/child.ts"), folder, prefix], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const output = collect(child);
  await output.saw("ready\n");
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  assert.equal(child.exitCode, null, "the writer runs until it is killed");
  child.kill("SIGKILL");
  await exited;
  const text = await output.all;
  // A line that was cut off was not an answer yet.
  return [...text.matchAll(/^ok (\S+)\n/gm)].map(([, id]) => id ?? "");
}

function collect(child: ChildProcess): { saw(text: string): Promise<void>; all: Promise<string> } {
  let text = "";
  const wanted: { text: string; resolve: () => void }[] = [];
  const { promise: all, resolve: end } = Promise.withResolvers<string>();
  child.stdout?.setEncoding("utf8");
  child.stdout?.on("data", (chunk: string) => {
    text += chunk;
    for (const want of wanted) if (text.includes(want.text)) want.resolve();
  });
  child.stdout?.on("end", () => {
    end(text);
    for (const want of wanted) want.resolve();
  });
  return {
    all,
    saw: (part) => new Promise((resolve) => wanted.push({ text: part, resolve })),
  };
}
