/** What an export holds of somebody's queries: their own words and files, and what they were answered. */
import { personSectionFor } from "#kernel/person-life.ts";
import type { QueriesTables } from "./tables.ts";

const section = personSectionFor<QueriesTables>();

/** With the answers, which are to the asker; of who gave them it says only whether they teach. */
export const askedQueries = section({
  name: "queries",
  title: "Queries asked",
  async page({ db, personId }, { limit, offset }) {
    const rows = await db
      .selectFrom("queries")
      .select(["id", "course_id", "title", "body", "state", "visibility", "created_at"])
      .where("asker_id", "=", personId)
      .orderBy("id")
      .limit(limit)
      .offset(offset)
      .execute();
    const answers =
      rows.length === 0
        ? []
        : await db
            .selectFrom("answers")
            .select(["query_id", "body", "author_role", "created_at"])
            .where(
              "query_id",
              "in",
              rows.map(({ id }) => id),
            )
            .where("author_role", "=", "staff")
            .orderBy("id")
            .execute();
    const byQuery = Map.groupBy(answers, ({ query_id }) => query_id);
    return {
      rows: rows.map((row) => ({
        ...row,
        answers: (byQuery.get(row.id) ?? []).map(({ body, created_at }) => ({ body, created_at })),
      })),
    };
  },
});

export const writtenAnswers = section({
  name: "answers",
  title: "Answers and follow-ups",
  async page({ db, personId }, { limit, offset }) {
    const rows = await db
      .selectFrom("answers")
      .select(["query_id", "kind", "body", "created_at", "edited_at"])
      .where("author_id", "=", personId)
      .orderBy("id")
      .limit(limit)
      .offset(offset)
      .execute();
    return { rows };
  },
});

export const attachedFiles = section({
  name: "attachments",
  title: "Files attached to queries",
  async page({ db, personId }, { limit, offset }) {
    const rows = await db
      .selectFrom("query_attachments")
      .selectAll()
      .where("added_by", "=", personId)
      .orderBy("id")
      .limit(limit)
      .offset(offset)
      .execute();
    return {
      rows: rows.map(({ query_id, file_name, media_type, bytes, sha256, added_at }) => ({
        ...{ query_id, file_name, media_type, bytes, sha256, added_at },
      })),
      files: rows.map(({ file_name, bytes, sha256, added_at }) => ({
        path: `files/${file_name}`,
        bytes,
        sha256,
        modifiedAt: added_at,
      })),
    };
  },
});
