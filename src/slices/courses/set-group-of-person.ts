/** Putting a student into a group, moving them to another, taking them out. */
import { z } from "zod";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { findEnrolment } from "./enrolments.ts";
import { leaveGroup, membershipIn, placeInGroup, requirePlace } from "./group-members.ts";
import { teachesCourseOfSet } from "./group-policy.ts";
import { GroupSet, groupSetIdField } from "./group-schema.ts";
import { findGroupSet, groupSetOf } from "./groups.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Says in which group of a set a student is. The size of groups binds sign-up, not those who teach. */
export const setGroupOfPerson = operation({
  name: "courses.setGroupOfPerson",
  summary: "Puts a student into a group of a set, moves them, or takes them out.",
  kind: "command",
  input: z.strictObject({
    groupSetId: groupSetIdField,
    personId: idField("the student"),
    groupId: z
      .string()
      .min(1)
      .max(64)
      .nullable()
      .meta({ description: "The group; null to take the student out of theirs." }),
  }),
  output: GroupSet,
  policy: teachesCourseOfSet,
  refusals: { not_a_student: "failed_precondition", group_full: "failed_precondition" },
  async handle(context) {
    const { input, actor, tx, now } = context;
    const { personId, groupId } = input;
    const set = await findGroupSet(tx, input.groupSetId);
    const where = { courseId: set.course_id, groupSetId: set.id, personId };
    if (groupId === null) {
      await leaveGroup(context, where, changedBy(actor));
      return groupSetOf(tx, set, { actor, now });
    }
    const enrolment = await findEnrolment(tx, set.course_id, personId);
    if (enrolment === null || enrolment.ended_at !== null || enrolment.role !== "student")
      throw new Refusal("not_a_student", "Only students of the course are in its groups.");
    const group = await tx
      .selectFrom("course_groups")
      .select(["id", "name"])
      .where("id", "=", groupId)
      .where("group_set_id", "=", set.id)
      .where("removed_at", "is", null)
      .executeTakeFirst();
    if (group === undefined) throw invalidField("groupId", "This set has no such group.");
    if ((await membershipIn(tx, set.id, personId))?.group_id !== group.id)
      await requirePlace(tx, group, null);
    await placeInGroup(context, { ...where, groupId: group.id }, changedBy(actor));
    return groupSetOf(tx, set, { actor, now });
  },
});
