/** The lines of old imports go, a chunk at a time, and then the imports. */
import { importRetentionMs } from "./import-limits.ts";
import { dropRows } from "./read-people-import.ts";
import { schedule } from "./tables.ts";

export const forgetImports = schedule({
  name: "identity.forgetImports",
  everyMs: 6 * 3_600_000,
  async run({ now, read, write }) {
    const old = await read((db) =>
      db
        .selectFrom("people_imports")
        .select("id")
        .where("made_at", "<", now - importRetentionMs)
        .where("state", "!=", "applying")
        .orderBy("id")
        .limit(1)
        .executeTakeFirst(),
    );
    if (old === undefined) return false;
    await write(async ({ tx }) => {
      if (!(await dropRows(tx, old.id)))
        await tx.deleteFrom("people_imports").where("id", "=", old.id).execute();
    });
    return true;
  },
});
