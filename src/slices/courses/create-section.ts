/** A new heading in a course's outline. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { outlineChanged } from "./events.ts";
import { cleanLine } from "./keys.ts";
import { sectionOfRow } from "./outline.ts";
import { teachesCourse } from "./policy.ts";
import { CourseSection, courseIdField, publishedField, sectionsMax, sectionTitleField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Adds a section at the end of the outline. */
export const createSection = operation({
  name: "courses.createSection",
  summary: "Adds a section, a heading for modules, at the end of a course's outline.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    title: sectionTitleField,
    published: publishedField.default(true),
  }),
  output: CourseSection,
  policy: teachesCourse,
  refusals: { outline_full: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const { courseId } = input;
    const { count, last } = await tx
      .selectFrom("course_sections")
      .select((each) => [
        each.fn.countAll<number>().as("count"),
        each.fn.max<number | null>("position").as("last"),
      ])
      .where("course_id", "=", courseId)
      .executeTakeFirstOrThrow();
    if (Number(count) >= sectionsMax)
      throw new Refusal("outline_full", `A course has at most ${sectionsMax} sections.`);
    const row = {
      id: newId(),
      course_id: courseId,
      title: cleanLine(input.title),
      published: input.published ? 1 : 0,
      position: Number(last ?? 0) + 1,
      version: 1,
      updated_by: changedBy(actor),
      updated_at: now,
    } as const;
    await tx.insertInto("course_sections").values(row).execute();
    emit(outlineChanged, { courseId });
    return sectionOfRow(row);
  },
});
