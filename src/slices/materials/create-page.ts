/** Writing a page in Lyceum itself. */
import { z } from "zod";
import { courseIdField, teachesCourse } from "#slices/courses/api.ts";
import { addingRefusals, addMaterial, emptyRevision } from "./new-material.ts";
import {
  descriptionField,
  Material,
  moduleIdField,
  pageTextField,
  publishedField,
  titleField,
} from "./schema.ts";
import { operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

/** Adds a page to the end of a module, empty or with a first text. */
export const createPage = operation({
  name: "materials.createPage",
  summary: "Adds a page, written in Markdown, to a course's contents.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    moduleId: moduleIdField.default(null),
    title: titleField,
    description: descriptionField.default(""),
    text: pageTextField.default(""),
    published: publishedField.default(false),
  }),
  output: Material,
  policy: teachesCourse,
  refusals: addingRefusals,
  async handle(context) {
    const { input, tx, now } = context;
    const row = await addMaterial(context, { ...input, kind: "page", content: emptyRevision });
    await tx
      .insertInto("material_page_texts")
      .values({ material_id: row.id, revision: 1, text: input.text })
      .execute();
    return shownToStaff(tx, row, now);
  },
});
