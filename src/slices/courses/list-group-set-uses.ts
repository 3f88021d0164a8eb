/** What hangs on a set of groups, in every slice: told before the set is removed. */
import { z } from "zod";
import { tablesOf } from "#engines/store/port.ts";
import { type GroupSetUse, groupSetUses } from "#kernel/course-life.ts";
import { teachesCourseOfAnySet } from "./group-policy.ts";
import { groupSetIdField } from "./group-schema.ts";
import { findGroupSet } from "./groups.ts";
import { operation } from "./tables.ts";

export const listGroupSetUses = operation({
  name: "courses.listGroupSetUses",
  summary:
    "Lists what goes by a set of groups: assignments that its groups hand in, materials that open for them.",
  kind: "read",
  input: z.strictObject({ groupSetId: groupSetIdField }),
  output: z.object({
    items: z.array(
      z
        .object({
          kind: z.enum(groupSetUses).meta({ id: "GroupSetUseKind" }),
          id: z.string(),
          title: z.string(),
        })
        .meta({ id: "GroupSetUse" }),
    ),
  }),
  policy: teachesCourseOfAnySet,
  async handle({ input, db, slices }) {
    const groups = await db
      .selectFrom("course_groups")
      .select("id")
      .where("group_set_id", "=", input.groupSetId)
      .execute();
    const { id: groupSetId, course_id: courseId } = await findGroupSet(db, input.groupSetId);
    const set = { courseId, groupSetId, groupIds: groups.map(({ id }) => id) };
    const items: GroupSetUse[] = [];
    for (const { course } of slices)
      if (course !== undefined) items.push(...(await course.groupSetUses(tablesOf(db) as never, set)));
    return { items };
  },
});
