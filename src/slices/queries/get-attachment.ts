/** A file beside a query or an answer. */
import { z } from "zod";
import { tablesOf } from "#engines/store/port.ts";
import { noteFact } from "#kernel/explain-policy.ts";
import { FileReference } from "#kernel/held-blobs.ts";
import { denyNotFound, denyUnauthenticated, type Policy } from "#kernel/policy.ts";
import { idField } from "#slices/courses/api.ts";
import { fileOf } from "./attachments.ts";
import { seesQuery } from "./policy.ts";
import { operation, type QueriesTables } from "./tables.ts";

/**
 * Who sees the query sees its files; those of a shared answer are seen by the askers of what was merged too. What is not
 * sent yet is its author's alone.
 */
const seesAttachment: Policy<{ readonly attachmentId: string }> = {
  claim: "sees the query that the file is beside; its author, before it is sent",
  async decide({ actor, input, database, now }) {
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const db = tablesOf<QueriesTables>(database);
    const row = await db
      .selectFrom("query_attachments")
      .selectAll()
      .where("id", "=", input.attachmentId)
      .executeTakeFirst();
    const unseen = denyNotFound("file");
    if (row === undefined) return unseen;
    const isAuthor = actor.kind === "person" && actor.personId === row.added_by;
    noteFact(database, "attachment", row.id, { own: isAuthor, sent: row.query_id !== null });
    if (row.query_id === null) return isAuthor ? { allowed: true } : unseen;
    const sees = (queryId: string) => seesQuery.decide({ actor, input: { queryId }, database, now });
    if ((await sees(row.query_id)).allowed) return { allowed: true };
    if (row.answer_id === null || actor.kind !== "person") return unseen;
    const shared = await db
      .selectFrom("answers")
      .innerJoin("queries", "queries.merged_into", "answers.query_id")
      .select("queries.id as id")
      .where("answers.id", "=", row.answer_id)
      .where("answers.author_role", "=", "staff")
      .where("queries.asker_id", "=", actor.personId)
      .executeTakeFirst();
    return shared !== undefined && (await sees(shared.id)).allowed ? { allowed: true } : unseen;
  },
};

/** Names the file, whose bytes the doors then send. */
export const getAttachment = operation({
  name: "queries.getAttachment",
  summary: "Gives a file that was sent along with a query or an answer.",
  kind: "read",
  returns: "blob",
  input: z.strictObject({ attachmentId: idField("the file") }),
  output: FileReference,
  policy: seesAttachment,
  handle: async ({ input, db }) =>
    fileOf(
      await db
        .selectFrom("query_attachments")
        .selectAll()
        .where("id", "=", input.attachmentId)
        .executeTakeFirstOrThrow(),
    ),
});
