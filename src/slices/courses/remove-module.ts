/** Taking a module out of the outline, so that it can be brought back. */
import { z } from "zod";
import { outlineChanged } from "./events.ts";
import { moduleOfRow, moduleRow } from "./outline.ts";
import { changesModule } from "./outline-policy.ts";
import { CourseModule, moduleIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Removes a module; what stands in it goes out of students' sight with it. Twice is harmless. */
export const removeModule = operation({
  name: "courses.removeModule",
  summary: "Removes a module and what stands in it from students' sight; it can be restored.",
  kind: "command",
  input: z.strictObject({ moduleId: moduleIdField }),
  output: CourseModule,
  policy: changesModule,
  async handle({ input, actor, tx, now, emit }) {
    const row = await moduleRow(tx, input.moduleId);
    if (row.removed_at !== null) return moduleOfRow(row);
    const changes = {
      removed_at: now,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await tx.updateTable("course_modules").set(changes).where("id", "=", row.id).execute();
    emit(outlineChanged, { courseId: row.course_id });
    return moduleOfRow({ ...row, ...changes });
  },
});
