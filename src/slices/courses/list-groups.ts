/** The groups of a set. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { belongsToCourseOfSet } from "./group-policy.ts";
import { Group, groupSetIdField } from "./group-schema.ts";
import { findGroupSet, groupsOf } from "./groups.ts";
import { loadStanding, teaches } from "./policy.ts";
import { operation } from "./tables.ts";

/** Lists the groups of a set in the order in which they were made; who is in them, only to those who may know. */
export const listGroups = operation({
  name: "courses.listGroups",
  summary: "Lists the groups of a set: how many are in each, and for those who teach, who.",
  kind: "read",
  input: z.strictObject({ groupSetId: groupSetIdField, ...pageFields }),
  output: pageOf(Group),
  policy: belongsToCourseOfSet,
  async handle({ input, actor, db }) {
    const set = await findGroupSet(db, input.groupSetId);
    const select = db
      .selectFrom("course_groups")
      .selectAll()
      .where("group_set_id", "=", set.id)
      .where("removed_at", "is", null);
    const page = await pageById(select, input, "oldest first");
    const seesMembers = teaches(await loadStanding(db, actor, set.course_id));
    return { items: await groupsOf(db, page.items, { actor, seesMembers }), nextCursor: page.nextCursor };
  },
});
