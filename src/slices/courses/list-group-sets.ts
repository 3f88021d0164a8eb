/** The sets of groups of a course. */
import { z } from "zod";
import { GroupSet } from "./group-schema.ts";
import { groupSetsOf } from "./groups.ts";
import { belongsToCourse } from "./policy.ts";
import { courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists the sets of groups of a course, the oldest first, each with the group that the asker is in. */
export const listGroupSets = operation({
  name: "courses.listGroupSets",
  summary: "Lists the sets of groups of a course, and which group you are in.",
  kind: "read",
  input: z.strictObject({ courseId: courseIdField }),
  output: z.object({ items: z.array(GroupSet) }),
  policy: belongsToCourse,
  async handle({ input, actor, now, db }) {
    const rows = await db
      .selectFrom("group_sets")
      .selectAll()
      .where("course_id", "=", input.courseId)
      .where("removed_at", "is", null)
      .orderBy("id")
      .execute();
    return { items: await groupSetsOf(db, rows, { actor, now }) };
  },
});
