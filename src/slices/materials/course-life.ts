/** Materials in the life of a course: copied with their files held once more, and let go when the course is deleted. */
import { courseLifeFor, coursePartFor } from "#kernel/course-life.ts";
import { holderOf } from "./materials.ts";
import type { MaterialsTables } from "./tables.ts";

const materialRows = coursePartFor<MaterialsTables>()({
  choice: "materials",
  read: ({ db, courseId }) =>
    db
      .selectFrom("materials")
      .selectAll()
      .where("course_id", "=", courseId)
      .where("removed_at", "is", null)
      .orderBy("id")
      .execute(),
  idOf: (row) => row.id,
  async write({ tx, now, courseId, by, newIdOf, relinked, blobs }, rows) {
    for (const row of rows) {
      const id = newIdOf(row.id);
      await blobs.hold(row, holderOf(id));
      await tx
        .insertInto("materials")
        .values({
          ...row,
          id,
          course_id: courseId,
          description: relinked(row.description),
          version: 1,
          created_by: by,
          created_at: now,
          updated_by: by,
          updated_at: now,
        })
        .execute();
    }
  },
});

const purgedAtOnce = 100;

export const materialsLife = courseLifeFor<MaterialsTables>()({
  parts: [materialRows],
  async purge({ tx, blobs }, courseId) {
    const rows = await tx
      .selectFrom("materials")
      .select(["id", "sha256"])
      .where("course_id", "=", courseId)
      .limit(purgedAtOnce)
      .execute();
    for (const { id, sha256 } of rows) {
      await blobs.release(sha256, holderOf(id));
      await tx.deleteFrom("materials").where("id", "=", id).execute();
    }
    return rows.length === purgedAtOnce;
  },
  async bytes(db, courseIds) {
    const rows = await db
      .selectFrom("materials")
      .select((each) => ["course_id", each.fn.sum<number>("bytes").as("bytes")])
      .where("course_id", "in", courseIds)
      .where("removed_at", "is", null)
      .groupBy("course_id")
      .execute();
    return new Map(rows.map(({ course_id, bytes }) => [course_id, { taught: Number(bytes), handedIn: 0 }]));
  },
});
