/** Showing a query to the class, or to those who teach alone. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { queryChanged } from "./events.ts";
import { settlesQuery } from "./policy.ts";
import { queryRow } from "./queries.ts";
import { anonymousField, QueryThread, queryIdField, Visibility } from "./schema.ts";
import { operation } from "./tables.ts";
import { threadOf } from "./thread.ts";

/** Only the asker shows a query to the class and says under which name; those who teach may take it from there. */
export const setQueryVisibility = operation({
  name: "queries.setQueryVisibility",
  summary: "Shows your query to the class, with or without your name, or only to those who teach.",
  kind: "command",
  input: z.strictObject({
    queryId: queryIdField,
    visibility: Visibility,
    anonymous: anonymousField.optional(),
  }),
  output: QueryThread,
  policy: settlesQuery,
  refusals: { asker_decides: "failed_precondition" },
  async handle({ input, actor, tx, now, emit }) {
    const row = await queryRow(tx, input.queryId);
    const isOwn = actor.kind === "person" && actor.personId === row.asker_id;
    if (!isOwn && (input.visibility === "class" || input.anonymous !== undefined))
      throw new Refusal("asker_decides", "Only who asked a query shows it to the class. Ask them to.");
    const anonymous = input.anonymous === undefined ? row.anonymous : input.anonymous ? 1 : 0;
    const changes = { visibility: input.visibility, anonymous, updated_at: now } as const;
    await tx.updateTable("queries").set(changes).where("id", "=", row.id).execute();
    emit(queryChanged, { queryId: row.id, courseId: row.course_id });
    return threadOf(tx, { ...row, ...changes }, actor, now);
  },
});
