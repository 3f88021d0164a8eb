/** Looking at one's course as one of its students. */
import { z } from "zod";
import { denyNotFound, personOf, refusalOfDecision } from "#kernel/policy.ts";
import { BegunView, beginCourseView, viewRefusals } from "#slices/identity/api.ts";
import { instructsCourse } from "./policy.ts";
import { courseIdField, idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** The course as that student sees it, for half an hour or until endView; nothing can be changed, nothing else is shown. */
export const viewAsStudent = operation({
  name: "courses.viewAsStudent",
  summary: "Lets you look at your course as one of its students: reading only, and written down.",
  kind: "command",
  input: z.strictObject({ courseId: courseIdField, personId: idField("the student") }),
  output: BegunView,
  policy: instructsCourse,
  refusals: viewRefusals,
  async handle({ input, actor, tx, now }) {
    const { courseId, personId } = input;
    const student = await tx
      .selectFrom("enrolments")
      .select("id")
      .where("course_id", "=", courseId)
      .where("person_id", "=", personId)
      .where("role", "=", "student")
      .where("ended_at", "is", null)
      .executeTakeFirst();
    if (student === undefined) throw refusalOfDecision(denyNotFound("student of this course"));
    return { until: await beginCourseView(tx, personOf(actor), { personId, courseId, now }) };
  },
});
