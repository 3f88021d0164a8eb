/** The lines of old imports of members go, a chunk at a time, and then the imports. */
import { scheduleFor } from "#kernel/slice-schedule.ts";
import { importRetentionMs } from "#slices/identity/api.ts";
import { dropRosterRows } from "./read-roster.ts";
import type { CoursesTables } from "./tables.ts";

export const forgetRosters = scheduleFor<CoursesTables>()({
  name: "courses.forgetRosters",
  everyMs: 6 * 3_600_000,
  async run({ now, read, write }) {
    const old = await read((db) =>
      db
        .selectFrom("roster_imports")
        .select("id")
        .where("made_at", "<", now - importRetentionMs)
        .where("state", "not in", ["applying", "reading"])
        .orderBy("made_at")
        .limit(1)
        .executeTakeFirst(),
    );
    if (old === undefined) return false;
    await write(async ({ tx }) => {
      if (!(await dropRosterRows(tx, old.id)))
        await tx.deleteFrom("roster_imports").where("id", "=", old.id).execute();
    });
    return true;
  },
});
