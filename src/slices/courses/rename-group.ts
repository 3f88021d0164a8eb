/** Another name for a group. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { groupSetUpdated } from "./events.ts";
import { teachesCourseOfGroup } from "./group-policy.ts";
import { Group, groupIdField, groupNameField } from "./group-schema.ts";
import { findGroup, groupsOf, requireFreeGroupName } from "./groups.ts";
import { cleanLine, foldKey } from "./keys.ts";
import { operation } from "./tables.ts";

/** Renames a group; who is in it stays in it. */
export const renameGroup = operation({
  name: "courses.renameGroup",
  summary: "Renames a group.",
  kind: "command",
  input: z.strictObject({ groupId: groupIdField, name: groupNameField }),
  output: Group,
  policy: teachesCourseOfGroup,
  refusals: { group_name_taken: "conflict" },
  async handle({ input, actor, tx, emit }) {
    const { group, set } = await findGroup(tx, input.groupId);
    const name = cleanLine(input.name);
    await requireFreeGroupName(tx, set.id, name, group.id);
    const changes = { name, name_key: foldKey(name) };
    await tx.updateTable("course_groups").set(changes).where("id", "=", group.id).execute();
    emit(groupSetUpdated, { groupSetId: set.id, courseId: set.course_id });
    const [renamed] = await groupsOf(tx, [{ ...group, ...changes }], { actor, seesMembers: true });
    return present(renamed, "one row makes one group");
  },
});
