/** What the progress slice says on the wire: its nouns and every limit on them. */
import { z } from "zod";
import { WorkState } from "#slices/assignments/api.ts";
import { CourseName, idField, PersonName } from "#slices/courses/api.ts";
import { MaterialLock } from "#slices/materials/api.ts";

export const studentIdField = idField("the student");

/** Items of each list of Today. */
export const dueMax = 60;
export const newsMax = 30;
export const recentMax = 3;
export const waitingMax = 20;

/** Students of one page of an observer's home; each takes a few queries. */
export const observedPageMax = 20;
/** So long a grade is new to an observer. */
export const newGradesMs = 14 * 86_400_000;

/** So long one visit lasts, however often the page is opened in it: what was new at its beginning stays new. */
export const visitMs = 4 * 3_600_000;
/** What is older is not news, however long somebody was away. */
export const newsMsMax = 30 * 86_400_000;
/** How far back news go for somebody who was never here. */
export const firstNewsMs = 14 * 86_400_000;

export const DueBucket = z.enum(["overdue", "today", "week", "later", "undated"]).meta({
  id: "DueBucket",
  description:
    "When something is due on your own clock; `week`: within the six days after today; `undated`: never.",
});
export type DueBucket = z.output<typeof DueBucket>;

const instant = (what: string) => z.int().meta({ description: `${what}; milliseconds UTC.` });
const CourseMark = {
  courseId: z.string(),
  courseCode: z.string(),
};

export const DueItem = z
  .object({
    ...CourseMark,
    assignmentId: z.string(),
    title: z.string(),
    bucket: DueBucket,
    state: WorkState,
    isDone: z.boolean().meta({ description: "Whether you have handed in." }),
    dueAt: instant("When it is due for you").nullable(),
    untilAt: instant("After this nothing is taken").nullable(),
    isOwnDate: z.boolean().meta({ description: "Whether you were given another date than everybody." }),
    timeZone: z.string().meta({ description: "The course's clock." }),
  })
  .meta({ id: "DueItem" });
export type DueItem = z.output<typeof DueItem>;

export const NewsItem = z
  .object({
    ...CourseMark,
    kind: z.enum(["material", "announcement", "grade", "answer"]),
    subjectId: z.string().meta({
      description: "The material's id, the announcement's, the assignment's, or the query's.",
    }),
    title: z.string(),
    at: instant("When it came"),
  })
  .meta({ id: "NewsItem" });
export type NewsItem = z.output<typeof NewsItem>;

export const OpenReading = z
  .object({
    ...CourseMark,
    materialId: z.string(),
    title: z.string(),
    place: z
      .int()
      .nullable()
      .meta({ description: "Where you were: the page, or the second of a recording." }),
    pages: z.int().nullable().meta({ description: "How many pages there are; null where there are none." }),
    openedAt: instant("When you opened it last"),
  })
  .meta({ id: "OpenReading" });

export const WaitingGrading = z
  .object({
    ...CourseMark,
    assignmentId: z.string(),
    title: z.string(),
    toGrade: z.int().meta({ description: "Pieces of work without a mark." }),
    toRelease: z.int().meta({
      description: "Marks that their students do not see yet; 0 for those who may not release them.",
    }),
    waitingSince: instant("Since when the oldest waits"),
  })
  .meta({ id: "WaitingGrading" });

export const WaitingQuestion = z
  .object({
    ...CourseMark,
    queryId: z.string(),
    title: z.string(),
    waitingSince: instant("Since when it waits"),
  })
  .meta({ id: "WaitingQuestion" });

export const Today = z
  .object({
    studies: z.boolean().meta({ description: "Whether you study in any course." }),
    teaches: z.boolean().meta({ description: "Whether you teach any." }),
    timeZone: z.string().meta({ description: "Your own clock, by which days are told apart." }),
    now: instant("The moment of this answer"),
    due: z.array(DueItem),
    news: z.array(NewsItem).meta({ description: "What came since your last visit, the latest first." }),
    newsSince: instant("Since when news are shown"),
    recordsVisit: z.boolean().meta({
      description: "Whether this is a new visit, which `recordVisit` is to keep.",
    }),
    reading: z.array(OpenReading).meta({ description: "What you have begun to read, the latest first." }),
    grading: z.array(WaitingGrading).meta({ description: "For those who teach; the longest waiting first." }),
    queries: z
      .array(WaitingQuestion)
      .meta({ description: "For those who teach; the longest waiting first." }),
  })
  .meta({ id: "Today" });

export const ProgressItem = z
  .object({
    kind: z.enum(["material", "assignment"]),
    id: z.string(),
    title: z.string(),
    state: z.enum([
      "unread",
      "opened",
      "read",
      "locked",
      "upcoming",
      "to_do",
      "draft",
      "handed_in",
      "late",
      "graded",
      "missing",
      "excused",
    ]),
    isDone: z.boolean(),
    isCounted: z.boolean().meta({
      description: "Whether it is part of the percentage: what is for others, over or excused is not.",
    }),
    locks: z.array(MaterialLock).meta({ description: "What keeps the student out, each with its reason." }),
    dueAt: instant("When it is due for the student").nullable(),
    place: z.int().nullable().meta({ description: "Where they were in it: a page, or a second." }),
  })
  .meta({ id: "ProgressItem" });
export type ProgressItem = z.output<typeof ProgressItem>;

export const ProgressModule = z
  .object({
    moduleId: z.string().nullable().meta({ description: "Null for what stands in no module." }),
    title: z.string(),
    section: z.string().nullable().meta({ description: "The heading that it stands under." }),
    items: z.array(ProgressItem),
  })
  .meta({ id: "ProgressModule" });

export const ProgressCount = z
  .object({
    read: z.int(),
    materials: z.int().meta({ description: "Materials that count." }),
    handedIn: z.int(),
    assignments: z.int().meta({ description: "Assignments that count." }),
    percent: z.int().nullable().meta({
      description: "What is read and handed in, of what counts, each item as one; null where nothing counts.",
    }),
  })
  .meta({ id: "ProgressCount" });
export type ProgressCount = z.output<typeof ProgressCount>;

export const NextStep = z
  .object({
    why: z.enum(["overdue", "due_soon", "go_on", "read", "hand_in"]),
    item: ProgressItem,
  })
  .meta({ id: "NextStep" });
export type NextStep = z.output<typeof NextStep>;

export const CourseProgress = z
  .object({
    course: CourseName,
    student: PersonName,
    timeZone: z.string().meta({ description: "The course's clock." }),
    count: ProgressCount,
    next: NextStep.nullable().meta({ description: "Null when there is nothing to do at present." }),
    modules: z.array(ProgressModule),
    unnamed: z.int().meta({
      description: "Assignments that are graded without names: left out for everybody but the student.",
    }),
  })
  .meta({ id: "CourseProgress" });

export const BehindReason = z
  .object({
    kind: z.enum(["missing", "inactive", "reading", "late"]),
    count: z.int().nullable().meta({
      description:
        "`missing`, `late`: how many; `inactive`: days since anything, null for never; `reading`: how many are read.",
    }),
    of: z.int().nullable().meta({
      description: "`missing`: how many were due; `reading`: what half of the class has read at least.",
    }),
  })
  .meta({ id: "BehindReason" });
export type BehindReason = z.output<typeof BehindReason>;

export const StudentProgress = z
  .object({
    student: PersonName,
    count: ProgressCount,
    late: z.int(),
    missing: z.int().meta({ description: "Not handed in although the date that holds for them has passed." }),
    lastActiveAt: instant("When they last opened something, handed in or asked").nullable(),
    totalPercent: z
      .number()
      .nullable()
      .meta({ description: "As in the gradebook; null while nothing counts." }),
    reasons: z
      .array(BehindReason)
      .meta({ description: "Why they have fallen behind; empty when they have not." }),
  })
  .meta({ id: "StudentProgress" });
export type StudentProgress = z.output<typeof StudentProgress>;

export const ProgressFilter = z
  .enum(["all", "behind", "missing", "inactive"])
  .meta({ id: "ProgressFilter", description: "Whom to list." });
export type ProgressFilter = z.output<typeof ProgressFilter>;

export const ProgressSort = z
  .enum(["behind", "name", "read", "handed_in", "missing", "late", "active", "total"])
  .meta({ id: "ProgressSort", description: "The most pressing first, or by name." });
export type ProgressSort = z.output<typeof ProgressSort>;

export const ObservedStudent = z
  .object({
    linkId: z.string(),
    student: PersonName,
    courses: z.int().meta({ description: "Courses that they study in at present." }),
    due: z.int().meta({ description: "What is due today or within six days, and not handed in." }),
    overdue: z.int().meta({ description: "What was due and is not handed in." }),
    newGrades: z.int().meta({ description: "Grades that were released within two weeks." }),
  })
  .meta({ id: "ObservedStudent" });

export const ObservedCourse = z
  .object({ courseId: z.string(), code: z.string(), title: z.string(), isArchived: z.boolean() })
  .meta({ id: "ObservedCourse" });

export const ObservedStudentNow = z
  .object({
    student: PersonName,
    timeZone: z.string().meta({ description: "Your own clock, by which days are told apart." }),
    courses: z.array(ObservedCourse).meta({ description: "The courses in which they study." }),
    due: z.array(DueItem).meta({ description: "The most pressing first." }),
    newGrades: z
      .array(NewsItem)
      .meta({ description: "Grades that were released within two weeks, the latest first." }),
  })
  .meta({ id: "ObservedStudentNow" });
