/** What the courses slice says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { copyChoices } from "#kernel/course-life.ts";
import { lineField } from "#kernel/line-field.ts";

export const codeLengthMax = 32;
export const termLengthMax = 40;
export const titleLengthMax = 200;
export const summaryLengthMax = 4_000;
/** What a list of members is searched for. */
export const searchLengthMax = 200;
/** Active enrolments of one course. */
export const enrolmentsMax = 5_000;
/** How long a course in the trash can be restored. */
export const trashMsMax = 30 * 24 * 3_600_000;
/** How far a copy may move dates: some ten years. */
export const shiftDaysMax = 3_660;
/** Copies that one person may have under way. */
export const copiesOpenMax = 10;
/** Dates that a preview shows. */
export const datesShownMax = 1_000;
/** After so long a copy that has not come to its end is given up. */
export const copyMsMax = 24 * 3_600_000;
/** How long the record of a copy is kept after its end. */
export const copyRecordsMsMax = 30 * 24 * 3_600_000;
/** Terms of a school. */
export const termsMax = 200;
/** Courses that go along when their term is renamed, in one command. */
export const renamedCoursesMax = 400;
/** What the files of a course may take where the school has said nothing else: 20 GB. */
export const courseBytesDefault = 20_000_000_000;
/** The most that a limit may be set to: a petabyte. */
export const courseBytesMax = 1_000_000_000_000_000;
/** Sections of one course. */
export const sectionsMax = 100;
/** Modules of one course, removed ones included. */
export const modulesMax = 400;
/** Wrong join codes that one person may try within `joinAttemptsWindowMs`. */
export const joinAttemptsMax = 20;
export const joinAttemptsWindowMs = 10 * 60_000;

export const courseRoles = ["instructor", "teaching_assistant", "student", "observer"] as const;
/** What somebody is in one course. An observer sees the course's contents, and nothing that people hand in or ask. */
export const CourseRole = z.enum(courseRoles).meta({ id: "CourseRole" });
export type CourseRole = z.output<typeof CourseRole>;

/** How an enrolment came about. */
export const EnrolmentOrigin = z
  .enum(["creator", "join_code", "instructor", "admin", "link", "import"])
  .meta({ id: "EnrolmentOrigin" });
export type EnrolmentOrigin = z.output<typeof EnrolmentOrigin>;

export const idField = (what: string) =>
  z
    .string()
    .min(1)
    .max(64)
    .meta({ description: `The id of ${what}.` });
export const courseIdField = idField("the course");
export const sectionIdField = idField("the section");
export const moduleIdField = idField("the module");
export const versionField = (what: string) =>
  z
    .int()
    .min(1)
    .meta({ description: `The version of ${what} that you saw; refused when it has changed since.` });

export const codeField = lineField(codeLengthMax, "The course's code, unique in its term: ASTRO-101.");
export const termField = lineField(termLengthMax, "The term, as the school calls it: Autumn 2026.");
export const titleField = lineField(titleLengthMax, "The course's title.");
export const summaryField = z
  .string()
  .max(summaryLengthMax)
  .meta({ description: "What the course is about, in plain text or Markdown." });

export const sectionTitleField = lineField(titleLengthMax, "The heading, in one line.");
export const moduleTitleField = lineField(titleLengthMax, "What the module is called: Week 1, Light.");
export const publishedField = z
  .boolean()
  .meta({ description: "Whether students and observers of the course see it; a draft is for staff." });

const OutlineState = z.enum(["draft", "published"]).meta({ id: "OutlineState" });

const moduleShape = {
  moduleId: z.string(),
  courseId: z.string(),
  sectionId: z.string().nullable().meta({ description: "The heading that it stands under; null for none." }),
  title: z.string(),
  summary: z.string(),
  state: OutlineState,
  version: z.int(),
  removedAt: z.int().nullable().meta({ description: "Milliseconds UTC; null unless it was removed." }),
};
export const CourseModule = z.object(moduleShape).meta({ id: "CourseModule" });
export type CourseModule = z.output<typeof CourseModule>;

const sectionShape = {
  sectionId: z.string(),
  courseId: z.string(),
  title: z.string(),
  state: OutlineState,
  version: z.int(),
};
export const CourseSection = z.object(sectionShape).meta({ id: "CourseSection" });
export type CourseSection = z.output<typeof CourseSection>;

export const CourseOutline = z
  .object({
    courseId: z.string(),
    modules: z
      .array(CourseModule)
      .meta({ description: "Those that stand under no heading; they come first." }),
    sections: z.array(
      z.object({ ...sectionShape, modules: z.array(CourseModule) }).meta({ id: "CourseOutlineSection" }),
    ),
  })
  .meta({ id: "CourseOutline" });
export type CourseOutline = z.output<typeof CourseOutline>;

/** Where a course stands: seen by those who teach it, by all in it, or closed to changes. */
export const CourseState = z.enum(["draft", "published", "archived"]).meta({ id: "CourseState" });
export type CourseState = z.output<typeof CourseState>;

export const copyStates = ["waiting", "running", "done", "failed"] as const;
export const CopyState = z.enum(copyStates).meta({ id: "CopyState" });
export type CopyState = z.output<typeof CopyState>;

export const Course = z
  .object({
    courseId: z.string(),
    code: z.string(),
    term: z.string(),
    title: z.string(),
    summary: z.string(),
    myRole: CourseRole.nullable().meta({
      description:
        "What you are in this course with this session; null for an admin of the school who is not enrolled.",
    }),
    mayTeach: z.boolean().meta({ description: "Whether you may add materials, grade and answer here." }),
    mayManage: z.boolean().meta({ description: "Whether you may change the course and who is in it." }),
    joinCode: z.string().nullable().meta({
      description:
        "What students type to join; null while it is off, and for those who do not manage the course.",
    }),
    version: z.int(),
    createdAt: z.int().meta({ description: "Milliseconds UTC." }),
    updatedAt: z.int().meta({ description: "Milliseconds UTC." }),
    timeZone: z.string().meta({ description: "The time zone that the course goes by, like Europe/Vienna." }),
    state: CourseState.meta({
      description: "A draft is seen by those who teach it; in an archived course nothing can be changed.",
    }),
  })
  .meta({ id: "Course" });
export type Course = z.output<typeof Course>;

/** A course as other nouns name it. */
export const CourseName = z
  .object({ courseId: z.string(), code: z.string(), term: z.string(), title: z.string() })
  .meta({ id: "CourseName" });
export type CourseName = z.output<typeof CourseName>;

/** What a copy is made from, and how; of its preview and of itself. */
export const copyFields = {
  courseId: courseIdField,
  shiftDays: z
    .int()
    .min(-shiftDaysMax)
    .max(shiftDaysMax)
    .default(0)
    .meta({ description: "By how many days every date moves, on the clock of the course." }),
  keepWeekdays: z
    .boolean()
    .default(true)
    .meta({ description: "Moves by the nearest number of whole weeks instead, so that a Friday stays one." }),
  choices: z
    .array(z.enum(copyChoices).meta({ id: "CopyChoice" }))
    .max(copyChoices.length)
    .default(["outline", "materials", "assignments"])
    .meta({ description: "What goes along. People and their work never do." }),
};

export const CourseCopy = z
  .object({
    copyId: z.string(),
    source: CourseName.nullable().meta({ description: "Null once it was deleted for good." }),
    course: CourseName.nullable().meta({ description: "The new course; null where it did not come to be." }),
    choices: z.array(z.enum(copyChoices).meta({ id: "CopyChoice" })),
    shiftDays: z.int(),
    state: CopyState,
    done: z.int().meta({ description: "Items that have been copied." }),
    total: z.int().nullable().meta({ description: "Items that there are; null until they have been read." }),
    reason: z.string().nullable().meta({ description: "Why it failed; null otherwise." }),
    askedAt: z.int().meta({ description: "Milliseconds UTC." }),
    endedAt: z.int().nullable().meta({ description: "Milliseconds UTC; null while it is under way." }),
  })
  .meta({ id: "CourseCopy" });
export type CourseCopy = z.output<typeof CourseCopy>;

export const CourseCopyPreview = z
  .object({
    timeZone: z.string(),
    shiftDays: z.int().meta({ description: "By how many days dates would move, after rounding to weeks." }),
    counts: z.array(
      z
        .object({ choice: z.enum(copyChoices).meta({ id: "CopyChoice" }), items: z.int() })
        .meta({ id: "CopyCount" }),
    ),
    dates: z.array(
      z
        .object({
          title: z.string().meta({ description: "What the date belongs to." }),
          field: z.string().meta({ description: "Which date of it: due_at." }),
          at: z.int().meta({ description: "As it is, in milliseconds UTC." }),
          newAt: z.int().meta({ description: "As it would be." }),
        })
        .meta({ id: "CopiedDate" }),
    ),
    datesTotal: z.int().meta({ description: `All dates; the first ${datesShownMax} are shown.` }),
  })
  .meta({ id: "CourseCopyPreview" });

/** A day as terms name it. */
export const dayField = (what: string) =>
  z.iso.date("This must be a day, like 2026-09-01.").meta({ description: `${what}, like 2026-09-01.` });

export const bytesMaxField = z.int().min(0).max(courseBytesMax);

export const Term = z
  .object({
    termId: z.string(),
    name: z.string(),
    firstDay: z.string(),
    lastDay: z.string(),
    isCurrent: z.boolean(),
    courses: z.int().meta({ description: "How many courses are in it." }),
    version: z.int(),
  })
  .meta({ id: "Term" });
export type Term = z.output<typeof Term>;

export const UnlistedTerm = z.object({ name: z.string(), courses: z.int() }).meta({ id: "UnlistedTerm" });

export const CourseStorage = z
  .object({
    courseId: z.string(),
    bytes: z.int().meta({ description: "Files that those who teach put in; the limit is for these." }),
    handedInBytes: z
      .int()
      .meta({ description: "Files that students handed in; never refused for lack of room." }),
    bytesMax: z.int(),
    bytesLeft: z.int(),
    isOwnLimit: z.boolean().meta({ description: "Whether the limit is the course's own, not the school's." }),
  })
  .meta({ id: "CourseStorage" });
export type CourseStorage = z.output<typeof CourseStorage>;

export const CourseStorageEntry = z
  .object({ course: CourseName, isInTrash: z.boolean(), storage: CourseStorage })
  .meta({ id: "CourseStorageEntry" });

export const TrashedCourse = z
  .object({
    courseId: z.string(),
    code: z.string(),
    term: z.string(),
    title: z.string(),
    trashedAt: z.int().meta({ description: "Milliseconds UTC." }),
    trashedBy: z.string().meta({ description: "The name of who threw it away." }),
    deletedAt: z.int().meta({ description: "When it will be deleted for good, in milliseconds UTC." }),
  })
  .meta({ id: "TrashedCourse" });

/** A person as courses show them to each other. */
export const PersonName = z.object({ personId: z.string(), name: z.string() }).meta({ id: "PersonName" });
export type PersonName = z.output<typeof PersonName>;

export const Enrolment = z
  .object({
    enrolmentId: z.string(),
    courseId: z.string(),
    personId: z.string(),
    name: z.string(),
    email: z.string(),
    role: CourseRole,
    origin: EnrolmentOrigin,
    originLabel: z.string().nullable().meta({
      description: "What the link was for, or what the imported file was called; null for other origins.",
    }),
    active: z.boolean().meta({ description: "Whether the person's account in the school is open." }),
    hasJoined: z.boolean().meta({ description: "Whether they have ever signed in." }),
    since: z.int().meta({ description: "Milliseconds UTC." }),
    endedAt: z
      .int()
      .nullable()
      .meta({ description: "Milliseconds UTC; null while the enrolment is active. What was done is kept." }),
  })
  .meta({ id: "Enrolment" });
export type Enrolment = z.output<typeof Enrolment>;
