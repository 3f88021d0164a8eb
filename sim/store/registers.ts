/** What clients of the simulated store work with: registers, and a receipt of each client's last command. */
import { type Database, type Migration, tablesOf, type WriteTransaction } from "#engines/store/port.ts";
import type { RegisterInput, RegisterOutput } from "../register-model.ts";

interface Tables {
  registers: { key: string; value: string };
  receipts: { client: string; sequence: number; output: string };
}

export const migrations: readonly Migration[] = [
  {
    name: "sim/0001-registers",
    up: (schema) => [
      schema
        .createTable("registers")
        .addColumn("key", "text", (column) => column.notNull().primaryKey())
        .addColumn("value", "text", (column) => column.notNull()),
      schema
        .createTable("receipts")
        .addColumn("client", "text", (column) => column.notNull().primaryKey())
        .addColumn("sequence", "integer", (column) => column.notNull())
        .addColumn("output", "text", (column) => column.notNull()),
    ],
  },
];

export interface Command {
  readonly client: string;
  readonly sequence: number;
  readonly input: RegisterInput;
}

export async function readValue(database: Database, key: string): Promise<string | null> {
  const row = await tablesOf<Tables>(database)
    .selectFrom("registers")
    .select("value")
    .where("key", "=", key)
    .executeTakeFirst();
  return row?.value ?? null;
}

/** Does the command, or tells what it did the first time; null when the client has gone on without an answer. */
export async function runCommand(
  { database }: WriteTransaction,
  command: Command,
  keepsReceipts: boolean,
): Promise<RegisterOutput | null> {
  const { client, sequence, input } = command;
  const tables = tablesOf<Tables>(database);
  if (input.kind === "read") return { kind: "value", value: await readValue(database, input.key) };
  const receipt = await tables
    .selectFrom("receipts")
    .selectAll()
    .where("client", "=", client)
    .executeTakeFirst();
  if (receipt !== undefined && receipt.sequence >= sequence && keepsReceipts) {
    // It was written by the line at the end of this function.
    return receipt.sequence === sequence ? (JSON.parse(receipt.output) as RegisterOutput) : null;
  }
  const before = await readValue(database, input.key);
  const { after, output } = changed(input, before);
  if (after !== before && after !== null) {
    await tables
      .insertInto("registers")
      .values({ key: input.key, value: after })
      .onConflict((conflict) => conflict.column("key").doUpdateSet({ value: after }))
      .execute();
  }
  const text = JSON.stringify(output);
  await tables
    .insertInto("receipts")
    .values({ client, sequence, output: text })
    .onConflict((conflict) => conflict.column("client").doUpdateSet({ sequence, output: text }))
    .execute();
  return output;
}

function changed(
  input: Exclude<RegisterInput, { kind: "read" }>,
  before: string | null,
): { after: string | null; output: RegisterOutput } {
  switch (input.kind) {
    case "write":
      return { after: input.value, output: { kind: "done" } };
    case "append":
      return { after: `${before ?? ""}${input.value},`, output: { kind: "done" } };
    case "compare-and-set": {
      const swapped = before === input.expected;
      return { after: swapped ? input.value : before, output: { kind: "swapped", swapped } };
    }
  }
}
