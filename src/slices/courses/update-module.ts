/** Changing what a module is called, and whether students see it. */
import { z } from "zod";
import { outlineChanged } from "./events.ts";
import { cleanLine } from "./keys.ts";
import { moduleOfRow, moduleRow } from "./outline.ts";
import { requirePresent } from "./outline-order.ts";
import { changesModule } from "./outline-policy.ts";
import {
  CourseModule,
  moduleIdField,
  moduleTitleField,
  publishedField,
  summaryField,
  versionField,
} from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy, requireVersion } from "./versions.ts";

/** Changes the fields that are given; refuses when somebody else has changed the module meanwhile. */
export const updateModule = operation({
  name: "courses.updateModule",
  summary: "Renames a module, describes it, publishes it or makes it a draft.",
  kind: "command",
  input: z.strictObject({
    moduleId: moduleIdField,
    version: versionField("the module"),
    title: moduleTitleField.optional(),
    summary: summaryField.optional(),
    published: publishedField.optional(),
  }),
  output: CourseModule,
  policy: changesModule,
  refusals: { stale_version: "conflict", module_removed: "failed_precondition" },
  async handle({ input, actor, tx, now, emit }) {
    const row = await moduleRow(tx, input.moduleId);
    requirePresent(row);
    await requireVersion(tx, "the module", row, input.version);
    const isPublished = input.published ?? row.published === 1;
    const changes = {
      title: cleanLine(input.title ?? row.title),
      summary: input.summary ?? row.summary,
      published: isPublished ? 1 : 0,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    } as const;
    await tx.updateTable("course_modules").set(changes).where("id", "=", row.id).execute();
    emit(outlineChanged, { courseId: row.course_id });
    return moduleOfRow({ ...row, ...changes });
  },
});
