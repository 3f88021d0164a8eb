/**
 * Receipts: the answer that each command got, kept under the key that its caller chose, in the command's own
 * transaction. A client that retries after a failover gets the first answer, and the work is done once.
 */
import { canonicalJson, type JsonValue } from "#base/json.ts";
import type { Database, Migration } from "#engines/store/port.ts";
import { type Failure, Refusal } from "./errors.ts";
import { type Parameter, prepared } from "./prepared.ts";

/** How long a retry finds its first answer; afterwards the receipt is trimmed. */
export const receiptRetentionMs = 7 * 24 * 3_600_000;
export const idempotencyKeyLengthMax = 200;
/**
 * A key that a node made up serves the seconds in which a command may be tried again inside the server. Its receipt is
 * kept for longer than that, and than nodes' clocks may differ, and goes long before those that clients count on.
 */
export const madeUpRetentionMs = 2 * 3_600_000;
const madeUpPrefix = "made up: ";

export interface ReceiptsTable {
  actor: string;
  operation: string;
  key: string;
  /** Keyed under the master key: inputs hold passwords, which a plain hash would give away to whoever steals a copy. */
  input_hash: string;
  /** JSON of an `Outcome`; secret fields are never in it. */
  outcome: string;
  /** When it was kept; earlier for one whose key was made up, which goes earlier. */
  at: number;
}

/** What came of a command: its output less the secret fields, or the refusal. */
export type Outcome = { readonly output: JsonValue } | { readonly refusal: Failure };

export const receiptMigrations: readonly Migration[] = [
  {
    name: "kernel/0001-receipts",
    up: (schema) => [
      schema
        .createTable("receipts")
        .addColumn("actor", "text", (column) => column.notNull())
        .addColumn("operation", "text", (column) => column.notNull())
        .addColumn("key", "text", (column) => column.notNull())
        .addColumn("input_hash", "text", (column) => column.notNull())
        .addColumn("outcome", "text", (column) => column.notNull())
        .addColumn("at", "integer", (column) => column.notNull())
        .addPrimaryKeyConstraint("receipts_pk", ["actor", "operation", "key"]),
      schema.createIndex("receipts_by_time").on("receipts").column("at"),
    ],
  },
];

export interface ReceiptName {
  readonly actor: string;
  readonly operation: string;
  readonly key: string;
}

type Tables = { receipts: ReceiptsTable };

const find = prepared<Tables>()((db, p: Parameter<{ actor: string; operation: string; key: string }>) =>
  db
    .selectFrom("receipts")
    .select(["input_hash", "outcome"])
    .where("actor", "=", p("actor"))
    .where("operation", "=", p("operation"))
    .where("key", "=", p("key")),
);

const insert = prepared<Tables>()(
  (db, p: Parameter<{ [column in keyof ReceiptsTable]: ReceiptsTable[column] }>) =>
    db.insertInto("receipts").values({
      actor: p("actor"),
      operation: p("operation"),
      key: p("key"),
      input_hash: p("input_hash"),
      outcome: p("outcome"),
      at: p("at"),
    }),
);

/** A key for a command that came without one; `id` must be one that nobody gave before. */
export function madeUpKey(id: string): string {
  return `${madeUpPrefix}${id}`;
}

/** The first answer under this name, or null. Refuses when the key was used with another input. */
export async function findReceipt(
  database: Database,
  name: ReceiptName,
  inputHash: string,
): Promise<Outcome | null> {
  const [row] = await find(database, { ...name });
  if (row === undefined) return null;
  if (row.input_hash !== inputHash)
    throw new Refusal(
      "idempotency_key_reused",
      "This idempotency key was already used with another input. Choose a new key for a new command.",
      { kind: "conflict" },
    );
  return JSON.parse(row.outcome) as Outcome;
}

export async function keepReceipt(
  database: Database,
  name: ReceiptName,
  inputHash: string,
  outcome: Outcome,
  now: number,
): Promise<void> {
  // Receipts are trimmed by their time, so one that is to go earlier is dated back.
  const at = name.key.startsWith(madeUpPrefix) ? now - receiptRetentionMs + madeUpRetentionMs : now;
  await insert(database, { ...name, input_hash: inputHash, outcome: JSON.stringify(outcome), at });
}

/** What is fingerprinted: the input in canonical form; an uploaded file counts by its content, not by its upload. */
export function inputText(input: unknown, blobSha256: string | null): string {
  return `${canonicalJson(input)}${blobSha256 ?? ""}`;
}
