/** Publishing many materials at once, or taking them back. */
import { z } from "zod";
import { invalidField } from "#kernel/errors.ts";
import { changedBy, courseIdField, teachesCourse } from "#slices/courses/api.ts";
import { materialUpdated } from "./events.ts";
import { datesOf } from "./materials.ts";
import { publicationOf, sayPublication } from "./publication.ts";
import { materialIdField, publishedAtOnceMax, publishedField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Publishes all of the named materials, or makes them drafts; those that are so already stay as they are. */
export const publishMaterials = operation({
  name: "materials.publishMaterials",
  summary: "Publishes materials of a course, or makes them drafts again, many at once.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    materialIds: z.array(materialIdField).min(1).max(publishedAtOnceMax),
    published: publishedField,
  }),
  output: z.object({
    changedIds: z.array(z.string()).meta({ description: "Those that were not so before." }),
  }),
  policy: teachesCourse,
  async handle({ input, actor, tx, now, emit }) {
    const { courseId, published } = input;
    const ids = [...new Set(input.materialIds)];
    const rows = await tx
      .selectFrom("materials")
      .selectAll()
      .where("id", "in", ids)
      .where("course_id", "=", courseId)
      .where("removed_at", "is", null)
      .execute();
    const missing = ids.find((id) => !rows.some((row) => row.id === id));
    if (missing !== undefined)
      throw invalidField(
        `materialIds.${input.materialIds.indexOf(missing)}`,
        "This course has no such material (any more). Look at the contents again.",
      );
    const changed = rows.filter((row) => (row.published === 1) !== published);
    for (const row of changed) {
      const publication = publicationOf(row, { ...datesOf(row), published, publishAt: null }, now);
      const changes = {
        ...publication.changes,
        version: row.version + 1,
        updated_by: changedBy(actor),
        updated_at: now,
      };
      await tx.updateTable("materials").set(changes).where("id", "=", row.id).execute();
      emit(materialUpdated, { materialId: row.id, courseId });
      sayPublication(emit, row, publication);
    }
    return { changedIds: changed.map((row) => row.id) };
  },
});
