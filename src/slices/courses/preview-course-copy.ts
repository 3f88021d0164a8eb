/** What a copy would hold, before it is made. */
import { z } from "zod";
import { copyChoices } from "#kernel/course-life.ts";
import { datesOf, planCopy } from "./copy-plan.ts";
import { timed } from "./courses.ts";
import { copiesCourse } from "./policy.ts";
import { CourseCopyPreview, copyFields, datesShownMax } from "./schema.ts";
import { shiftedBy, wholeWeeks } from "./shifted-dates.ts";
import { operation } from "./tables.ts";

/** Counts what would be copied, and gives every date as it is and as it would be. */
export const previewCourseCopy = operation({
  name: "courses.previewCourseCopy",
  summary: "Shows what a copy of a course would hold, with every date as it is and as it would be.",
  kind: "read",
  input: z.strictObject(copyFields),
  output: CourseCopyPreview,
  policy: copiesCourse,
  async handle({ input, db, slices }) {
    const { courseId, choices, keepWeekdays } = input;
    const shiftDays = keepWeekdays ? wholeWeeks(input.shiftDays) : input.shiftDays;
    const row = await db
      .selectFrom("courses")
      .selectAll()
      .where("id", "=", courseId)
      .executeTakeFirstOrThrow();
    const [course] = await timed(db, [row]);
    const timeZone = course?.time_zone ?? "UTC";
    const plan = await planCopy(db, { slices, courseId, choices });
    const dates = datesOf(plan);
    return {
      timeZone,
      shiftDays,
      counts: copyChoices
        .filter((choice) => choices.includes(choice))
        .map((choice) => ({
          choice,
          items: plan.reduce((sum, { part, rows }) => sum + (part.choice === choice ? rows.length : 0), 0),
        })),
      dates: dates.slice(0, datesShownMax).map(({ title, field, at }) => ({
        title,
        field,
        at,
        newAt: shiftedBy(at, shiftDays, timeZone),
      })),
      datesTotal: dates.length,
    };
  },
});
