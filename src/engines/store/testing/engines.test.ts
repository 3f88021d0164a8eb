/** What commands and reads may rely on, whichever engine stands behind the port. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Database, type Migration, type Store, tablesOf } from "../port.ts";
import { eachEngine } from "./each-engine.ts";

interface Tables {
  things: { id: string; amount: number; ratio: number | null; bytes: Uint8Array | null };
}

const migrations: readonly Migration[] = [
  {
    name: "things/0001-things",
    up: (schema) => [
      schema
        .createTable("things")
        .addColumn("id", "text", (column) => column.notNull().primaryKey())
        .addColumn("amount", "integer", (column) => column.notNull())
        .addColumn("ratio", "real")
        .addColumn("bytes", "blob"),
    ],
  },
];

const things = (database: Database) => tablesOf<Tables>(database);

const add = (database: Database, id: string, amount = 0) =>
  things(database).insertInto("things").values({ id, amount, ratio: null, bytes: null }).execute();

async function ids(store: Store): Promise<string[]> {
  const { value } = await store.read((db) =>
    things(db).selectFrom("things").select("id").orderBy("id").execute(),
  );
  return value.map((row) => row.id);
}

eachEngine("store", (engine) => {
  test("values come back as they went in", async (t) => {
    const store = await engine.open(t, { migrations });
    const row = { id: "é😀", amount: Number.MAX_SAFE_INTEGER, ratio: 0.1, bytes: Uint8Array.of(0, 255, 7) };
    await store.write((tx) => things(tx.database).insertInto("things").values(row).execute());
    const { value } = await store.read((db) =>
      things(db)
        .selectFrom("things")
        .selectAll()
        .select((eb) => [eb("amount", ">", 1).as("many")])
        .executeTakeFirstOrThrow(),
    );
    assert.deepEqual({ ...value, bytes: [...(value.bytes ?? [])] }, { ...row, bytes: [0, 255, 7], many: 1 });
    const counted = await store.read((db) =>
      things(db)
        .selectFrom("things")
        .select((eb) => [eb.fn.countAll<number>().as("count"), eb.fn.sum<number>("ratio").as("sum")])
        .executeTakeFirstOrThrow(),
    );
    assert.deepEqual({ ...counted.value }, { count: 1, sum: 0.1 });
  });

  test("text sorts by its bytes", async (t) => {
    const store = await engine.open(t, { migrations });
    await store.write(async (tx) => {
      for (const id of ["b", "a", "B", "ä", "_", "Z"]) await add(tx.database, id);
    });
    assert.deepEqual(await ids(store), ["B", "Z", "_", "a", "b", "ä"]);
  });

  test("a command that throws leaves nothing, and what it threw comes out", async (t) => {
    const store = await engine.open(t, { migrations });
    const refusal = new Error("no");
    const failed = store.write(async (tx) => {
      await add(tx.database, "x");
      throw refusal;
    });
    await assert.rejects(failed, (error) => error === refusal);
    assert.deepEqual(await ids(store), []);
  });

  test("an attempt that throws is undone; what was written around it stays", async (t) => {
    const store = await engine.open(t, { migrations });
    await store.write(async (tx) => {
      await add(tx.database, "before");
      await assert.rejects(
        tx.attempt(async () => {
          await add(tx.database, "inside");
          await tx.attempt(() => add(tx.database, "deeper"));
          throw new Error("refused");
        }),
        /refused/,
      );
      await add(tx.database, "after");
    });
    assert.deepEqual(await ids(store), ["after", "before"]);
  });

  test("an error of the database that a command hides is not acknowledged", async (t) => {
    const store = await engine.open(t, { migrations });
    await store.write((tx) => add(tx.database, "x"));
    const hiding = store.write(async (tx) => {
      await tx.attempt(() => add(tx.database, "x"));
    });
    await assert.rejects(hiding);
    assert.deepEqual(await ids(store), ["x"]);
  });

  test("the transaction cannot be used after its command", async (t) => {
    const store = await engine.open(t, { migrations });
    let leaked: Database | null = null;
    await store.write(async (tx) => {
      leaked = tx.database;
    });
    await assert.rejects(async () => leaked !== null && (await add(leaked, "late")));
    assert.deepEqual(await ids(store), []);
  });

  test("fifty commands at once on one row all count", async (t) => {
    const store = await engine.open(t, { migrations });
    await store.write((tx) => add(tx.database, "counter"));
    const increment = () =>
      store.write(async ({ database }) => {
        const { amount } = await things(database)
          .selectFrom("things")
          .select("amount")
          .where("id", "=", "counter")
          .executeTakeFirstOrThrow();
        await things(database)
          .updateTable("things")
          .set({ amount: amount + 1 })
          .where("id", "=", "counter")
          .execute();
      });
    await Promise.all(Array.from({ length: 50 }, increment));
    const { value } = await store.read((db) => things(db).selectFrom("things").select("amount").execute());
    assert.equal(value[0]?.amount, 50);
  });

  test("positions of the feed grow, and a read at a command's position sees it", async (t) => {
    const store = await engine.open(t, { migrations });
    const taken: number[] = [];
    const heard: number[] = [];
    store.onCommit((position) => heard.push(position));
    for (const count of [1, 3, 1]) {
      const { value, position } = await store.write(async (tx) => {
        await add(tx.database, `at-${taken.length}`);
        return tx.takeFeedPositions(count);
      });
      taken.push(value);
      const seen = await store.read((db) => things(db).selectFrom("things").selectAll().execute(), {
        atLeast: position,
      });
      assert.equal(seen.value.length, taken.length);
      assert.ok(seen.position >= position);
    }
    assert.deepEqual(
      taken.map((position) => position - (taken[0] ?? 0)),
      [0, 1, 4],
    );
    assert.equal(heard.length, 3);
    assert.deepEqual(
      heard.toSorted((a, b) => a - b),
      heard,
    );
  });

  test("a schema of a newer version is refused, and a known one is not run twice", async (t) => {
    const store = await engine.open(t, { migrations });
    await store.migrate(migrations);
    await assert.rejects(store.migrate([]), /things\/0001-things/);
  });
});
