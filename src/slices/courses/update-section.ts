/** Changing a heading of a course's outline. */
import { z } from "zod";
import { outlineChanged } from "./events.ts";
import { cleanLine } from "./keys.ts";
import { sectionOfRow, sectionRow } from "./outline.ts";
import { changesSection } from "./outline-policy.ts";
import { CourseSection, publishedField, sectionIdField, sectionTitleField, versionField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy, requireVersion } from "./versions.ts";

/** Renames a section, publishes it, or hides it with everything under it. */
export const updateSection = operation({
  name: "courses.updateSection",
  summary: "Renames a section, publishes it, or hides it with all of its modules.",
  kind: "command",
  input: z.strictObject({
    sectionId: sectionIdField,
    version: versionField("the section"),
    title: sectionTitleField.optional(),
    published: publishedField.optional(),
  }),
  output: CourseSection,
  policy: changesSection,
  refusals: { stale_version: "conflict" },
  async handle({ input, actor, tx, now, emit }) {
    const row = await sectionRow(tx, input.sectionId);
    await requireVersion(tx, "the section", row, input.version);
    const isPublished = input.published ?? row.published === 1;
    const changes = {
      title: cleanLine(input.title ?? row.title),
      published: isPublished ? 1 : 0,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    } as const;
    await tx.updateTable("course_sections").set(changes).where("id", "=", row.id).execute();
    emit(outlineChanged, { courseId: row.course_id });
    return sectionOfRow({ ...row, ...changes });
  },
});
