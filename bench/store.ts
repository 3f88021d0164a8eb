/**
 * The store below the doors against bare `node:sqlite`: the same three statements per command, once through our
 * queue, log and commit, once as a transaction of their own that SQLite syncs fully. Rounds of both alternate in
 * one run, so that a busy moment of the machine meets both; the medians of the ratios are what counts.
 */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Migration, Store, WriteTransaction } from "#engines/store/port.ts";
import { compileMigration } from "#engines/store/sqlite/migration.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";

interface Tables {
  submissions: { id: string; student: string; state: string; text: string; updated_at: number };
  counters: { id: string; value: number };
  entries: { id: string; submission_id: string; body: string };
}

const migration: Migration = {
  name: "bench/0001-tables",
  up: (schema) => [
    schema
      .createTable("submissions")
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("student", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("text", "text", (column) => column.notNull())
      .addColumn("updated_at", "integer", (column) => column.notNull()),
    schema
      .createTable("counters")
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("value", "integer", (column) => column.notNull()),
    schema
      .createTable("entries")
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
      .addColumn("submission_id", "text", (column) => column.notNull())
      .addColumn("body", "text", (column) => column.notNull()),
  ],
};

const students = 1_000;
const text = "An answer of some length, as a student would give it. ".repeat(4);
const entry = JSON.stringify({ type: "submission.received", by: "student", note: "x".repeat(80) });

interface Contender {
  command(): Promise<void>;
  close(): Promise<void>;
}

/** Prints, for 64 and for 1 client, commands per second of both and the median of the ratios. */
export async function bench(options: { rounds: number; print: (line: string) => void }): Promise<void> {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-bench-store-"));
  try {
    for (const { clients, aim } of [
      { clients: 64, aim: 5 },
      { clients: 1, aim: 0.6 },
    ]) {
      const store = await openStore(join(folder, `store-${clients}`));
      const bare = openBare(join(folder, `bare-${clients}.db`));
      await measure(store, clients, 300);
      await measure(bare, clients, 300);
      const ratios: number[] = [];
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < options.rounds; round++) {
        // Whoever goes first meets the other's leftovers, so they take turns.
        const first = round % 2 === 0 ? store : bare;
        const a = await measure(first, clients, 1_000);
        const b = await measure(first === store ? bare : store, clients, 1_000);
        const [mine, other] = first === store ? [a, b] : [b, a];
        ours.push(mine);
        theirs.push(other);
        ratios.push(mine / other);
      }
      await store.close();
      await bare.close();
      const each = ratios.map((ratio) => ratio.toFixed(2)).join(" ");
      options.print(
        `store, ${clients} client${clients === 1 ? "" : "s"}: ${perSecond(ours)} against ${perSecond(theirs)} bare ` +
          `(one fully synced transaction each), ratio ${median(ratios).toFixed(2)} (aim ${aim}; rounds ${each})`,
      );
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function openStore(folder: string): Promise<Contender> {
  const store: Store = await openSqliteStore({ folder });
  await store.migrate([migration]);
  let sequence = 0;
  return {
    command: async () => {
      const own = sequence++;
      await store.write((tx) => submit(tx, own));
    },
    close: () => store.close(),
  };
}

const putSubmission = prepared<Tables>()(
  (database, p: Parameter<{ student: string; state: string; text: string; at: number }>) =>
    database
      .insertInto("submissions")
      .values({
        id: p("student"),
        student: p("student"),
        state: p("state"),
        text: p("text"),
        updated_at: p("at"),
      })
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet({ state: p("state"), text: p("text"), updated_at: p("at") }),
      ),
);
const countUp = prepared<Tables>()((database, p: Parameter<{ student: string }>) =>
  database
    .insertInto("counters")
    .values({ id: p("student"), value: 1 })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet((row) => ({ value: row("counters.value", "+", 1) })),
    ),
);
const addEntry = prepared<Tables>()((database, p: Parameter<{ id: string; student: string; body: string }>) =>
  database.insertInto("entries").values({ id: p("id"), submission_id: p("student"), body: p("body") }),
);

/** A command as slices write them: a state that is replaced, a counter, something that is only ever added. */
async function submit({ database }: WriteTransaction, sequence: number): Promise<void> {
  const student = `student-${sequence % students}`;
  await putSubmission(database, { student, state: `attempt ${sequence}`, text, at: sequence });
  await countUp(database, { student });
  await addEntry(database, { id: `entry-${sequence}`, student, body: entry });
}

function openBare(file: string): Contender {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768");
  for (const statement of compileMigration(migration).statements) database.exec(statement);
  const begin = database.prepare("BEGIN IMMEDIATE");
  const commit = database.prepare("COMMIT");
  const submission = database.prepare(
    `INSERT INTO submissions (id, student, state, text, updated_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = ?, text = ?, updated_at = ?`,
  );
  const counter = database.prepare(
    "INSERT INTO counters (id, value) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = counters.value + 1",
  );
  const addition = database.prepare("INSERT INTO entries (id, submission_id, body) VALUES (?, ?, ?)");
  let sequence = 0;
  return {
    command: async () => {
      sequence++;
      const student = `student-${sequence % students}`;
      const state = `attempt ${sequence}`;
      begin.run();
      submission.run(student, student, state, text, sequence, state, text, sequence);
      counter.run(student, 1);
      addition.run(`entry-${sequence}`, student, entry);
      commit.run();
    },
    close: async () => database.close(),
  };
}

/** Commands per second of `clients` loops that each wait for an answer before the next command. */
async function measure(contender: Contender, clients: number, durationMs: number): Promise<number> {
  const start = performance.now();
  let count = 0;
  const client = async () => {
    while (performance.now() - start < durationMs) {
      await contender.command();
      count++;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return (count / (performance.now() - start)) * 1_000;
}

function perSecond(rates: number[]): string {
  return `${Math.round(median(rates)).toLocaleString("en")}/s`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
