/** Throws away files that were added to an announcement which was never posted. */
import { scheduleFor } from "#kernel/slice-schedule.ts";
import { dropFiles } from "./announcement-files.ts";
import type { CoursesTables } from "./tables.ts";

const unsentMsMax = 24 * 3_600_000;
const atOnceMax = 50;

export const dropUnsentFiles = scheduleFor<CoursesTables>()({
  name: "courses.dropUnsentFiles",
  everyMs: 3_600_000,
  async run({ read, write, now }) {
    const rows = await read((db) =>
      db
        .selectFrom("announcement_files")
        .select("id")
        .where("added_at", "<", now - unsentMsMax)
        .where("announcement_id", "is", null)
        .orderBy("added_at")
        .limit(atOnceMax)
        .execute(),
    );
    if (rows.length === 0) return false;
    const ids = rows.map(({ id }) => id);
    await write(async ({ tx, blobs }) => {
      // One of them may have been posted since.
      const still = await tx
        .selectFrom("announcement_files")
        .select(["id", "sha256"])
        .where("id", "in", ids)
        .where("announcement_id", "is", null)
        .execute();
      await dropFiles({ tx, blobs }, still);
    });
    return rows.length === atOnceMax;
  },
});
