/** What the queries slice says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { FileReference } from "#kernel/held-blobs.ts";
import { lineField } from "#kernel/line-field.ts";
import { idField, PersonName } from "#slices/courses/api.ts";

export const titleLengthMax = 200;
export const bodyLengthMax = 10_000;
/** Answers to one query, follow-ups included. */
export const answersMax = 100;
/** Times that one text may be edited. */
export const editsMax = 20;
/** Queries merged into one; each is changed with it. */
export const mergedMax = 50;
/** Classmates who ask the same; each is told of an answer. */
export const samesMax = 150;
/** Files beside one query or answer. */
export const attachmentsMax = 5;
export const attachmentBytesMax = 25 * 1024 ** 2;
/** Files of one person that are not sent yet. */
export const unsentAttachmentsMax = 20;
/** How long somebody counts as writing an answer after they last said so. */
export const answeringMsMax = 3 * 60_000;
/** Queries that one person may have waiting for an answer in one course. */
export const openQueriesMax = 50;

export const queryIdField = idField("the query");
export const answerIdField = idField("the answer");
export const attachmentIdsField = z
  .array(idField("a file that you have added"))
  .max(attachmentsMax)
  .default([])
  .meta({ description: "Files added before with addAttachment." });

/** `staff`: only who asked and those who teach see it; `class`: the students of the course too. */
export const Visibility = z.enum(["staff", "class"]).meta({ id: "QueryVisibility" });
export type Visibility = z.output<typeof Visibility>;
export const PostKind = z.enum(["answer", "follow_up"]).meta({ id: "PostKind" });
export type PostKind = z.output<typeof PostKind>;
export const AuthorRole = z.enum(["staff", "classmate", "asker"]).meta({ id: "AuthorRole" });
export type AuthorRole = z.output<typeof AuthorRole>;
export const anonymousField = z
  .boolean()
  .meta({ description: "Classmates are not told who asks; those who teach are." });

export const titleField = lineField(titleLengthMax, "The question in one line.");
export const bodyField = z
  .string()
  .min(1, { abort: true })
  .max(bodyLengthMax)
  .regex(/\S/, "This must not be blank.")
  .meta({ description: "Plain text or Markdown." });

export const queryStates = ["open", "answered", "closed"] as const;
export const QueryState = z.enum(queryStates).meta({ id: "QueryState" });
export type QueryState = z.output<typeof QueryState>;

export const Attachment = z
  .object({ attachmentId: z.string(), file: FileReference })
  .meta({ id: "QueryAttachment" });
export type Attachment = z.output<typeof Attachment>;

export const Query = z
  .object({
    queryId: z.string(),
    courseId: z.string(),
    asker: PersonName.nullable().meta({ description: "Null for classmates of an anonymous asker." }),
    isOwn: z.boolean().meta({ description: "Whether you asked it." }),
    visibility: Visibility,
    anonymous: anonymousField,
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
    answerCount: z.int().meta({ description: "Answers and follow-ups." }),
    sameCount: z.int().meta({ description: "How many classmates ask the same." }),
    isSameAsMine: z.boolean().meta({ description: "Whether you said that you ask the same." }),
    isMerged: z
      .boolean()
      .meta({ description: "Whether it was merged: another query's answers count for it." }),
    mergedInto: z.string().nullable().meta({
      description: "The query that it was merged into; null for whoever may not see that one.",
    }),
    version: z.int(),
    editedAt: z.int().nullable().meta({ description: "Milliseconds UTC; null unless it was edited." }),
    createdAt: z.int().meta({ description: "Milliseconds UTC." }),
    updatedAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "Query" });
export type Query = z.output<typeof Query>;

export const Answer = z
  .object({
    answerId: z.string(),
    author: PersonName.nullable().meta({ description: "Null for classmates of an anonymous asker." }),
    authorRole: AuthorRole,
    kind: PostKind,
    isOwn: z.boolean(),
    isShared: z.boolean().meta({ description: "Given to another query that this one was merged into." }),
    body: z.string(),
    endorsedBy: PersonName.nullable().meta({
      description: "Who of the staff stands by a classmate's answer.",
    }),
    version: z.int(),
    editedAt: z.int().nullable().meta({ description: "Milliseconds UTC; null unless it was edited." }),
    attachments: z.array(Attachment),
    createdAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "Answer" });
export type Answer = z.output<typeof Answer>;

/** A query with all of its answers, the earliest first. */
export const QueryThread = z
  .object({
    query: Query,
    attachments: z.array(Attachment),
    answers: z.array(Answer),
    merged: z
      .array(
        z.object({ queryId: z.string(), title: z.string(), asker: PersonName }).meta({ id: "MergedQuery" }),
      )
      .meta({ description: "Queries merged into this one; only for those who teach." }),
    answering: z
      .array(PersonName)
      .meta({ description: "Others who teach and are writing an answer now; only for those who teach." }),
  })
  .meta({ id: "QueryThread" });
export type QueryThread = z.output<typeof QueryThread>;
