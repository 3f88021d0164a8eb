/** Taking somebody out of a course. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { endNow, enrolmentsOf, requireOtherInstructor } from "./enrolments.ts";
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
    const { input, actor, tx } = context;
    let row = await tx
      .selectFrom("enrolments")
      .selectAll()
      .where("id", "=", input.enrolmentId)
      .executeTakeFirstOrThrow();
    if (row.ended_at === null) {
      if (row.role === "instructor") await requireOtherInstructor(tx, row);
      row = await endNow(context, row, changedBy(actor));
    }
    const [enrolment] = await enrolmentsOf(tx, [row]);
    return present(enrolment, "one row makes one enrolment");
  },
});
