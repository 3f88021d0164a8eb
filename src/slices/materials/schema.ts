/** What the materials slice says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { FileReference } from "#kernel/held-blobs.ts";
import { lineField } from "#kernel/line-field.ts";
import { CourseName, idField } from "#slices/courses/api.ts";

export const titleLengthMax = 200;
export const descriptionLengthMax = 4_000;
/** Materials of one course, removed ones included. */
export const materialsMax = 2_000;
/** The largest file that a course takes; the blob store may allow less. */
export const materialBytesMax = 4 * 1024 ** 3;

export const materialIdField = idField("the material");
export const titleField = lineField(titleLengthMax, "What it is called in the course's contents.");
export const descriptionField = z
  .string()
  .max(descriptionLengthMax)
  .meta({ description: "What it is for, in plain text or Markdown." });
export const publishedField = z
  .boolean()
  .meta({ description: "Whether students and observers of the course see it; a draft is for staff." });

export const MaterialState = z.enum(["draft", "published"]).meta({ id: "MaterialState" });
export type MaterialState = z.output<typeof MaterialState>;

export const Material = z
  .object({
    materialId: z.string(),
    courseId: z.string(),
    title: z.string(),
    description: z.string(),
    state: MaterialState,
    order: z.int().meta({ description: "Its place in the contents, ascending." }),
    file: FileReference,
    pages: z.int().nullable().meta({ description: "The number of pages of a PDF; null for other files." }),
    version: z.int(),
    createdAt: z.int().meta({ description: "Milliseconds UTC." }),
    updatedAt: z.int().meta({ description: "Milliseconds UTC." }),
    removedAt: z.int().nullable().meta({
      description: "Milliseconds UTC; null unless it was removed. Only staff see removed materials.",
    }),
  })
  .meta({ id: "Material" });
export type Material = z.output<typeof Material>;

export const CourseContents = z
  .object({
    course: CourseName,
    items: z.array(Material),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "CourseContents" });
