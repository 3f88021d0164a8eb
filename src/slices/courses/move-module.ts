/** Moving a module to another place in the outline. */
import { z } from "zod";
import { outlineChanged } from "./events.ts";
import { moduleRow, outlineOf } from "./outline.ts";
import { placeModule, requirePresent, requireSection } from "./outline-order.ts";
import { changesModule } from "./outline-policy.ts";
import { CourseOutline, idField, moduleIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Moves a module under a section, right after another module or to the front; gives the outline as it then is. */
export const moveModule = operation({
  name: "courses.moveModule",
  summary: "Moves a module, within its section or under another one.",
  kind: "command",
  input: z.strictObject({
    moduleId: moduleIdField,
    sectionId: idField("the section that it comes to stand under; null for none").nullable(),
    afterModuleId: idField("the module that it comes after; null to come first").nullable(),
  }),
  output: CourseOutline,
  policy: changesModule,
  refusals: { module_removed: "failed_precondition" },
  async handle({ input, tx, emit }) {
    const { moduleId, sectionId, afterModuleId } = input;
    const row = await moduleRow(tx, moduleId);
    requirePresent(row);
    const courseId = row.course_id;
    if (sectionId !== null) await requireSection(tx, courseId, sectionId);
    await placeModule(tx, { courseId, moduleId, sectionId, after: afterModuleId });
    await tx
      .updateTable("course_modules")
      .set({ section_id: sectionId })
      .where("id", "=", moduleId)
      .execute();
    emit(outlineChanged, { courseId });
    return outlineOf(tx, courseId, { drafts: true });
  },
});
