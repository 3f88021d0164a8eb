/** Adding a link to a course. */
import { z } from "zod";
import { courseIdField, teachesCourse } from "#slices/courses/api.ts";
import { requireAddress } from "./link-address.ts";
import { addingRefusals, addMaterial, emptyRevision } from "./new-material.ts";
import { descriptionField, Material, moduleIdField, publishedField, titleField, urlField } from "./schema.ts";
import { operation } from "./tables.ts";
import { shownToStaff } from "./viewing.ts";

/** Adds a link to the end of a module, as a draft unless it is to be published at once. */
export const addLink = operation({
  name: "materials.addLink",
  summary: "Adds a link to a page on the web to a course's contents.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    moduleId: moduleIdField.default(null),
    title: titleField,
    description: descriptionField.default(""),
    url: urlField,
    published: publishedField.default(false),
  }),
  output: Material,
  policy: teachesCourse,
  refusals: addingRefusals,
  async handle(context) {
    const { input, tx, now } = context;
    const content = { ...emptyRevision, url: requireAddress(input.url) };
    return shownToStaff(tx, await addMaterial(context, { ...input, kind: "link", content }), now);
  },
});
