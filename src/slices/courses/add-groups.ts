/** More groups for a set. */
import { z } from "zod";
import { groupSetUpdated } from "./events.ts";
import { teachesCourseOfSet } from "./group-policy.ts";
import { Group, groupNameField, groupSetIdField, groupsPerCallMax } from "./group-schema.ts";
import { findGroupSet, freshGroupNames, groupsOf, insertGroups, requireFreeGroupName } from "./groups.ts";
import { cleanLine } from "./keys.ts";
import { operation } from "./tables.ts";

/** Adds one group with a name of its own, or several that are numbered. */
export const addGroups = operation({
  name: "courses.addGroups",
  summary: "Adds groups to a set: one by its name, or several that are numbered.",
  kind: "command",
  input: z.strictObject({
    groupSetId: groupSetIdField,
    name: groupNameField.default("Group"),
    count: z
      .int()
      .min(1)
      .max(groupsPerCallMax)
      .optional()
      .meta({ description: "How many, numbered after the name; absent for one that has the name itself." }),
  }),
  output: z.object({ items: z.array(Group) }),
  policy: teachesCourseOfSet,
  refusals: { group_name_taken: "conflict", too_many_groups: "failed_precondition" },
  async handle({ input, actor, tx, newId, emit }) {
    const set = await findGroupSet(tx, input.groupSetId);
    const name = cleanLine(input.name);
    if (input.count === undefined) await requireFreeGroupName(tx, set.id, name);
    const names = input.count === undefined ? [name] : await freshGroupNames(tx, set.id, name, input.count);
    const rows = await insertGroups({ tx, newId }, set.id, names);
    emit(groupSetUpdated, { groupSetId: set.id, courseId: set.course_id });
    return { items: await groupsOf(tx, rows, { actor, seesMembers: true }) };
  },
});
