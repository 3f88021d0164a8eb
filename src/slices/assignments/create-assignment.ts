/** Setting an assignment. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { changedBy, cleanLine, courseIdField, teachesCourse } from "#slices/courses/api.ts";
import { assignmentOf, dueKey } from "./assignments.ts";
import { assignmentCreated, assignmentPublished } from "./events.ts";
import { toHundredths } from "./points.ts";
import {
  Assignment,
  assignmentsMax,
  dueAtField,
  instructionsField,
  pointsMaxField,
  publishedField,
  titleField,
} from "./schema.ts";
import { operation } from "./tables.ts";

/** Adds an assignment to a course, as a draft unless it is to be published at once. */
export const createAssignment = operation({
  name: "assignments.createAssignment",
  summary: "Sets an assignment in a course, as a draft or published at once.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    title: titleField,
    instructions: instructionsField.default(""),
    pointsMax: pointsMaxField,
    dueAt: dueAtField.default(null),
    published: publishedField.default(false),
  }),
  output: Assignment,
  policy: teachesCourse,
  refusals: { course_assignments_full: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const { courseId, dueAt } = input;
    const { count } = await tx
      .selectFrom("assignments")
      .select((each) => each.fn.countAll<number>().as("count"))
      .where("course_id", "=", courseId)
      .executeTakeFirstOrThrow();
    if (Number(count) >= assignmentsMax)
      throw new Refusal("course_assignments_full", `A course has at most ${assignmentsMax} assignments.`);
    const by = changedBy(actor);
    const row = {
      id: newId(),
      course_id: courseId,
      title: cleanLine(input.title),
      instructions: input.instructions,
      points_max_hundredths: toHundredths(input.pointsMax),
      due_at: dueAt,
      due_key: dueKey(dueAt),
      published: input.published ? 1 : 0,
      version: 1,
      created_by: by,
      created_at: now,
      updated_by: by,
      updated_at: now,
    } as const;
    await tx.insertInto("assignments").values(row).execute();
    emit(assignmentCreated, { assignmentId: row.id, courseId });
    if (input.published) emit(assignmentPublished, { assignmentId: row.id, courseId });
    return assignmentOf(row, now);
  },
});
