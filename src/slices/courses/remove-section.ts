/** Taking a heading out of the outline. */
import { z } from "zod";
import { outlineChanged } from "./events.ts";
import { outlineOf, sectionRow } from "./outline.ts";
import { liftModules } from "./outline-order.ts";
import { changesSection } from "./outline-policy.ts";
import { CourseOutline, sectionIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/**
 * Removes a section. Only the heading goes: its modules come to stand under the one before, and those of a hidden
 * section are drafts from then on, so that nothing comes to light by it.
 */
export const removeSection = operation({
  name: "courses.removeSection",
  summary: "Removes a section; its modules stay, under the section before it.",
  kind: "command",
  input: z.strictObject({ sectionId: sectionIdField }),
  output: CourseOutline,
  policy: changesSection,
  async handle({ input, tx, emit }) {
    const row = await sectionRow(tx, input.sectionId);
    const courseId = row.course_id;
    const before = await tx
      .selectFrom("course_sections")
      .select("id")
      .where("course_id", "=", courseId)
      .where((each) =>
        each.or([
          each("position", "<", row.position),
          each.and([each("position", "=", row.position), each("id", "<", row.id)]),
        ]),
      )
      .orderBy("position", "desc")
      .orderBy("id", "desc")
      .limit(1)
      .executeTakeFirst();
    await liftModules(tx, row, before?.id ?? null);
    await tx.deleteFrom("course_sections").where("id", "=", row.id).execute();
    emit(outlineChanged, { courseId });
    return outlineOf(tx, courseId, { drafts: true });
  },
});
