/**
 * The store below the doors against bare `node:sqlite`: the same three statements per command, once through our
 * queue, log and commit, once as a transaction of their own that SQLite syncs fully. Rounds of both alternate in
 * one run, so that a busy moment of the machine meets both; the medians of the ratios are what counts.
 */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Migration, type Store, tablesOf, type WriteTransaction } from "#engines/store/port.ts";
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

type Command = (tx: WriteTransaction, sequence: number) => Promise<void>;

/** Prints, for 64 and for 1 client, commands per second of both and the median of the ratios. */
export async function bench(options: {
  rounds: number;
  sample?: boolean;
  print: (line: string) => void;
}): Promise<void> {
  const folder = fs.mkdtempSync(join(os.tmpdir(), "lyceum-bench-store-"));
  const cases = [
    { what: "64 clients", clients: 64, aim: " (aim 5)", command: submit },
    { what: "1 client", clients: 1, aim: " (aim 0.6)", command: submit },
    { what: "64 clients, queries built by Kysely each time", clients: 64, aim: "", command: submitBuilding },
  ];
  try {
    for (const [place, { what, clients, aim, command }] of cases.entries()) {
      const store = await openStore(join(folder, `store-${place}`), command);
      const bare = openBare(join(folder, `bare-${place}.db`));
      const pairs = await alternate(store, bare, clients, options);
      await store.close();
      await bare.close();
      const ratios = pairs.map(({ ours, theirs }) => ours / theirs);
      options.print(
        `store, ${what}: ratio ${median(ratios).toFixed(2)}${aim}, ` +
          `${perSecond(pairs.map(({ ours }) => ours))} against ${perSecond(pairs.map(({ theirs }) => theirs))} of ` +
          `bare node:sqlite with one fully synced transaction each; rounds ${ratios.map((ratio) => ratio.toFixed(2)).join(" ")}`,
      );
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function alternate(
  store: Contender,
  bare: Contender,
  clients: number,
  { rounds, sample }: { rounds: number; sample?: boolean },
): Promise<{ ours: number; theirs: number }[]> {
  const durationMs = sample === true ? 250 : 1_000;
  await measure(store, clients, durationMs / 2);
  await measure(bare, clients, durationMs / 2);
  const pairs: { ours: number; theirs: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    // Whoever goes first meets the other's leftovers, so they take turns.
    if (round % 2 === 0) {
      const ours = await measure(store, clients, durationMs);
      pairs.push({ ours, theirs: await measure(bare, clients, durationMs) });
    } else {
      const theirs = await measure(bare, clients, durationMs);
      pairs.push({ ours: await measure(store, clients, durationMs), theirs });
    }
  }
  return pairs;
}

async function openStore(folder: string, command: Command): Promise<Contender> {
  const store: Store = await openSqliteStore({ folder });
  await store.migrate([migration]);
  let sequence = 0;
  return {
    command: async () => {
      const own = sequence++;
      await store.write((tx) => command(tx, own));
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

/** The same with Kysely building each query anew, as slices do where a query is not worth preparing. */
async function submitBuilding(tx: WriteTransaction, sequence: number): Promise<void> {
  const database = tablesOf<Tables>(tx.database);
  const student = `student-${sequence % students}`;
  const state = `attempt ${sequence}`;
  await database
    .insertInto("submissions")
    .values({ id: student, student, state, text, updated_at: sequence })
    .onConflict((conflict) => conflict.column("id").doUpdateSet({ state, text, updated_at: sequence }))
    .execute();
  await database
    .insertInto("counters")
    .values({ id: student, value: 1 })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet((row) => ({ value: row("counters.value", "+", 1) })),
    )
    .execute();
  await database
    .insertInto("entries")
    .values({ id: `entry-${sequence}`, submission_id: student, body: entry })
    .execute();
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
