/**
 * What goes of somebody's queries when they are erased. What they asked goes; where others have answered,
 * an empty query stays under those answers. What students wrote below queries goes, what staff answered stays, by nobody.
 */
import { type EraseStep, erasedPersonId, rowErasureFor } from "#kernel/person-life.ts";
import { dropAttachments } from "./attachments.ts";
import { queryChanged } from "./events.ts";
import type { AnswersTable, QueriesTables } from "./tables.ts";

/** What is shown instead of a question whose asker was erased. */
const erasedTitle = "Erased";
const filesAtOnce = 100;
const rowsAtOnce = 300;

type Step = EraseStep<QueriesTables>;
const rowErasure = rowErasureFor<QueriesTables>();

export const eraseQuery = rowErasure(async (step, [id = ""], personId) => {
  const { tx, emit, count } = step;
  const query = await tx
    .selectFrom("queries")
    .selectAll()
    .where("id", "=", id)
    .where("asker_id", "=", personId)
    .executeTakeFirst();
  if (query === undefined) return false;
  if (await dropFiles(step, id, null, personId)) return true;
  if (await dropRevisions(step, id, null)) return true;
  const own = await tx
    .selectFrom("answers")
    .select(["id", "author_role"])
    .where("query_id", "=", id)
    .where("author_id", "=", personId)
    .where("author_role", "!=", "staff")
    .limit(1)
    .execute();
  for (const answer of own) if (await dropAnswer(step, { ...answer, query_id: id }, personId)) return true;
  if (own.length > 0) return true;
  const emptied = {
    asker_id: erasedPersonId,
    title: erasedTitle,
    body: "",
    anonymous: 1,
    edited_at: null,
  } as const;
  count({ rows: 1 });
  if (await isNeededByOthers(tx, id)) {
    await tx.updateTable("queries").set(emptied).where("id", "=", id).execute();
  } else {
    for (const table of ["query_sames", "query_answering"] as const)
      await tx.deleteFrom(table).where("query_id", "=", id).execute();
    await tx.deleteFrom("queries").where("id", "=", id).execute();
  }
  // Every node's index reads it anew, and finds it empty or gone.
  emit(queryChanged, { queryId: id, courseId: query.course_id });
  return false;
});

export const eraseAnswer = rowErasure(async (step, [id = ""], personId) => {
  const answer = await step.tx
    .selectFrom("answers")
    .select(["id", "query_id", "author_role"])
    .where("id", "=", id)
    .where("author_id", "=", personId)
    .executeTakeFirst();
  if (answer === undefined) return false;
  if (answer.author_role !== "staff") return dropAnswer(step, answer, personId);
  await step.tx.updateTable("answers").set({ author_id: erasedPersonId }).where("id", "=", id).execute();
  step.count({ rows: 1 });
  return false;
});

/** Files that staff sent stay beside the answer; those of students go, and what was never sent. */
export const eraseAttachment = rowErasure(async (step, [id = ""], personId) => {
  const { tx, count } = step;
  const row = await tx
    .selectFrom("query_attachments")
    .leftJoin("answers", "answers.id", "query_attachments.answer_id")
    .select(["query_attachments.id as id", "sha256", "author_role"])
    .where("query_attachments.id", "=", id)
    .where("added_by", "=", personId)
    .executeTakeFirst();
  if (row === undefined) return false;
  count({ rows: 1 });
  if (row.author_role === "staff")
    await tx
      .updateTable("query_attachments")
      .set({ added_by: erasedPersonId })
      .where("id", "=", id)
      .execute();
  else {
    await dropAttachments(step, [row]);
    count({ files: 1 });
  }
  return false;
});

/** Who asks the same is counted beside the query. */
export const eraseSame = rowErasure(async ({ tx, count }, [queryId = ""], personId) => {
  const result = await tx
    .deleteFrom("query_sames")
    .where("query_id", "=", queryId)
    .where("person_id", "=", personId)
    .executeTakeFirst();
  if (Number(result.numDeletedRows) === 0) return false;
  count({ rows: 1 });
  await tx
    .updateTable("queries")
    .set((each) => ({ same_count: each("same_count", "-", 1) }))
    .where("id", "=", queryId)
    .execute();
  return false;
});

/** Whether somebody else wrote below it, or was pointed to it. */
async function isNeededByOthers(tx: Step["tx"], id: string): Promise<boolean> {
  const answer = await tx.selectFrom("answers").select("id").where("query_id", "=", id).executeTakeFirst();
  if (answer !== undefined) return true;
  const merged = await tx.selectFrom("queries").select("id").where("merged_into", "=", id).executeTakeFirst();
  return merged !== undefined;
}

async function dropAnswer(
  step: Step,
  answer: Pick<AnswersTable, "id" | "query_id">,
  personId: string,
): Promise<boolean> {
  const { tx, emit, count } = step;
  if (await dropFiles(step, answer.query_id, answer.id, personId)) return true;
  if (await dropRevisions(step, answer.query_id, answer.id)) return true;
  await tx.deleteFrom("answers").where("id", "=", answer.id).execute();
  await tx
    .updateTable("queries")
    .set((each) => ({ answer_count: each("answer_count", "-", 1) }))
    .where("id", "=", answer.query_id)
    .where("answer_count", ">", 0)
    .execute();
  count({ rows: 1 });
  const query = await tx
    .selectFrom("queries")
    .select("course_id")
    .where("id", "=", answer.query_id)
    .executeTakeFirst();
  if (query !== undefined) emit(queryChanged, { queryId: answer.query_id, courseId: query.course_id });
  return false;
}

/** Lets go of the person's files beside a query or an answer; whether there may be more. */
async function dropFiles(
  step: Step,
  queryId: string,
  answerId: string | null,
  personId: string,
): Promise<boolean> {
  const files = await step.tx
    .selectFrom("query_attachments")
    .select(["id", "sha256"])
    .where("query_id", "=", queryId)
    .where("answer_id", answerId === null ? "is" : "=", answerId)
    .where("added_by", "=", personId)
    .limit(filesAtOnce)
    .execute();
  await dropAttachments(step, files);
  step.count({ rows: files.length, files: files.length });
  return files.length === filesAtOnce;
}

async function dropRevisions(
  { tx, count }: Step,
  queryId: string,
  answerId: string | null,
): Promise<boolean> {
  const rows = await tx
    .selectFrom("query_revisions")
    .select("id")
    .where("query_id", "=", queryId)
    .where("answer_id", answerId === null ? "is" : "=", answerId)
    .limit(rowsAtOnce)
    .execute();
  if (rows.length === 0) return false;
  await tx
    .deleteFrom("query_revisions")
    .where(
      "id",
      "in",
      rows.map(({ id }) => id),
    )
    .execute();
  count({ rows: rows.length });
  return true;
}
