/** A command that moves an amount between two accounts and keeps the books, so that half of one, or two, would show. */
import assert from "node:assert/strict";
import { sql } from "kysely";
import { type Database, type Migration, tablesOf, type WriteTransaction } from "#engines/store/port.ts";

interface Tables {
  accounts: { id: string; balance: number };
  payments: { id: string; times: number; amount: number; note: string };
  entries: { payment_id: string; side: string; amount: number };
}

const accounts = 50;

export const payments: Migration = {
  name: "prove/0001-payments",
  up: (schema) => [
    schema
      .createTable("accounts")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("balance", "integer", (column) => column.notNull()),
    schema
      .createTable("payments")
      .addColumn("id", "text", (column) => column.notNull().primaryKey())
      .addColumn("times", "integer", (column) => column.notNull())
      .addColumn("amount", "integer", (column) => column.notNull())
      .addColumn("note", "text", (column) => column.notNull()),
    schema
      .createTable("entries")
      .addColumn("payment_id", "text", (column) => column.notNull())
      .addColumn("side", "text", (column) => column.notNull())
      .addColumn("amount", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("entries_key", ["payment_id", "side"]),
  ],
};

/** Runs payment `id`; were it applied twice, `times` would be 2. */
export async function runPayment(tx: WriteTransaction, id: string, sequence: number): Promise<void> {
  const database = tablesOf<Tables>(tx.database);
  const amount = 1 + (sequence % 97);
  const move = (account: string, by: number) =>
    database
      .insertInto("accounts")
      .values({ id: account, balance: by })
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet((row) => ({ balance: row("accounts.balance", "+", by) })),
      )
      .execute();
  await database
    .insertInto("payments")
    .values({ id, times: 1, amount, note: "x".repeat(sequence % 400) })
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet((row) => ({ times: row("payments.times", "+", 1) })),
    )
    .execute();
  await tx.attempt(async () => {
    await move(`a${sequence % accounts}`, -amount);
    await move(`a${(sequence * 7 + 1) % accounts}`, amount);
  });
  await database
    .insertInto("entries")
    .values([
      { payment_id: id, side: "from", amount: -amount },
      { payment_id: id, side: "to", amount },
    ])
    .execute();
}

/** Throws unless every answered payment is there once, and nothing is there in part. */
export async function checkPayments(database: Database, answered: ReadonlySet<string>): Promise<number> {
  const db = tablesOf<Tables>(database);
  const rows = await db.selectFrom("payments").select(["id", "times"]).execute();
  const found = new Map(rows.map(({ id, times }) => [id, times]));
  const lost = [...answered].filter((id) => !found.has(id));
  assert.deepEqual(lost, [], "answered commands that are not there");
  assert.deepEqual(
    rows.filter(({ times }) => times !== 1),
    [],
    "commands that were applied more than once",
  );
  const halves = await sql<{ id: string }>`
    select p.id from payments p left join entries e on e.payment_id = p.id
    group by p.id having count(e.side) != 2 or sum(e.amount) != 0
    union all select e.payment_id from entries e left join payments p on p.id = e.payment_id where p.id is null`.execute(
    db,
  );
  assert.deepEqual(halves.rows, [], "commands that are there in part");
  const { rows: sums } = await sql<{
    total: number | null;
  }>`select sum(balance) as total from accounts`.execute(db);
  assert.equal(sums[0]?.total ?? 0, 0, "money appeared or vanished");
  return rows.length;
}
