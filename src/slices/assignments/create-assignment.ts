/** Setting an assignment. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { changedBy, courseIdField, courseTimeZone, teachesCourse } from "#slices/courses/api.ts";
import { assignmentOf } from "./assignments.ts";
import { assignmentCreated, assignmentPublished } from "./events.ts";
import { hideNames } from "./grading-settings.ts";
import { requireGroupSet } from "./group-work.ts";
import { Assignment, assignmentsMax, newSettingsFields, publishedField } from "./schema.ts";
import { columnsOf } from "./settings.ts";
import { operation } from "./tables.ts";

/** Adds an assignment to a course, as a draft unless it is to be published at once. */
export const createAssignment = operation({
  name: "assignments.createAssignment",
  summary: "Sets an assignment in a course, as a draft or published at once.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    ...newSettingsFields,
    published: publishedField.default(false),
  }),
  output: Assignment,
  policy: teachesCourse,
  refusals: { course_assignments_full: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, random, emit }) {
    const { courseId, published, ...settings } = input;
    const { count } = await tx
      .selectFrom("assignments")
      .select((each) => each.fn.countAll<number>().as("count"))
      .where("course_id", "=", courseId)
      .executeTakeFirstOrThrow();
    if (Number(count) >= assignmentsMax)
      throw new Refusal("course_assignments_full", `A course has at most ${assignmentsMax} assignments.`);
    await requireGroupSet(tx, courseId, settings.groupSetId);
    const by = changedBy(actor);
    const row = {
      id: newId(),
      course_id: courseId,
      ...columnsOf(settings),
      published: published ? 1 : 0,
      version: 1,
      created_by: by,
      created_at: now,
      updated_by: by,
      updated_at: now,
    } as const;
    await tx.insertInto("assignments").values(row).execute();
    if (row.anonymous === 1) await hideNames(tx, row, { by, now, random });
    emit(assignmentCreated, { assignmentId: row.id, courseId });
    if (published) emit(assignmentPublished, { assignmentId: row.id, courseId });
    const timeZone = await courseTimeZone(tx, courseId);
    return assignmentOf(row, { now, timeZone, teaches: true });
  },
});
