/** Moving a heading, with everything under it, to another place in the outline. */
import { z } from "zod";
import { outlineChanged } from "./events.ts";
import { outlineOf, sectionRow } from "./outline.ts";
import { placeSection } from "./outline-order.ts";
import { changesSection } from "./outline-policy.ts";
import { CourseOutline, idField, sectionIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Moves a section right after another one, or to the front; gives the outline as it then is. */
export const moveSection = operation({
  name: "courses.moveSection",
  summary: "Moves a section and its modules to another place in the outline.",
  kind: "command",
  input: z.strictObject({
    sectionId: sectionIdField,
    afterSectionId: idField("the section that it comes after").nullable(),
  }),
  output: CourseOutline,
  policy: changesSection,
  async handle({ input, tx, emit }) {
    const { course_id: courseId } = await sectionRow(tx, input.sectionId);
    await placeSection(tx, { courseId, sectionId: input.sectionId, after: input.afterSectionId });
    emit(outlineChanged, { courseId });
    return outlineOf(tx, courseId, { drafts: true });
  },
});
