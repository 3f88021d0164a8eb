/** Pages: each row once and in order, to the end and no further, on tables alone and joined. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Database, type Migration, tablesOf } from "#engines/store/port.ts";
import { eachEngine } from "#engines/store/testing/each-engine.ts";
import { Refusal } from "./errors.ts";
import { encodeCursor, pageById } from "./paging.ts";

interface Tables {
  books: { id: string; shelf: string };
  loans: { id: string; book_id: string };
}

const migrations: readonly Migration[] = [
  {
    name: "library/0001-books",
    up: (schema) => [
      schema
        .createTable("books")
        .addColumn("id", "text", (column) => column.notNull().primaryKey())
        .addColumn("shelf", "text", (column) => column.notNull()),
      schema
        .createTable("loans")
        .addColumn("id", "text", (column) => column.notNull().primaryKey())
        .addColumn("book_id", "text", (column) => column.notNull()),
    ],
  },
];

type Wish = Parameters<typeof pageById>[1];
type Read = (
  database: Database,
  wish: Wish,
) => Promise<{ items: { id: string }[]; nextCursor: string | null }>;

const lists: Readonly<Record<string, { readonly read: Read; readonly order: readonly string[] }>> = {
  "the newest first": {
    read: (database, wish) =>
      pageById(
        tablesOf<Tables>(database).selectFrom("books").selectAll().where("shelf", "=", "A"),
        wish,
        "newest first",
      ),
    order: ["b5", "b4", "b2", "b1"],
  },
  "the oldest first, by the id of one of two tables": {
    read: (database, wish) =>
      pageById(
        tablesOf<Tables>(database)
          .selectFrom("loans")
          .innerJoin("books", "books.id", "loans.book_id")
          .select(["loans.id as id", "books.shelf as shelf"]),
        wish,
        "oldest first",
        "loans.id",
      ),
    order: ["l1", "l2", "l3", "l4"],
  },
};

eachEngine("pages by id", (engine) => {
  for (const [title, { read, order }] of Object.entries(lists))
    test(`${title}: pages of every size hold each row once`, async (t) => {
      const store = await engine.open(t, { migrations });
      await store.write(async ({ database }) => {
        const db = tablesOf<Tables>(database);
        for (const [id, shelf] of Object.entries({ b1: "A", b2: "A", b3: "B", b4: "A", b5: "A" }))
          await db.insertInto("books").values({ id, shelf }).execute();
        for (const id of ["l1", "l2", "l3", "l4"])
          await db.insertInto("loans").values({ id, book_id: "b3" }).execute();
      });
      for (let limit = 1; limit <= order.length + 1; limit++) {
        const seen: string[] = [];
        let cursor: string | null | undefined;
        while (cursor !== null) {
          const wish = { limit, cursor: cursor ?? undefined };
          const { value: page } = await store.read((database) => read(database, wish));
          assert(page.items.length > 0 && page.items.length <= limit, "no page is empty or too long");
          seen.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        }
        assert.deepEqual(seen, order, `pages of ${limit}`);
      }
    });

  test("a cursor of another list is refused", async (t) => {
    const store = await engine.open(t, { migrations });
    const cursor = encodeCursor([7]);
    const asked = store.read((database) =>
      pageById(
        tablesOf<Tables>(database).selectFrom("books").selectAll(),
        { limit: 1, cursor },
        "newest first",
      ),
    );
    await assert.rejects(asked, (error) => error instanceof Refusal && error.kind === "invalid_input");
  });
});
