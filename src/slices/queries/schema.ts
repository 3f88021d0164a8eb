/** What the queries slice says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { lineField } from "#kernel/line-field.ts";
import { idField, PersonName } from "#slices/courses/api.ts";

export const titleLengthMax = 200;
export const bodyLengthMax = 10_000;
/** Answers to one query. */
export const answersMax = 100;
/** Queries that one person may have waiting for an answer in one course. */
export const openQueriesMax = 50;

export const queryIdField = idField("the query");
export const titleField = lineField(titleLengthMax, "The question in one line.");
export const bodyField = z
  .string()
  .min(1)
  .max(bodyLengthMax)
  .regex(/\S/, "This must not be blank.")
  .meta({ description: "Plain text or Markdown." });

export const queryStates = ["open", "answered", "closed"] as const;
export const QueryState = z.enum(queryStates).meta({ id: "QueryState" });
export type QueryState = z.output<typeof QueryState>;

export const Query = z
  .object({
    queryId: z.string(),
    courseId: z.string(),
    asker: PersonName,
    materialId: z.string().nullable(),
    page: z.int().nullable(),
    assignmentId: z.string().nullable(),
    title: z.string(),
    body: z.string(),
    state: QueryState,
    waitingSince: z
      .int()
      .nullable()
      .meta({ description: "Milliseconds UTC; null unless it waits for an answer." }),
    answerCount: z.int(),
    createdAt: z.int().meta({ description: "Milliseconds UTC." }),
    updatedAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "Query" });
export type Query = z.output<typeof Query>;

export const Answer = z
  .object({
    answerId: z.string(),
    author: PersonName,
    body: z.string(),
    createdAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "Answer" });
export type Answer = z.output<typeof Answer>;

/** A query with all of its answers, the earliest first. */
export const QueryThread = z.object({ query: Query, answers: z.array(Answer) }).meta({ id: "QueryThread" });
