/** Leaving a group that one had chosen. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { leaveGroup } from "./group-members.ts";
import { studiesInCourseOfSet } from "./group-policy.ts";
import { GroupSet, groupSetIdField } from "./group-schema.ts";
import { findGroupSet, groupSetOf, requireSignUpOpen } from "./groups.ts";
import { operation } from "./tables.ts";

/** Takes the asker out of their group of a set while sign-up is open. */
export const leaveMyGroup = operation({
  name: "courses.leaveMyGroup",
  summary: "Takes you out of your group of a set, while sign-up is open.",
  kind: "command",
  input: z.strictObject({ groupSetId: groupSetIdField }),
  output: GroupSet,
  policy: studiesInCourseOfSet,
  refusals: { sign_up_closed: "failed_precondition" },
  async handle(context) {
    const { input, actor, tx, now } = context;
    const { personId } = personOf(actor);
    const set = await findGroupSet(tx, input.groupSetId);
    requireSignUpOpen(set, now);
    await leaveGroup(context, { courseId: set.course_id, groupSetId: set.id, personId }, personId);
    return groupSetOf(tx, set, { actor, now });
  },
});
