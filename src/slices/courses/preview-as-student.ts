/** Looking at one's course as a student would, without being looked as anybody in particular. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { BegunView, beginCoursePreview, viewRefusals } from "#slices/identity/api.ts";
import { teachesCourse } from "./policy.ts";
import { courseIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/**
 * The course, a draft too, as a student sees it who has read and handed in nothing and is in no group: for half an hour or
 * until endView. Nothing can be changed meanwhile, and no student's account is touched.
 */
export const previewAsStudent = operation({
  name: "courses.previewAsStudent",
  summary: "Lets you look at your course as a student would who has just joined: reading only.",
  kind: "command",
  input: z.strictObject({ courseId: courseIdField }),
  output: BegunView,
  policy: teachesCourse,
  refusals: viewRefusals,
  async handle({ input, actor, tx, now }) {
    const { courseId } = input;
    return { until: await beginCoursePreview(tx, personOf(actor), { courseId, now }) };
  },
});
