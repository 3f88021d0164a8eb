/** Removing a group from its set. */
import { z } from "zod";
import { groupRemoved } from "./events.ts";
import { teachesCourseOfGroup } from "./group-policy.ts";
import { GroupSet, groupIdField } from "./group-schema.ts";
import { findGroup, groupSetOf } from "./groups.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Removes a group; its members are then in no group of the set. Who was in it, and what it handed in, is kept. */
export const removeGroup = operation({
  name: "courses.removeGroup",
  summary: "Removes a group; its members are without one then, and its work is kept.",
  kind: "command",
  input: z.strictObject({ groupId: groupIdField }),
  output: GroupSet,
  policy: teachesCourseOfGroup,
  async handle({ input, actor, tx, now, newId, emit }) {
    const { group, set } = await findGroup(tx, input.groupId);
    const members = await tx
      .deleteFrom("group_members")
      .where("group_id", "=", group.id)
      .returningAll()
      .execute();
    const by = changedBy(actor);
    if (members.length > 0)
      await tx
        .insertInto("former_group_members")
        .values(members.map((member) => ({ id: newId(), ...member, until: now, ended_by: by })))
        .execute();
    await tx.updateTable("course_groups").set({ removed_at: now }).where("id", "=", group.id).execute();
    emit(groupRemoved, { groupId: group.id, groupSetId: set.id, courseId: set.course_id });
    return groupSetOf(tx, set, { actor, now });
  },
});
