/**
 * A power cut, simulated on real files: the database goes back to an older checkpoint and loses its write-ahead
 * log, or that log is cut anywhere; the commit log loses what was never synced, or keeps torn parts of it. What
 * comes up again must equal, row by row, a prefix of what was written that holds every answered command.
 */
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Random, seededRandom } from "#base/random.ts";
import { FaultFiles } from "#engines/store/log/fault-files.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { contentOf } from "#engines/store/sqlite/rows.ts";
import { checkPayments, payments, runPayment } from "./store/payments.ts";

interface Totals {
  cuts: number;
  answered: number;
  replayed: number;
  torn: number;
  compared: number;
}

export async function prove(options: {
  count: number;
  seed: number;
  print: (line: string) => void;
}): Promise<void> {
  const totals: Totals = { cuts: 0, answered: 0, replayed: 0, torn: 0, compared: 0 };
  for (let cut = 0; cut < options.count; cut++) {
    const parent = fs.mkdtempSync(join(os.tmpdir(), "lyceum-prove-power-"));
    try {
      await cutOnce(parent, seededRandom(options.seed + cut), totals);
    } finally {
      fs.rmSync(parent, { recursive: true, force: true });
    }
  }
  assert.ok(totals.replayed > 0 && totals.compared > 0, "entries were replayed and compared");
  options.print(
    `store, power loss: ${totals.cuts} cuts, ${totals.answered} answered commands, 0 lost, 0 doubled, 0 in part; ` +
      `${totals.replayed} entries replayed, ${totals.torn} torn writes removed, ` +
      `${totals.compared} databases equal row by row (seed ${options.seed})`,
  );
}

async function cutOnce(parent: string, random: Random, totals: Totals): Promise<void> {
  const below = (max: number) => Buffer.from(random.bytes(4)).readUInt32LE(0) % max;
  const folder = join(parent, "store");
  const logFiles = new FaultFiles();
  // Checkpoints come from here alone, so that the image below is the last one that was durable; and what is written at
  // once is one batch, on a slow machine too.
  const limits = {
    segmentBytes: 1 << 15,
    walWorkerBytes: 1 << 30,
    walInlineBytes: 1 << 30,
    batchMsMax: 60_000,
  };
  const store = await openSqliteStore({ folder, limits, logFiles });
  await store.migrate([payments]);
  const database = join(folder, "gen-1", "state.db");
  const image = join(parent, "image.db");
  const answered = new Set<string>();
  let sequence = 0;
  const write = async (commands: number) => {
    await Promise.all(
      Array.from({ length: commands }, async () => {
        const own = sequence++;
        await store.write((tx) => runPayment(tx, `p${own}`, own));
        answered.add(`p${own}`);
      }),
    );
  };
  for (let step = below(6); step >= 0; step--) await write(1 + below(30));
  const checkpoint = new DatabaseSync(database);
  checkpoint.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  checkpoint.close();
  fs.copyFileSync(database, image);
  for (let step = below(8); step >= 0; step--) await write(1 + below(30));

  const crashed = join(parent, "crashed");
  const leaveCrashed = () =>
    fs.cpSync(folder, crashed, { recursive: true, filter: (path) => !path.endsWith("-shm") });
  const answeredBefore = new Set(answered);
  if (below(2) === 0) {
    // The plug is pulled while the last batch is written but not synced: nobody had an answer to it.
    logFiles.beforeSync = async () => {
      logFiles.beforeSync = null;
      logFiles.pullThePlug(random);
      leaveCrashed();
    };
    await write(1 + below(60));
  } else {
    await write(1 + below(60));
    for (const id of answered) answeredBefore.add(id);
    leaveCrashed();
  }
  await store.close();
  assert.ok(fs.existsSync(crashed), "the plug was pulled");

  const crashedDatabase = join(crashed, "gen-1", "state.db");
  const wal = `${crashedDatabase}-wal`;
  const kind = below(3);
  if (kind === 0) {
    fs.copyFileSync(image, crashedDatabase);
    fs.rmSync(wal, { force: true });
  } else if (kind === 1) {
    fs.truncateSync(wal, below(fs.statSync(wal).size + 1));
  }
  let tornHere = 0;
  const again = await openSqliteStore({
    folder: crashed,
    report: ({ event, facts }) => {
      if (event === "log-replayed") totals.replayed += Number(facts.replayed);
      if (event === "log-torn-tail") tornHere++;
    },
  });
  const { value: found, position } = await again.read((view) => checkPayments(view, answeredBefore));
  await again.close();
  totals.cuts++;
  totals.answered += answeredBefore.size;
  totals.torn += tornHere;
  // The start itself took one position: the beginning of its term of leadership.
  if (position === store.status().position + 1) {
    // The last batch came through whole: then everything equals what the writer itself had in the end.
    assert.equal(found, answered.size);
    assert.deepEqual(rowsOf(crashedDatabase), rowsOf(database));
    totals.compared++;
  } else {
    assert.equal(found, answeredBefore.size, "the last batch is there as a whole or not at all");
  }
}

function rowsOf(file: string): Map<string, string[]> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return contentOf(database);
  } finally {
    database.close();
  }
}
