/** What a query and its answers said before they were edited. */
import { z } from "zod";
import { loadStanding, teaches } from "#slices/courses/api.ts";
import { seesQuery } from "./policy.ts";
import { queryRow } from "./queries.ts";
import { queryIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Those who teach see every earlier text, others those of their own: somebody may have taken back what was too private. */
export const listRevisions = operation({
  name: "queries.listRevisions",
  summary: "Shows what a query and its answers said before they were edited.",
  kind: "read",
  input: z.strictObject({ queryId: queryIdField }),
  output: z.object({
    items: z.array(
      z
        .object({
          answerId: z.string().nullable().meta({ description: "Null for the query itself." }),
          title: z.string().nullable(),
          body: z.string(),
          replacedAt: z.int().meta({ description: "Milliseconds UTC." }),
        })
        .meta({ id: "QueryRevision" }),
    ),
  }),
  policy: seesQuery,
  async handle({ input, actor, db }) {
    const row = await queryRow(db, input.queryId);
    let select = db
      .selectFrom("query_revisions")
      .selectAll()
      .where("query_id", "=", row.id)
      .orderBy("id", "desc");
    if (!teaches(await loadStanding(db, actor, row.course_id)))
      select = select.where("written_by", "=", actor.kind === "person" ? actor.personId : "");
    const rows = await select.limit(500).execute();
    return {
      items: rows.map(({ answer_id, title, body, replaced_at }) => ({
        ...{ answerId: answer_id, title, body },
        replacedAt: replaced_at,
      })),
    };
  },
});
