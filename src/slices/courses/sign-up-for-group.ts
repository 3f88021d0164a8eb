/** A student's choice of a group. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { membershipIn, placeInGroup, requirePlace } from "./group-members.ts";
import { studiesInCourseOfGroup } from "./group-policy.ts";
import { GroupSet, groupIdField } from "./group-schema.ts";
import { findGroup, groupSetOf, requireSignUpOpen } from "./groups.ts";
import { operation } from "./tables.ts";

/** Signs the asker up for a group while sign-up is open; out of another of the set, if they are in one. */
export const signUpForGroup = operation({
  name: "courses.signUpForGroup",
  summary: "Signs you up for a group, or moves you to it from another one of the set.",
  kind: "command",
  input: z.strictObject({ groupId: groupIdField }),
  output: GroupSet,
  policy: studiesInCourseOfGroup,
  refusals: { sign_up_closed: "failed_precondition", group_full: "failed_precondition" },
  async handle(context) {
    const { input, actor, tx, now } = context;
    const { personId } = personOf(actor);
    const { group, set } = await findGroup(tx, input.groupId);
    requireSignUpOpen(set, now);
    if ((await membershipIn(tx, set.id, personId))?.group_id !== group.id)
      await requirePlace(tx, group, set.size_max);
    const place = { courseId: set.course_id, groupSetId: set.id, groupId: group.id, personId };
    await placeInGroup(context, place, personId);
    return groupSetOf(tx, set, { actor, now });
  },
});
