/** Changing an assignment, within what students can already rely on. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { changedBy, courseTimeZone, requireVersion, versionField } from "#slices/courses/api.ts";
import { assignmentOf, assignmentRow } from "./assignments.ts";
import {
  assignmentDueChanged,
  assignmentPublished,
  assignmentUnpublished,
  assignmentUpdated,
} from "./events.ts";
import { giveUpHiding, hideNames } from "./grading-settings.ts";
import { requireNoWorkOfOthers } from "./group-work.ts";
import { fromHundredths } from "./points.ts";
import { teachesAssignment } from "./policy.ts";
import { currentRubric } from "./rubrics.ts";
import { Assignment, assignmentIdField, changedSettingsFields, publishedField } from "./schema.ts";
import { columnsOf, settingsOf, withChanges } from "./settings.ts";
import { type AssignmentsTable, type AssignmentsTables, operation } from "./tables.ts";

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
    ...changedSettingsFields,
    published: publishedField.optional(),
  }),
  output: Assignment,
  policy: teachesAssignment,
  refusals: {
    stale_version: "conflict",
    has_submissions: "failed_precondition",
    points_below_mark: "failed_precondition",
    rubric_sum: "failed_precondition",
    names_hidden: "failed_precondition",
  },
  async handle({ input, actor, tx, now, random, emit }) {
    const { assignmentId, version, published, ...changed } = input;
    const row = await assignmentRow(tx, assignmentId);
    await requireVersion(tx, "the assignment", row, version);
    const isPublished = published ?? row.published === 1;
    if (row.published === 1 && !isPublished) await requireNoWork(tx, row.id);
    const columns = columnsOf(withChanges(settingsOf(row), changed));
    if (columns.points_max_hundredths < row.points_max_hundredths)
      await requireNoMarkAbove(tx, row.id, columns.points_max_hundredths);
    if (columns.points_max_hundredths !== row.points_max_hundredths)
      await requireRubricGives(tx, row.id, columns.points_max_hundredths);
    const by = changedBy(actor);
    if (columns.anonymous !== row.anonymous) {
      if (columns.anonymous === 1) await hideNames(tx, row, { by, now, random });
      else {
        await requireNoHiddenWork(tx, row.id);
        await giveUpHiding(tx, row, { by, now });
      }
    }
    await requireNoWorkOfOthers(tx, row, columns.group_set_id);
    const changes = {
      ...columns,
      published: isPublished ? 1 : 0,
      version: row.version + 1,
      updated_by: by,
      updated_at: now,
    } as const;
    await tx.updateTable("assignments").set(changes).where("id", "=", row.id).execute();
    const facts = { assignmentId: row.id, courseId: row.course_id };
    emit(assignmentUpdated, facts);
    // Nobody relied on the dates of a draft.
    if (row.published === 1 && hasMoved(row, changes)) emit(assignmentDueChanged, facts);
    if (changes.published !== row.published)
      emit(isPublished ? assignmentPublished : assignmentUnpublished, facts);
    const timeZone = await courseTimeZone(tx, row.course_id);
    return assignmentOf({ ...row, ...changes }, { now, timeZone, teaches: true });
  },
});

type Dates = Pick<AssignmentsTable, "available_from" | "due_at" | "until_at">;

function hasMoved(before: Dates, after: Dates): boolean {
  return (
    before.available_from !== after.available_from ||
    before.due_at !== after.due_at ||
    before.until_at !== after.until_at
  );
}

/** A rubric and its assignment give the same points; they change together, with the rubric. */
async function requireRubricGives(
  tx: Kysely<AssignmentsTables>,
  assignmentId: string,
  hundredthsMax: number,
): Promise<void> {
  const rubric = await currentRubric(tx, assignmentId);
  if (rubric !== null && rubric.row.points_max_hundredths !== hundredthsMax)
    throw new Refusal(
      "rubric_sum",
      `The rubric gives ${fromHundredths(rubric.row.points_max_hundredths)} points. Change the rubric, and let the assignment take its points.`,
    );
}

/** Names that are hidden are shown with a reason that stays on record, not by a setting. */
async function requireNoHiddenWork(tx: Kysely<AssignmentsTables>, assignmentId: string): Promise<void> {
  const work = await tx
    .selectFrom("submissions")
    .select("id")
    .where("assignment_id", "=", assignmentId)
    .limit(1)
    .executeTakeFirst();
  if (work !== undefined)
    throw new Refusal(
      "names_hidden",
      "Students have handed in work anonymously. An instructor can show the names on the page of submissions, with a reason.",
    );
}

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
  const { raw, counting } = await tx
    .selectFrom("grades")
    .select((each) => each.fn.max<number | null>("raw_hundredths").as("raw"))
    .select((each) => each.fn.max<number | null>("points_hundredths").as("counting"))
    .where("assignment_id", "=", assignmentId)
    .executeTakeFirstOrThrow();
  const highest = Math.max(Number(raw ?? 0), Number(counting ?? 0));
  if (highest > hundredthsMax)
    throw new Refusal(
      "points_below_mark",
      `Somebody has ${fromHundredths(highest)} points for this already. Change that mark first.`,
    );
}
