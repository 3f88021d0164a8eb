/** Queries in the life of a course: never copied, since they are people's; deleted with it. */
import { courseLifeFor } from "#kernel/course-life.ts";
import type { QueriesTables } from "./tables.ts";

const purgedAtOnce = 200;

export const queriesLife = courseLifeFor<QueriesTables>()({
  async purge({ tx }, courseId) {
    const answers = await tx
      .selectFrom("queries")
      .innerJoin("answers", "answers.query_id", "queries.id")
      .select("answers.id as id")
      .where("queries.course_id", "=", courseId)
      .limit(purgedAtOnce)
      .execute();
    if (answers.length > 0) {
      const ids = answers.map(({ id }) => id);
      await tx.deleteFrom("answers").where("id", "in", ids).execute();
      return true;
    }
    const queries = await tx
      .selectFrom("queries")
      .select("id")
      .where("course_id", "=", courseId)
      .limit(purgedAtOnce)
      .execute();
    if (queries.length === 0) return false;
    const ids = queries.map(({ id }) => id);
    await tx.deleteFrom("queries").where("id", "in", ids).execute();
    return true;
  },
});
