/** Asking those who teach. */
import type { Kysely } from "kysely";
import { z } from "zod";
import type { Actor } from "#kernel/actor.ts";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { personOf } from "#kernel/policy.ts";
import { assignmentIdField, hasPublishedAssignment } from "#slices/assignments/api.ts";
import { cleanLine, courseIdField } from "#slices/courses/api.ts";
import { materialIdField, openMaterials } from "#slices/materials/api.ts";
import { sendAttachments } from "./attachments.ts";
import { queryCreated } from "./events.ts";
import { asksInCourse } from "./policy.ts";
import { queryOf } from "./queries.ts";
import { ask, orderOf } from "./query.ts";
import {
  anonymousField,
  attachmentIdsField,
  bodyField,
  openQueriesMax,
  Query,
  titleField,
  Visibility,
} from "./schema.ts";
import { operation, type QueriesTables } from "./tables.ts";

/** Asks a query about a course, or about a material, a page of it, or an assignment of that course. */
export const createQuery = operation({
  name: "queries.createQuery",
  summary: "Asks those who teach a course, about the course, one of its materials or an assignment.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    materialId: materialIdField.optional(),
    page: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({ description: "The page of the material that the query is about." }),
    assignmentId: assignmentIdField.optional(),
    title: titleField,
    body: bodyField,
    visibility: Visibility.default("staff"),
    anonymous: anonymousField.default(false),
    attachmentIds: attachmentIdsField,
  }),
  output: Query,
  policy: asksInCourse,
  refusals: { too_many_open_queries: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const { courseId, materialId, page, assignmentId } = input;
    const askerId = personOf(actor).personId;
    await requireSubject(tx, input, { actor, now });
    await requireRoom(tx, courseId, askerId);
    const life = ask(now);
    const row = {
      id: newId(),
      course_id: courseId,
      asker_id: askerId,
      material_id: materialId ?? null,
      page: page ?? null,
      assignment_id: assignmentId ?? null,
      title: cleanLine(input.title),
      body: input.body,
      state: life.state,
      waiting_since: life.waitingSince,
      ...orderOf(life, now),
      answer_count: 0,
      created_at: now,
      updated_at: now,
      visibility: input.visibility,
      anonymous: input.anonymous ? 1 : 0,
      same_count: 0,
      version: 1,
      edited_at: null,
      merged_into: null,
      state_before_merge: null,
      waiting_before_merge: null,
      shared_from: null,
      shared_until: null,
    } as const;
    await tx.insertInto("queries").values(row).execute();
    emit(queryCreated, { queryId: row.id, courseId, askerId });
    await sendAttachments(tx, input.attachmentIds, {
      courseId,
      personId: askerId,
      queryId: row.id,
      answerId: null,
    });
    return queryOf(tx, row, actor);
  },
});

/** Refuses, by the field's name, what is not of this course or what the asker cannot open. */
async function requireSubject(
  tx: Kysely<QueriesTables>,
  subject: {
    readonly courseId: string;
    readonly materialId?: string | undefined;
    readonly page?: number | undefined;
    readonly assignmentId?: string | undefined;
  },
  { actor, now }: { readonly actor: Actor; readonly now: number },
): Promise<void> {
  const { courseId, materialId, page, assignmentId } = subject;
  if (materialId !== undefined && assignmentId !== undefined)
    throw invalidField("assignmentId", "A query is about a material or about an assignment, not both.");
  if (page !== undefined && materialId === undefined)
    throw invalidField("page", "A page needs the material that it is in: give materialId too.");
  if (assignmentId !== undefined && !(await hasPublishedAssignment(tx, { courseId, assignmentId })))
    throw invalidField("assignmentId", "This course has no assignment with this id that you can see.");
  if (materialId === undefined) return;
  const open = await openMaterials(tx, actor, { materialIds: [materialId], now });
  const material = open.get(materialId);
  if (material === undefined || material.courseId !== courseId)
    throw invalidField("materialId", "This course has no material with this id that you can see.");
  if (page !== undefined && (material.pages === null || page > material.pages))
    throw invalidField(
      "page",
      material.pages === null
        ? "This material has no pages."
        : `This material has ${material.pages} ${material.pages === 1 ? "page" : "pages"}.`,
    );
}

async function requireRoom(tx: Kysely<QueriesTables>, courseId: string, askerId: string): Promise<void> {
  const { count } = await tx
    .selectFrom("queries")
    .select((each) => each.fn.countAll<number>().as("count"))
    .where("asker_id", "=", askerId)
    .where("state_rank", "=", 0)
    .where("course_id", "=", courseId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= openQueriesMax)
    throw new Refusal(
      "too_many_open_queries",
      `You have ${openQueriesMax} queries waiting in this course. Close some that need no answer any more.`,
    );
}
