/** Random schemas and random commands: whoever replays the log must hold the same rows as whoever wrote it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { type Kysely, sql } from "kysely";
import { seededRandom } from "#base/random.ts";
import { DurableLog } from "../log/durable-log.ts";
import { type Migration, tablesOf } from "../port.ts";
import { Applier } from "./apply.ts";
import { Connection } from "./connection.ts";
import { createMeta, readMeta } from "./meta.ts";
import { openSqliteStore } from "./open.ts";
import { contentOf } from "./rows.ts";
import { temporaryFolder } from "./test-store.ts";

const seeds = 12;
const rounds = 60;

for (let seed = 1; seed <= seeds; seed++) {
  test(`seed ${seed}: a database made from the log alone equals the one that the commands wrote`, async (t) => {
    const dice = new Dice(seed);
    const folder = temporaryFolder(t);
    const store = await openSqliteStore({
      folder,
      limits: { segmentBytes: 1 << 18, walWorkerBytes: 1 << 30, walInlineBytes: 1 << 30 },
    });
    const migrations = [firstMigration(dice)];
    await store.migrate(migrations);
    for (let round = 0; round < rounds; round++) {
      if (dice.below(15) === 0) {
        migrations.push(laterMigration(dice, migrations.length + 1));
        await store.migrate(migrations);
      }
      const commands = Array.from({ length: 1 + dice.below(8) }, () =>
        store.write(async (tx) => {
          const database = tablesOf<Tables>(tx.database);
          for (let step = dice.below(5); step >= 0; step--) {
            if (dice.below(4) === 0) {
              await tx.attempt(() => randomStatement(database, dice)).catch(() => undefined);
            } else {
              await randomStatement(database, dice);
            }
          }
          if (dice.below(6) === 0) throw new Error("this command changes its mind");
          await tx.takeFeedPositions(1 + dice.below(3));
        }),
      );
      await Promise.allSettled(commands);
    }
    await store.close();

    const leader = new DatabaseSync(join(folder, "gen-1", "state.db"));
    t.after(() => leader.close());
    const { storeId, index } = readMeta(leader);
    const log = await DurableLog.open({
      folder: join(folder, "log"),
      storeId,
      startAfter: { index: 0, term: 0 },
      segmentBytes: 1 << 18,
      entryBytesMax: 1 << 25,
    });
    assert.equal(log.start.index, 0);
    const file = join(folder, "replica.db");
    const empty = new DatabaseSync(file);
    createMeta(empty, storeId);
    empty.close();
    const replica = new Connection(file, "apply", 64);
    const applier = new Applier(replica);
    const entriesMax = 1 + dice.below(20);
    for (let applied = 0; applied < log.last.index; ) {
      applied = applier.apply(log.entriesAfter(applied), { entriesMax }).meta.index;
    }
    await log.close();
    assert.equal(readMeta(replica.database).index, index);
    assert.ok(index > rounds / 2, "the commands wrote something");
    assert.deepEqual(contentOf(replica.database), contentOf(leader));
    replica.close();
  });
}

class Dice {
  readonly #random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  below(max: number): number {
    return Buffer.from(this.#random.bytes(4)).readUInt32LE(0) % max;
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }

  text(): string {
    return this.pick(["", "a", "ä€😀", "null", "line\nline", "x".repeat(1 + this.below(5_000))]);
  }

  value(): string | number | Uint8Array | null {
    return this.pick<string | number | Uint8Array | null>([
      null,
      0,
      -1,
      this.below(1_000),
      Number.MAX_SAFE_INTEGER,
      this.below(1_000) / 7,
      this.text(),
      Uint8Array.from([0, 255, this.below(256)]),
    ]);
  }
}

interface Tables {
  parents: { id: string; name: string; amount: number | null; data: unknown; ratio: number | null };
  children: { parent_id: string; place: number; body: string | null };
}

function firstMigration(dice: Dice): Migration {
  const uniqueNames = dice.below(2) === 0;
  const foreignKey = dice.below(2) === 0;
  return {
    name: "fuzz/0001-tables",
    up: (schema) => {
      const parents = schema
        .createTable("parents")
        .addColumn("id", "text", (column) => column.notNull().primaryKey())
        .addColumn("name", "text", (column) => (uniqueNames ? column.notNull().unique() : column.notNull()))
        .addColumn("amount", "integer")
        .addColumn("data", "blob")
        .addColumn("ratio", "real");
      const children = schema
        .createTable("children")
        .addColumn("parent_id", "text", (column) => {
          const required = column.notNull();
          return foreignKey ? required.references("parents.id") : required;
        })
        .addColumn("place", "integer", (column) => column.notNull())
        .addColumn("body", "text")
        .addPrimaryKeyConstraint("children_key", ["parent_id", "place"]);
      return [parents, children];
    },
  };
}

function laterMigration(dice: Dice, number: number): Migration {
  const kind = dice.below(3);
  return {
    name: `fuzz/${String(number).padStart(4, "0")}-later`,
    up: (schema) => {
      if (kind === 0) return [schema.createIndex(`index_${number}`).on("children").column("body")];
      if (kind === 1) {
        return [
          schema
            .alterTable("parents")
            .addColumn(`extra_${number}`, "text", (column) => column.notNull().defaultTo("given")),
        ];
      }
      return [
        schema
          .createTable(`table_${number}`)
          .addColumn("id", "integer", (column) => column.notNull().primaryKey())
          .addColumn("note", "text"),
      ];
    },
  };
}

async function randomStatement(database: Kysely<Tables>, dice: Dice): Promise<void> {
  const id = `p${dice.below(12)}`;
  const other = `p${dice.below(12)}`;
  const place = dice.below(6);
  const row = {
    id,
    name: `${id} ${dice.below(6)}`,
    amount: dice.below(100),
    data: null,
    ratio: dice.below(9) / 4,
  };
  const data = Uint8Array.from({ length: dice.below(300) }, () => dice.below(256));
  switch (dice.below(11)) {
    case 0:
      return void (await database.insertInto("parents").values(row).execute());
    case 1:
      return void (await database.insertInto("parents").orReplace().values(row).execute());
    case 2:
      return void (await database
        .insertInto("parents")
        .values({ ...row, data })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ amount: row.amount, data }))
        .execute());
    case 3:
      return void (await database.updateTable("parents").set({ id: other }).where("id", "=", id).execute());
    case 4:
      return void (await database
        .updateTable("parents")
        .set({ name: dice.text() })
        .where("id", "=", id)
        .execute());
    case 5:
      return void (await database.deleteFrom("parents").where("id", "=", id).execute());
    case 6:
      return void (await database
        .insertInto("children")
        .values({ parent_id: id, place, body: dice.text() })
        .onConflict((conflict) => conflict.doNothing())
        .execute());
    case 7:
      return void (await sql`update children set place = -place - 1 where parent_id = ${id}`.execute(
        database,
      ));
    case 8:
      return void (await database.deleteFrom("children").where("parent_id", "=", id).execute());
    case 9:
      return void (await sql`update parents set amount = ${dice.value()} where id = ${id}`.execute(database));
    default:
      return void (await database
        .updateTable("parents")
        .set((expression) => ({ amount: expression("amount", "+", 1), ratio: dice.below(1_000) / 3 }))
        .where("name", ">", "p5")
        .execute());
  }
}
