/** Changing an assignment, within what students can already rely on. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { changedBy, cleanLine, requireVersion, versionField } from "#slices/courses/api.ts";
import { assignmentOf, assignmentRow, dueKey } from "./assignments.ts";
import { assignmentPublished, assignmentUnpublished, assignmentUpdated } from "./events.ts";
import { fromHundredths, toHundredths } from "./points.ts";
import { teachesAssignment } from "./policy.ts";
import {
  Assignment,
  assignmentIdField,
  dueAtField,
  instructionsField,
  pointsMaxField,
  publishedField,
  titleField,
} from "./schema.ts";
import { type AssignmentsTables, operation } from "./tables.ts";

/**
 * Changes the fields that are given; refuses when somebody else has changed the assignment meanwhile, to hide it from
 * students who have handed in work, and to lower its points below a mark. What was late stays late.
 */
export const updateAssignment = operation({
  name: "assignments.updateAssignment",
  summary: "Changes an assignment, or publishes it.",
  kind: "command",
  input: z.strictObject({
    assignmentId: assignmentIdField,
    version: versionField("the assignment"),
    title: titleField.optional(),
    instructions: instructionsField.optional(),
    pointsMax: pointsMaxField.optional(),
    dueAt: dueAtField.optional(),
    published: publishedField.optional(),
  }),
  output: Assignment,
  policy: teachesAssignment,
  refusals: {
    stale_version: "conflict",
    has_submissions: "failed_precondition",
    points_below_mark: "failed_precondition",
  },
  async handle({ input, actor, tx, now, emit }) {
    const row = await assignmentRow(tx, input.assignmentId);
    await requireVersion(tx, "the assignment", row, input.version);
    const isPublished = input.published ?? row.published === 1;
    if (row.published === 1 && !isPublished) await requireNoWork(tx, row.id);
    const hundredthsMax =
      input.pointsMax === undefined ? row.points_max_hundredths : toHundredths(input.pointsMax);
    if (hundredthsMax < row.points_max_hundredths) await requireNoMarkAbove(tx, row.id, hundredthsMax);
    const dueAt = input.dueAt === undefined ? row.due_at : input.dueAt;
    const changes = {
      title: cleanLine(input.title ?? row.title),
      instructions: input.instructions ?? row.instructions,
      points_max_hundredths: hundredthsMax,
      due_at: dueAt,
      due_key: dueKey(dueAt),
      published: isPublished ? 1 : 0,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    } as const;
    await tx.updateTable("assignments").set(changes).where("id", "=", row.id).execute();
    const facts = { assignmentId: row.id, courseId: row.course_id };
    emit(assignmentUpdated, facts);
    if (changes.published !== row.published)
      emit(isPublished ? assignmentPublished : assignmentUnpublished, facts);
    return assignmentOf({ ...row, ...changes }, now);
  },
});

async function requireNoWork(tx: Kysely<AssignmentsTables>, assignmentId: string): Promise<void> {
  const work = await tx
    .selectFrom("submissions")
    .select("id")
    .where("assignment_id", "=", assignmentId)
    .limit(1)
    .executeTakeFirst();
  if (work !== undefined)
    throw new Refusal("has_submissions", "Students have handed in work for this, so it stays published.");
}

async function requireNoMarkAbove(
  tx: Kysely<AssignmentsTables>,
  assignmentId: string,
  hundredthsMax: number,
): Promise<void> {
  const { highest } = await tx
    .selectFrom("grades")
    .select((each) => each.fn.max<number | null>("points_hundredths").as("highest"))
    .where("assignment_id", "=", assignmentId)
    .executeTakeFirstOrThrow();
  if (highest !== null && Number(highest) > hundredthsMax)
    throw new Refusal(
      "points_below_mark",
      `Somebody has ${fromHundredths(Number(highest))} points for this already. Change that mark first.`,
    );
}
