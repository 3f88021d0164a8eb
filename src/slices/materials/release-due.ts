/** Materials whose date has come: published and told of, without anybody doing anything. */
import { materialUpdated } from "./events.ts";
import { datesOf } from "./materials.ts";
import { publicationOf, sayPublication } from "./publication.ts";
import { schedule } from "./tables.ts";

const atOnceMax = 100;

/**
 * Puts what is due into effect. Reads do not wait for it, since they look at the dates themselves; it is what the feed
 * hears from.
 */
export const releaseDue = schedule({
  name: "materials.releaseDue",
  everyMs: 10_000,
  async run({ now, read, write }) {
    const isDue = await read((db) =>
      db.selectFrom("materials").select("id").where("release_due_at", "<=", now).limit(1).executeTakeFirst(),
    );
    if (isDue === undefined) return false;
    return write(async ({ tx, emit, now: moment }) => {
      const rows = await tx
        .selectFrom("materials")
        .selectAll()
        .where("release_due_at", "<=", moment)
        .orderBy("release_due_at")
        .orderBy("id")
        .limit(atOnceMax)
        .execute();
      for (const row of rows) {
        if (row.removed_at !== null) {
          await tx.updateTable("materials").set({ release_due_at: null }).where("id", "=", row.id).execute();
          continue;
        }
        const publication = publicationOf(row, datesOf(row), moment);
        await tx.updateTable("materials").set(publication.changes).where("id", "=", row.id).execute();
        if (publication.isPublishedNow)
          emit(materialUpdated, { materialId: row.id, courseId: row.course_id });
        sayPublication(emit, row, publication);
      }
      return rows.length === atOnceMax;
    });
  },
});
