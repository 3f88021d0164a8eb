/**
 * What a command of the benchmarks below the doors does: three statements as slices write them, a state that is replaced,
 * a counter, something that is only ever added; and a loop of clients that each wait for an answer before they go on.
 */
import { type Migration, type Store, tablesOf, type WriteTransaction } from "#engines/store/port.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { quantile } from "./figures.ts";

interface Tables {
  submissions: { id: string; state: string; text: string; updated_at: number };
  counters: { id: string; value: number };
  entries: { id: string; submission_id: string; body: string };
}

export const migration: Migration = {
  name: "bench/0001-tables",
  up: (schema) => [
    schema
      .createTable("submissions")
      .addColumn("id", "text", (column) => column.primaryKey().notNull())
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
const entry = JSON.stringify({ type: "submission.received", by: "student", note: "x".repeat(80) });

const putSubmission = prepared<Tables>()(
  (database, p: Parameter<{ student: string; state: string; text: string; at: number }>) =>
    database
      .insertInto("submissions")
      .values({ id: p("student"), state: p("state"), text: p("text"), updated_at: p("at") })
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

/** One command, with a text of `valueBytes`. */
export async function submit(
  { database }: WriteTransaction,
  command: { readonly sequence: number; readonly nonce: string; readonly valueBytes: number },
): Promise<void> {
  const { sequence, nonce, valueBytes } = command;
  const student = `student-${sequence % students}`;
  const text = `${sequence}:`.padEnd(valueBytes, "An answer of some length. ");
  await putSubmission(database, { student, state: `attempt ${sequence}`, text, at: sequence });
  await countUp(database, { student });
  await addEntry(database, { id: `${nonce}-${sequence}`, student, body: entry });
}

/** How many commands were surely done: what the counters say. */
export async function countSubmitted(store: Store): Promise<number> {
  const { value } = await store.read((database) =>
    tablesOf<Tables>(database)
      .selectFrom("counters")
      .select((each) => each.fn.sum<number>("value").as("sum"))
      .executeTakeFirstOrThrow(),
  );
  return Number(value.sum ?? 0);
}

export interface WorkFigures {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Lets `clients` loops submit commands for so long. */
export async function work(
  store: Store,
  wish: { readonly clients: number; readonly durationMs: number; readonly valueBytes: number },
): Promise<WorkFigures> {
  const { clients, durationMs, valueBytes } = wish;
  const nonce = `${process.pid}-${Math.round(performance.timeOrigin + performance.now())}`;
  const latencies: number[] = [];
  let next = 0;
  const start = performance.now();
  const client = async () => {
    for (;;) {
      const called = performance.now();
      if (called - start >= durationMs) return;
      const sequence = next++;
      await store.write((tx) => submit(tx, { sequence, nonce, valueBytes }));
      latencies.push(performance.now() - called);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const perSecond = (latencies.length / (performance.now() - start)) * 1_000;
  return {
    count: latencies.length,
    perSecond,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}
