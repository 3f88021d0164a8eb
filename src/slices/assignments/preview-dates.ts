/** What moving an assignment's dates would mean for the work that is there. */
import { z } from "zod";
import { PersonName } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { isLate, requireConsistentDates } from "./dates.ts";
import { datesOf, extensionKey, extensionsOf } from "./extensions.ts";
import { teachesAssignment } from "./policy.ts";
import { nameView } from "./pseudonyms.ts";
import { assignmentIdField, dueAtField, namesInPreviewMax, untilAtField } from "./schema.ts";
import { operation } from "./tables.ts";
import { ownerKey } from "./work.ts";

const Moved = z
  .object({
    count: z.int(),
    people: z.array(PersonName).meta({ description: `The first ${namesInPreviewMax} of them.` }),
  })
  .meta({ id: "MovedWork" });

/** Says whose work would become late or on time, before the dates are changed. */
export const previewDates = operation({
  name: "assignments.previewDates",
  summary: "Says whose work would become late, or on time, if the dates were these.",
  kind: "read",
  input: z.strictObject({
    assignmentId: assignmentIdField,
    dueAt: dueAtField.default(null),
    untilAt: untilAtField.default(null),
  }),
  output: z
    .object({
      becomeLate: Moved,
      becomeOnTime: Moved,
      handedIn: z.int().meta({ description: "How much work there is." }),
      unmoved: z.int().meta({ description: "How many have a due date of their own, which stays." }),
    })
    .meta({ id: "DatesPreview" }),
  policy: teachesAssignment,
  async handle({ input, db }) {
    const assignment = await assignmentRow(db, input.assignmentId);
    const { dueAt, untilAt } = input;
    requireConsistentDates({ availableFrom: assignment.available_from, dueAt, untilAt });
    const work = await db
      .selectFrom("submissions")
      .innerJoin("submission_attempts", (join) =>
        join
          .onRef("submission_attempts.submission_id", "=", "submissions.id")
          .onRef("submission_attempts.attempt", "=", "submissions.attempt"),
      )
      .select([
        "submissions.student_id as student_id",
        "submissions.group_id as group_id",
        "submission_attempts.received_at as receivedAt",
      ])
      .where("submissions.assignment_id", "=", assignment.id)
      .where("submissions.withdrawn_at", "is", null)
      .orderBy("submissions.id")
      .execute();
    const extensions = await extensionsOf(db, [assignment.id], work.map(ownerKey));
    const moved = { ...assignment, due_at: dueAt, until_at: untilAt };
    const late: string[] = [];
    const onTime: string[] = [];
    for (const row of work) {
      const extension = extensions.get(extensionKey(assignment.id, ownerKey(row)));
      const before = isLate(datesOf(assignment, extension).dueAt, row.receivedAt);
      const after = isLate(datesOf(moved, extension).dueAt, row.receivedAt);
      if (before !== after) (after ? late : onTime).push(row.student_id);
    }
    const names = await nameView(db, assignment.id, [
      ...late.slice(0, namesInPreviewMax),
      ...onTime.slice(0, namesInPreviewMax),
    ]);
    const movedOf = (ids: readonly string[]) => ({
      count: ids.length,
      people: ids
        .slice(0, namesInPreviewMax)
        .map((id) => ({ personId: names.idOf(id), name: names.nameOf(id) })),
    });
    return {
      becomeLate: movedOf(late),
      becomeOnTime: movedOf(onTime),
      handedIn: work.length,
      unmoved: [...extensions.values()].filter(({ due_at }) => due_at !== null).length,
    };
  },
});
