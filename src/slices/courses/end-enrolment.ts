/** Taking somebody out of a course. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { enrolmentsOf, requireOtherInstructor } from "./enrolments.ts";
import { enrolmentEnded } from "./events.ts";
import { leaveGroupsOfCourse } from "./group-members.ts";
import { managesCourseOfEnrolment } from "./policy.ts";
import { Enrolment, idField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Ends an enrolment: the person loses access at once, what they did in the course stays. Ending twice is harmless. */
export const endEnrolment = operation({
  name: "courses.endEnrolment",
  summary: "Ends somebody's enrolment; they lose access, their work is kept.",
  kind: "command",
  input: z.strictObject({ enrolmentId: idField("the enrolment") }),
  output: Enrolment,
  policy: managesCourseOfEnrolment,
  refusals: { last_instructor: "failed_precondition" },
  async handle(context) {
    const { input, actor, tx, now, emit } = context;
    const row = await tx
      .selectFrom("enrolments")
      .selectAll()
      .where("id", "=", input.enrolmentId)
      .executeTakeFirstOrThrow();
    if (row.ended_at === null) {
      if (row.role === "instructor") await requireOtherInstructor(tx, row);
      row.ended_at = now;
      row.ended_by = changedBy(actor);
      await tx
        .updateTable("enrolments")
        .set({ ended_at: row.ended_at, ended_by: row.ended_by })
        .where("id", "=", row.id)
        .execute();
      await leaveGroupsOfCourse(context, { courseId: row.course_id, personId: row.person_id }, row.ended_by);
      emit(enrolmentEnded, { enrolmentId: row.id, courseId: row.course_id, personId: row.person_id });
    }
    const [enrolment] = await enrolmentsOf(tx, [row]);
    return present(enrolment, "one row makes one enrolment");
  },
});
