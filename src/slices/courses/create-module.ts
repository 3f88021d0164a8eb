/** A new module in a course's outline. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { outlineChanged } from "./events.ts";
import { cleanLine } from "./keys.ts";
import { moduleOfRow } from "./outline.ts";
import { lastModulePosition, requireSection } from "./outline-order.ts";
import { teachesCourse } from "./policy.ts";
import {
  CourseModule,
  courseIdField,
  idField,
  modulesMax,
  moduleTitleField,
  publishedField,
  summaryField,
} from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Adds a module at the end of a section, or in front of the first one. */
export const createModule = operation({
  name: "courses.createModule",
  summary: "Adds a module to a course's outline, at the end of a section.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    sectionId: idField("the section that it stands under; absent for none").nullable().default(null),
    title: moduleTitleField,
    summary: summaryField.default(""),
    published: publishedField.default(true),
  }),
  output: CourseModule,
  policy: teachesCourse,
  refusals: { outline_full: "failed_precondition" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const { courseId, sectionId } = input;
    if (sectionId !== null) await requireSection(tx, courseId, sectionId);
    const { count } = await tx
      .selectFrom("course_modules")
      .select((each) => each.fn.countAll<number>().as("count"))
      .where("course_id", "=", courseId)
      .executeTakeFirstOrThrow();
    if (Number(count) >= modulesMax)
      throw new Refusal("outline_full", `A course has at most ${modulesMax} modules, removed ones included.`);
    const row = {
      id: newId(),
      course_id: courseId,
      section_id: sectionId,
      title: cleanLine(input.title),
      summary: input.summary,
      published: input.published ? 1 : 0,
      position: (await lastModulePosition(tx, courseId, sectionId)) + 1,
      version: 1,
      updated_by: changedBy(actor),
      updated_at: now,
      removed_at: null,
    } as const;
    await tx.insertInto("course_modules").values(row).execute();
    emit(outlineChanged, { courseId });
    return moduleOfRow(row);
  },
});
