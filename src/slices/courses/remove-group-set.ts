/** Removing a set of groups, and undoing that. */
import { z } from "zod";
import { requireFreeSetName } from "./create-group-set.ts";
import { groupSetRemoved, groupSetRestored } from "./events.ts";
import { teachesCourseOfAnySet } from "./group-policy.ts";
import { GroupSet, groupSetIdField } from "./group-schema.ts";
import { findGroupSet, groupSetOf } from "./groups.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Removes a set with its groups, or puts a removed one back as it was; either twice is harmless. */
export const removeGroupSet = operation({
  name: "courses.removeGroupSet",
  summary: "Removes a set of groups, or puts it back as it was.",
  kind: "command",
  input: z.strictObject({
    groupSetId: groupSetIdField,
    restore: z.boolean().default(false).meta({ description: "True to put a removed one back." }),
  }),
  output: GroupSet,
  policy: teachesCourseOfAnySet,
  refusals: { group_set_name_taken: "conflict", too_many_group_sets: "failed_precondition" },
  async handle({ input, actor, tx, now, emit }) {
    const row = await findGroupSet(tx, input.groupSetId);
    const isRemoved = row.removed_at !== null;
    if (isRemoved !== input.restore) return groupSetOf(tx, row, { actor, now });
    if (input.restore) await requireFreeSetName(tx, row.course_id, row.name, row.id);
    const changes = {
      removed_at: input.restore ? null : now,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await tx.updateTable("group_sets").set(changes).where("id", "=", row.id).execute();
    emit(input.restore ? groupSetRestored : groupSetRemoved, { groupSetId: row.id, courseId: row.course_id });
    return groupSetOf(tx, { ...row, ...changes }, { actor, now });
  },
});
