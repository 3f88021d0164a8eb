/** Taking back that somebody was taken out of a course. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { Refusal } from "#kernel/errors.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { enrolmentsOf, requireRoom } from "./enrolments.ts";
import { enrolmentStarted } from "./events.ts";
import { membershipIn, placeInGroup } from "./group-members.ts";
import { managesCourseOfEnrolment } from "./policy.ts";
import { Enrolment, idField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Begins an ended enrolment again as it was: role, origin, and the groups that were left with it. Twice is harmless. */
export const restoreEnrolment = operation({
  name: "courses.restoreEnrolment",
  summary: "Brings somebody back into a course as they were: with their role, groups, work and drafts.",
  kind: "command",
  input: z.strictObject({ enrolmentId: idField("the enrolment") }),
  output: Enrolment,
  policy: managesCourseOfEnrolment,
  refusals: { person_inactive: "failed_precondition", course_full: "failed_precondition" },
  async handle(context) {
    const { input, actor, tx, emit } = context;
    const row = await tx
      .selectFrom("enrolments")
      .selectAll()
      .where("id", "=", input.enrolmentId)
      .executeTakeFirstOrThrow();
    const endedAt = row.ended_at;
    if (endedAt !== null) {
      const { id, course_id: courseId, person_id: personId, role, origin } = row;
      const person = (await peopleByIds(tx, [personId])).get(personId);
      if (person?.active !== true)
        throw new Refusal("person_inactive", "The account of this person is switched off. Ask an admin.");
      await requireRoom(tx, courseId);
      row.ended_at = null;
      row.ended_by = null;
      await tx
        .updateTable("enrolments")
        .set({ ended_at: null, ended_by: null })
        .where("id", "=", id)
        .execute();
      emit(enrolmentStarted, { enrolmentId: id, courseId, personId, role, origin });
      const left = await tx
        .selectFrom("former_group_members")
        .innerJoin("course_groups", "course_groups.id", "former_group_members.group_id")
        .innerJoin("group_sets", "group_sets.id", "former_group_members.group_set_id")
        .select(["former_group_members.group_id as groupId", "group_sets.id as groupSetId"])
        .where("former_group_members.person_id", "=", personId)
        .where("former_group_members.until", "=", endedAt)
        .where("group_sets.course_id", "=", courseId)
        .where("course_groups.removed_at", "is", null)
        .execute();
      for (const { groupId, groupSetId } of left)
        if ((await membershipIn(tx, groupSetId, personId)) === null)
          await placeInGroup(context, { courseId, groupSetId, groupId, personId }, changedBy(actor));
    }
    const [enrolment] = await enrolmentsOf(tx, [row]);
    return present(enrolment, "one row makes one enrolment");
  },
});
