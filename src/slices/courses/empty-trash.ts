/** What the clock does away with: courses that were in the trash for long enough, and copies that nobody finishes. */
import { scheduleFor } from "#kernel/slice-schedule.ts";
import { endCopy } from "./copies.ts";
import { purgeStep } from "./purge.ts";
import { copyMsMax, copyRecordsMsMax, trashMsMax } from "./schema.ts";
import type { CoursesTables } from "./tables.ts";

/** Deletes, step by step, what has been in the trash for 30 days, and what a copy left that never came to its end. */
export const emptyTrash = scheduleFor<CoursesTables>()({
  name: "courses.emptyTrash",
  everyMs: 10 * 60_000,
  async run({ now, read, write, services }) {
    const due = await read(async (db) => {
      const trashed = await db
        .selectFrom("courses")
        .select("id")
        .where("trashed_at", "<", now - trashMsMax)
        .orderBy("trashed_at")
        .limit(1)
        .executeTakeFirst();
      const stuck = await db
        .selectFrom("course_copies")
        .select(["id", "course_id"])
        .where("ended_at", "is", null)
        .where("asked_at", "<", now - copyMsMax)
        .limit(1)
        .executeTakeFirst();
      const old = await db
        .selectFrom("course_copies")
        .select("id")
        .where("ended_at", "<", now - copyRecordsMsMax)
        .limit(100)
        .execute();
      return { trashed, stuck, old: old.map(({ id }) => id) };
    });
    if (due.old.length > 0)
      await write(({ tx }) => tx.deleteFrom("course_copies").where("id", "in", due.old).execute());
    if (due.stuck !== undefined) {
      const { id, course_id } = due.stuck;
      if (!(await purgeStep({ write, services }, course_id)))
        await write((step) => endCopy(step, id, "It did not come to its end within a day."));
      return true;
    }
    if (due.trashed === undefined) return due.old.length > 0;
    await purgeStep({ write, services }, due.trashed.id);
    return true;
  },
});
