/** Bringing a removed module back. */
import { z } from "zod";
import { outlineChanged } from "./events.ts";
import { moduleOfRow, moduleRow } from "./outline.ts";
import { lastModulePosition } from "./outline-order.ts";
import { changesModule } from "./outline-policy.ts";
import { CourseModule, moduleIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Restores a module at the end of its section, or of the outline's top when that is gone. Twice is harmless. */
export const restoreModule = operation({
  name: "courses.restoreModule",
  summary: "Brings a removed module back, with what stands in it.",
  kind: "command",
  input: z.strictObject({ moduleId: moduleIdField }),
  output: CourseModule,
  policy: changesModule,
  async handle({ input, actor, tx, now, emit }) {
    const row = await moduleRow(tx, input.moduleId);
    if (row.removed_at === null) return moduleOfRow(row);
    const changes = {
      position: (await lastModulePosition(tx, row.course_id, row.section_id)) + 1,
      removed_at: null,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await tx.updateTable("course_modules").set(changes).where("id", "=", row.id).execute();
    emit(outlineChanged, { courseId: row.course_id });
    return moduleOfRow({ ...row, ...changes });
  },
});
