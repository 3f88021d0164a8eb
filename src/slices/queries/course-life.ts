/** Queries in the life of a course: never copied, since they are people's; deleted with it, files and all. */
import { courseLifeFor } from "#kernel/course-life.ts";
import { dropAttachments } from "./attachments.ts";
import type { QueriesTables } from "./tables.ts";

const filesAtOnce = 100;
const rowsAtOnce = 300;
const queriesAtOnce = 100;

export const queriesLife = courseLifeFor<QueriesTables>()({
  async purge({ tx, blobs }, courseId) {
    const files = await tx
      .selectFrom("query_attachments")
      .select(["id", "sha256"])
      .where("course_id", "=", courseId)
      .limit(filesAtOnce)
      .execute();
    await dropAttachments({ tx, blobs }, files);
    if (files.length > 0) return true;
    const revisions = await tx
      .selectFrom("query_revisions")
      .innerJoin("queries", "queries.id", "query_revisions.query_id")
      .select("query_revisions.id as id")
      .where("queries.course_id", "=", courseId)
      .limit(rowsAtOnce)
      .execute();
    if (revisions.length > 0) {
      const ids = revisions.map(({ id }) => id);
      await tx.deleteFrom("query_revisions").where("id", "in", ids).execute();
      return true;
    }
    const queries = await tx
      .selectFrom("queries")
      .select(["id", "answer_count", "same_count"])
      .where("course_id", "=", courseId)
      .limit(queriesAtOnce)
      .execute();
    if (queries.length === 0) return false;
    // The first goes in any case: what hangs on one query is less than a step takes.
    let rows = 0;
    const ids = queries
      .filter(({ answer_count, same_count }, index) => {
        rows += 2 + answer_count + same_count;
        return index === 0 || rows <= rowsAtOnce;
      })
      .map(({ id }) => id);
    for (const table of ["answers", "query_sames", "query_answering"] as const)
      await tx.deleteFrom(table).where("query_id", "in", ids).execute();
    await tx.deleteFrom("queries").where("id", "in", ids).execute();
    return true;
  },
  async bytes(db, courseIds) {
    const rows = await db
      .selectFrom("query_attachments")
      .select((each) => ["course_id", each.fn.sum<number>("bytes").as("bytes")])
      .where("course_id", "in", courseIds)
      .groupBy("course_id")
      .execute();
    return new Map(rows.map(({ course_id, bytes }) => [course_id, { taught: 0, handedIn: Number(bytes) }]));
  },
});
