/** What the materials slice says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { documentFormats } from "#engines/inspector/port.ts";
import { FileReference } from "#kernel/held-blobs.ts";
import { lineField } from "#kernel/line-field.ts";
import { CourseName, idField, PersonName } from "#slices/courses/api.ts";

export const titleLengthMax = 200;
export const descriptionLengthMax = 4_000;
/** Materials of one course, removed ones included. */
export const materialsMax = 2_000;
/** Materials and assignments in one module, and in the general contents of a course. */
export const moduleItemsMax = 500;
/** The largest file that a course takes; the blob store may allow less. */
export const materialBytesMax = 4 * 1024 ** 3;
/** Revisions of one material that are kept; the oldest goes when one more is made. */
export const revisionsMax = 50;
export const urlLengthMax = 2_000;
export const pageTextLengthMax = 200_000;
export const pageImagesMax = 200;
export const pageImageBytesMax = 20 * 1024 ** 2;
export const captionsMax = 20;
export const captionBytesMax = 1024 ** 2;
export const prerequisitesMax = 10;
export const releaseGroupsMax = 20;
/** Materials that one call publishes, takes back or moves. */
export const publishedAtOnceMax = 100;
export const revisionNoteLengthMax = 200;
/** The latest instant that a date may name: the end of the year 9999. */
export const instantMax = 253_402_300_799_999;

export const materialIdField = idField("the material");
export const moduleIdField = z
  .string()
  .max(64)
  .nullable()
  .meta({ description: "The id of a module of this course; null for the course's general contents." });
export const titleField = lineField(titleLengthMax, "What it is called in the course's contents.");
export const descriptionField = z
  .string()
  .max(descriptionLengthMax)
  .meta({ description: "What it is for, in plain text or Markdown." });
export const publishedField = z
  .boolean()
  .meta({ description: "Whether students and observers of the course see it; a draft is for staff." });
export const revisionField = z
  .int()
  .min(1)
  .max(1_000_000)
  .meta({ description: "A revision of the material that is kept; the current one when it is left out." });
export const revisionNoteField = z
  .string()
  .max(revisionNoteLengthMax)
  .regex(/^\P{Cc}*$/u, "This must be one line, without control characters.")
  .meta({ description: "What is new in it, in one line; may be empty." });
export const asPersonField = z
  .string()
  .min(1)
  .max(64)
  .optional()
  .meta({ description: "For those who teach: a student of the course, to see what that student sees." });
export const urlField = z
  .string()
  .min(1)
  .max(urlLengthMax)
  .meta({ description: "An address that begins with https://." });
export const pageTextField = z
  .string()
  .max(pageTextLengthMax, `A page has at most ${pageTextLengthMax} characters. Split it into several pages.`)
  .meta({ description: "The page, in Markdown. `![what it shows](image:ID)` shows an image of the page." });
export const instantField = (what: string) =>
  z
    .int()
    .min(0)
    .max(instantMax)
    .nullable()
    .meta({ description: `${what} Milliseconds UTC; null for none.` });

export const MaterialState = z.enum(["draft", "scheduled", "published"]).meta({ id: "MaterialState" });
export type MaterialState = z.output<typeof MaterialState>;
export const MaterialKind = z.enum(["file", "link", "page"]).meta({ id: "MaterialKind" });
export const PrerequisiteKind = z.enum(["material", "assignment"]).meta({ id: "PrerequisiteKind" });

/** Something that comes before: a material that must be read, or an assignment that must be handed in. */
export const Prerequisite = z
  .object({
    kind: PrerequisiteKind,
    id: z.string().min(1).max(64),
  })
  .meta({ id: "Prerequisite" });

export const MaterialLock = z
  .object({
    kind: z.enum(["from", "until", "after_material", "after_assignment", "group"]),
    at: z.int().nullable().meta({ description: "For `from` and `until`: the date. Milliseconds UTC." }),
    materialId: z.string().nullable(),
    materialTitle: z
      .string()
      .nullable()
      .meta({ description: "What must be read first; null where that is a draft." }),
    assignmentId: z.string().nullable(),
    groupIds: z.array(z.string()).meta({ description: "It is for these groups only." }),
    reason: z.string().meta({ description: "The reason as a sentence, with what unlocks it." }),
  })
  .meta({ id: "MaterialLock" });
export type MaterialLock = z.output<typeof MaterialLock>;

export const MaterialRelease = z
  .object({
    publishAt: z.int().nullable().meta({ description: "When the draft publishes itself. Milliseconds UTC." }),
    availableFrom: z.int().nullable().meta({ description: "Locked before. Milliseconds UTC." }),
    availableUntil: z.int().nullable().meta({ description: "Locked from then on. Milliseconds UTC." }),
    after: z.array(Prerequisite).meta({ description: "All of these come first." }),
    groupIds: z.array(z.string()).meta({ description: "Open to these groups only; empty for everybody." }),
  })
  .meta({ id: "MaterialRelease" });
export type MaterialRelease = z.output<typeof MaterialRelease>;

export const Caption = z
  .object({
    captionId: z.string(),
    language: z.string().meta({ description: "As in BCP 47: en, pt-BR." }),
    label: z.string(),
    bytes: z.int(),
  })
  .meta({ id: "Caption" });
export type Caption = z.output<typeof Caption>;

/** What somebody has read of a material. */
export const Reading = z
  .object({
    revision: z.int().meta({ description: "The revision that was opened last." }),
    place: z
      .int()
      .nullable()
      .meta({ description: "Where the reader was: a page, or the second of a recording." }),
    openedAt: z.int().meta({ description: "Milliseconds UTC." }),
    readAt: z.int().nullable().meta({ description: "Milliseconds UTC; null while it is not read." }),
  })
  .meta({ id: "Reading" });
export type Reading = z.output<typeof Reading>;

export const Material = z
  .object({
    materialId: z.string(),
    courseId: z.string(),
    moduleId: z.string().nullable().meta({ description: "Null for the general contents of the course." }),
    kind: MaterialKind,
    title: z.string(),
    description: z.string(),
    state: MaterialState,
    order: z.int().meta({ description: "Its place in its module, ascending." }),
    file: FileReference.nullable().meta({
      description: "The file; null for links and pages, and while the material is locked for you.",
    }),
    url: z.string().nullable().meta({ description: "The address of a link; null otherwise." }),
    pages: z.int().nullable().meta({ description: "The number of pages of a PDF; null for other files." }),
    revision: z.int().meta({ description: "The revision that this answer is about." }),
    latestRevision: z.int(),
    captions: z.array(Caption),
    locks: z
      .array(MaterialLock)
      .meta({ description: "Why you cannot open it yet or any more; empty when you can." }),
    release: MaterialRelease.nullable().meta({ description: "The rules of its release; null for students." }),
    myReading: Reading.nullable().meta({ description: "What you have read of it; null before you open it." }),
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

export const MaterialRevision = z
  .object({
    revision: z.int(),
    isCurrent: z.boolean(),
    file: FileReference.nullable(),
    url: z.string().nullable(),
    pages: z.int().nullable(),
    note: z.string(),
    madeBy: PersonName,
    madeAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "MaterialRevision" });

export const PageImage = z.object({ imageId: z.string(), file: FileReference }).meta({ id: "PageImage" });

export const PageText = z
  .object({
    materialId: z.string(),
    revision: z.int(),
    text: z.string(),
    images: z.array(PageImage),
  })
  .meta({ id: "PageText" });

export const MaterialDocument = z
  .object({
    materialId: z.string(),
    revision: z.int(),
    format: z.enum(documentFormats),
    state: z.enum(["waiting", "ready", "failed"]).meta({
      description: "`waiting` for a moment after the upload; `failed` where it could not be read.",
    }),
    problem: z.string().nullable().meta({ description: "Why it could not be read." }),
    isCut: z.boolean().meta({ description: "Whether something was left out: long sheets, unusual images." }),
    html: FileReference.nullable().meta({ description: "What is in it, once it is ready." }),
  })
  .meta({ id: "MaterialDocument" });

export const PageDraft = z
  .object({
    materialId: z.string(),
    baseRevision: z.int().meta({ description: "The revision that you began from." }),
    text: z.string(),
    savedAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "PageDraft" });

export const PlacedAssignment = z
  .object({
    assignmentId: z.string(),
    moduleId: z.string().nullable().meta({ description: "Null for the general contents of the course." }),
    order: z.int().meta({ description: "Its place in the module, among the materials; ascending." }),
    placed: z.boolean().meta({ description: "False once it is taken out of the contents." }),
  })
  .meta({ id: "PlacedAssignment" });

/** A student of the course, with what they have read of one material or of all. */
export const ReaderProgress = z
  .object({
    personId: z.string(),
    name: z.string(),
    openedAt: z.int().nullable().meta({ description: "When it was opened last; null for never." }),
    readAt: z.int().nullable().meta({ description: "Null while it is not read." }),
    place: z.int().nullable(),
  })
  .meta({ id: "ReaderProgress" });
