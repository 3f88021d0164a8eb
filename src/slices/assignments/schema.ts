/** What the assignments slice says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { type FileKindName, fileKinds } from "#kernel/file-kinds.ts";
import { FileReference } from "#kernel/held-blobs.ts";
import { lineField } from "#kernel/line-field.ts";
import { idField, PersonName } from "#slices/courses/api.ts";
import { Appeal, ChosenLevel, FeedbackFile } from "./grading-schema.ts";
import { hasTwoDecimals } from "./points.ts";

export const titleLengthMax = 200;
export const instructionsLengthMax = 20_000;
export const feedbackLengthMax = 10_000;
export const pointsMaxMax = 10_000;
/** Assignments of one course. */
export const assignmentsMax = 1_000;
/** How often one student may hand in for one assignment, whatever it allows; withdrawn attempts count here too. */
export const attemptsMax = 200;
/** Files of one attempt. */
export const filesMax = 20;
export const endingsMax = 30;
export const endingLengthMax = 16;
/** The largest file that a student may hand in; the blob store may allow less. */
export const submissionBytesMax = 2 * 1024 ** 3;
/** Grades that one call releases, so that the command stays small; the answer says how many remain. */
export const releaseMax = 200;
/** The latest instant that a date can name. */
const instantMax = 8_640_000_000_000_000;

export const assignmentIdField = idField("the assignment");
export const submissionIdField = idField("the submission");
export const titleField = lineField(titleLengthMax, "What the assignment is called.");
export const instructionsField = z
  .string()
  .max(instructionsLengthMax)
  .meta({ description: "What is to be done, in plain text or Markdown." });
const instantField = z.int().min(0).max(instantMax).nullable();
export const availableFromField = instantField.meta({
  description:
    "When students see what is to be done and may hand in, milliseconds UTC. Null: once published.",
});
export const dueAtField = instantField.meta({
  description: "When it is due, milliseconds UTC; later work is taken and marked late. Null: never.",
});
export const untilAtField = instantField.meta({
  description: "When it ends, milliseconds UTC: after this nothing is taken. Null: never.",
});
export const publishedField = z.boolean().meta({ description: "Whether students see it and may hand in." });

export const textAnswerLengthMax = 100_000;
export const receiptLengthMax = 20_000;
export const textAnswerField = z
  .string()
  .max(textAnswerLengthMax)
  .meta({ description: "The answer, in plain text or Markdown." });
export const draftVersionField = z.int().min(0).meta({
  description:
    "The version of the draft that you saw, 0 before there is one; refused when it has changed since.",
});
export const extensionReasonLengthMax = 2_000;
export const extraAttemptsMax = 50;
/** People whom a preview of dates names; it counts all. */
export const namesInPreviewMax = 20;
export const extensionIdField = idField("the extension");
export const extensionReasonField = z
  .string()
  .max(extensionReasonLengthMax)
  .meta({ description: "Why, for those who teach the course; the student does not see it." });
export const draftFileIdField = idField("the file in your draft");
export const receiptTextField = z
  .string()
  .min(1)
  .max(receiptLengthMax)
  .meta({ description: "The whole text of the receipt, down to its signature." });

export const pointsField = z
  .number()
  .min(0)
  .max(pointsMaxMax)
  .refine(hasTwoDecimals, "This may have at most two decimals.")
  .meta({ description: "From 0 to the assignment's points, with at most two decimals." });
export const pointsMaxField = z
  .number()
  .min(0)
  .max(pointsMaxMax)
  .refine(hasTwoDecimals, "This may have at most two decimals.")
  .meta({ description: `The most points it gives, up to ${pointsMaxMax}, with at most two decimals.` });
export const feedbackField = z
  .string()
  .max(feedbackLengthMax)
  .meta({ description: "What the student is told, in plain text or Markdown." });

/** What lateness costs: nothing, a percentage for each started day, or one percentage. */
export const LatePolicyKind = z.enum(["none", "per_day", "fixed"]).meta({ id: "LatePolicyKind" });
export type LatePolicyKind = z.output<typeof LatePolicyKind>;
/** Until when work may be replaced by a new attempt. */
export const Resubmission = z.enum(["until_graded", "after_release"]).meta({ id: "Resubmission" });
export type Resubmission = z.output<typeof Resubmission>;
/** Until when work may be taken back. */
export const Withdrawal = z.enum(["never", "until_due", "until_graded"]).meta({ id: "Withdrawal" });
export type Withdrawal = z.output<typeof Withdrawal>;

/** The kinds of files that students hand in. */
export const submissionKinds = Object.keys(fileKinds) as [FileKindName, ...FileKindName[]];
export const SubmissionKind = z.enum(submissionKinds).meta({ id: "SubmissionKind" });

const endingField = z
  .string()
  .max(endingLengthMax)
  .regex(/^[a-z0-9][a-z0-9+_-]*$/, "An ending has small letters and digits, without the dot: py.");
const percentField = (what: string) =>
  z
    .int()
    .min(0)
    .max(100)
    .meta({ description: `${what}, 0 to 100.` });

/** Files of one description. */
export const attachmentsMax = 20;
export const attachmentBytesMax = 512 * 1024 ** 2;

/** A file that belongs to an assignment's description. */
export const Attachment = z
  .object({
    attachmentId: z.string(),
    file: FileReference,
    version: z.int().meta({ description: "1 at first; grows when the file is replaced." }),
    addedAt: z.int().meta({ description: "When this version was added, milliseconds UTC." }),
  })
  .meta({ id: "AssignmentAttachment" });
export type Attachment = z.output<typeof Attachment>;

/** What an assignment asks for. */
const settingsFields = {
  title: titleField,
  instructions: instructionsField,
  pointsMax: pointsMaxField,
  availableFrom: availableFromField,
  dueAt: dueAtField,
  untilAt: untilAtField,
  latePolicy: LatePolicyKind,
  latePercent: percentField("How many percent of the points lateness costs, for each started day or once"),
  lateFloorPercent: percentField("With `per_day`: how many percent of the points stay, however late"),
  acceptedKinds: z.array(SubmissionKind).max(submissionKinds.length).meta({
    description: "The kinds of files that are taken. With no kind and no ending, every kind.",
  }),
  acceptedEndings: z.array(endingField).max(endingsMax).meta({
    description: "Endings of file names that are taken besides, without the dot: py, ipynb.",
  }),
  fileBytesMax: z.int().min(1).max(submissionBytesMax).meta({
    description: "The largest file that is taken, in bytes.",
  }),
  filesMax: z
    .int()
    .min(0)
    .max(filesMax)
    .meta({
      description: `How many files one attempt may have, up to ${filesMax}; 0 where only a text is handed in.`,
    }),
  acceptsText: z.boolean().meta({ description: "Whether a text may be handed in." }),
  attemptsMax: z.int().min(1).max(attemptsMax).nullable().meta({
    description: "How often one may hand in. Null: as often as one likes.",
  }),
  resubmission: Resubmission,
  withdrawal: Withdrawal,
  groupSetId: idField(
    "the set whose groups hand in together; null where each student hands in alone",
  ).nullable(),
  isAnonymous: z.boolean().meta({
    description: "Whether graders do not see whose work it is until its grade is released.",
  }),
} as const;
/** For a new assignment: what is left out is as it is most often. */
export const newSettingsFields = {
  ...settingsFields,
  instructions: settingsFields.instructions.default(""),
  availableFrom: settingsFields.availableFrom.default(null),
  dueAt: settingsFields.dueAt.default(null),
  untilAt: settingsFields.untilAt.default(null),
  latePolicy: LatePolicyKind.default("none"),
  latePercent: settingsFields.latePercent.default(0),
  lateFloorPercent: settingsFields.lateFloorPercent.default(0),
  acceptedKinds: settingsFields.acceptedKinds.default([]),
  acceptedEndings: settingsFields.acceptedEndings.default([]),
  fileBytesMax: settingsFields.fileBytesMax.default(submissionBytesMax),
  filesMax: settingsFields.filesMax.default(1),
  acceptsText: settingsFields.acceptsText.default(false),
  attemptsMax: settingsFields.attemptsMax.default(null),
  resubmission: Resubmission.default("until_graded"),
  withdrawal: Withdrawal.default("until_graded"),
  groupSetId: settingsFields.groupSetId.default(null),
  isAnonymous: settingsFields.isAnonymous.default(false),
} as const;
/** For a change: what is left out stays as it is. */
export const changedSettingsFields = z.object(settingsFields).partial().shape;
export type SettingsInput = z.output<z.ZodObject<typeof settingsFields>>;

export const AssignmentState = z.enum(["draft", "published"]).meta({ id: "AssignmentState" });
export type AssignmentState = z.output<typeof AssignmentState>;

/** Where a student stands with an assignment. */
export const WorkState = z
  .enum(["upcoming", "to_do", "draft", "handed_in", "late", "graded", "missing"])
  .meta({ id: "WorkState" });
export type WorkState = z.output<typeof WorkState>;

/** Which assignments a list shows: by where one stands, or for those who teach by what is to be done. */
export const AssignmentFilter = z
  .enum(["all", "to_do", "handed_in", "graded", "missing", "to_grade", "unpublished"])
  .meta({ id: "AssignmentFilter" });
export const AssignmentSort = z.enum(["due", "newest", "title"]).meta({ id: "AssignmentSort" });

export const MyState = z
  .object({
    state: WorkState,
    dueAt: z.int().nullable().meta({ description: "When it is due for you; milliseconds UTC." }),
    untilAt: z.int().nullable(),
    isOwnDate: z.boolean().meta({ description: "Whether a date is yours, other than everybody's." }),
    hasDraft: z.boolean(),
    receivedAt: z.int().nullable().meta({ description: "When you handed in last; null before." }),
    isLate: z.boolean().meta({ description: "Whether what you handed in is late." }),
  })
  .meta({ id: "MyState" });
export type MyState = z.output<typeof MyState>;

/** The work on an assignment at a glance: students, or groups where groups hand in. */
export const WorkCounts = z
  .object({
    expected: z.int().meta({ description: "Students at present, or groups with somebody in them." }),
    handedIn: z.int(),
    late: z.int().meta({ description: "How many of those came late, by the dates that hold for each." }),
    toGrade: z.int().meta({ description: "How many of those have no mark for the latest attempt." }),
    missing: z.int().meta({ description: "How many have handed in nothing although their date has passed." }),
  })
  .meta({ id: "WorkCounts" });
export type WorkCounts = z.output<typeof WorkCounts>;

export const Assignment = z
  .object({
    assignmentId: z.string(),
    courseId: z.string(),
    title: z.string(),
    instructions: z.string(),
    pointsMax: z.number(),
    dueAt: z.int().nullable().meta({ description: "Milliseconds UTC; null when it is never due." }),
    isPastDue: z.boolean().meta({ description: "Whether work that is handed in now is late." }),
    state: AssignmentState,
    version: z.int(),
    createdAt: z.int().meta({ description: "Milliseconds UTC." }),
    updatedAt: z.int().meta({ description: "Milliseconds UTC." }),
    availableFrom: z
      .int()
      .nullable()
      .meta({ description: "Milliseconds UTC; null when it is once published." }),
    untilAt: z.int().nullable().meta({ description: "Milliseconds UTC; null when it never ends." }),
    latePolicy: LatePolicyKind,
    latePercent: z.int(),
    lateFloorPercent: z.int(),
    acceptedKinds: z.array(SubmissionKind),
    acceptedEndings: z.array(z.string()),
    fileBytesMax: z.int(),
    filesMax: z.int(),
    acceptsText: z.boolean(),
    attemptsMax: z.int().nullable(),
    resubmission: Resubmission,
    withdrawal: Withdrawal,
    groupSetId: z.string().nullable(),
    isAnonymous: z.boolean(),
    timeZone: z.string().meta({ description: "The course's time zone, in which its dates are meant." }),
    mine: MyState.nullable().meta({
      description: "Where you stand with it; null for those who do not hand in, and in answers to changes.",
    }),
    counts: WorkCounts.nullable().meta({
      description: "The work at a glance, for those who teach; null for others, and in answers to changes.",
    }),
    attachments: z.array(Attachment).meta({
      description:
        "The files of its description, where one assignment is asked for; none in lists and in answers to changes.",
    }),
  })
  .meta({ id: "Assignment" });
export type Assignment = z.output<typeof Assignment>;

/** Dates or attempts for one student or group, as those who teach see them. */
export const Extension = z
  .object({
    extensionId: z.string(),
    assignmentId: z.string(),
    studentId: z.string().nullable(),
    groupId: z.string().nullable(),
    name: z.string().meta({ description: "The student's name, or the group's." }),
    dueAt: z.int().nullable().meta({ description: "Milliseconds UTC; null where everybody's date holds." }),
    untilAt: z.int().nullable(),
    extraAttempts: z.int(),
    reason: z.string(),
    version: z.int(),
    updatedBy: PersonName,
    updatedAt: z.int().meta({ description: "Milliseconds UTC." }),
  })
  .meta({ id: "Extension" });
export type Extension = z.output<typeof Extension>;

/** Proof of what was handed in, and when. */
export const SubmissionReceipt = z
  .object({
    submissionId: z.string(),
    assignmentId: z.string(),
    attempt: z.int().meta({ description: "1 for the first time, then counting up." }),
    fileName: z.string().meta({ description: "Of the first file; empty where only a text was handed in." }),
    bytes: z.int(),
    sha256: z
      .string()
      .meta({ description: "SHA-256 of the bytes that were received, to compare with yours." }),
    receivedAt: z.int().meta({ description: "Milliseconds UTC." }),
    late: z.boolean().meta({ description: "Whether it was late by the dates of that moment." }),
    files: z.array(FileReference),
    textSha256: z
      .string()
      .nullable()
      .meta({ description: "SHA-256 of the text in UTF-8; null without one." }),
    receipt: z.string().meta({
      description: "The receipt to keep, signed by the school: `assignments.verifyReceipt` checks it.",
    }),
  })
  .meta({ id: "SubmissionReceipt" });
export type SubmissionReceipt = z.output<typeof SubmissionReceipt>;

export const SubmissionAttempt = z
  .object({
    attempt: z.int(),
    file: FileReference.nullable().meta({
      description: "The first file; null where only a text was handed in.",
    }),
    receivedAt: z.int().meta({ description: "Milliseconds UTC." }),
    late: z.boolean().meta({ description: "Whether it is late by the dates that hold for you now." }),
    files: z.array(FileReference),
    text: z.string().nullable().meta({ description: "The text that was handed in; null without one." }),
    handedInBy: PersonName,
    withdrawnAt: z.int().nullable().meta({ description: "Milliseconds UTC; null unless it was taken back." }),
    receipt: z.string().nullable().meta({
      description: "The signed receipt as it was given; null for attempts from before there were any.",
    }),
  })
  .meta({ id: "SubmissionAttempt" });
export type SubmissionAttempt = z.output<typeof SubmissionAttempt>;

/** What is about to be handed in. */
export const Draft = z
  .object({
    text: z.string(),
    files: z.array(z.object({ fileId: z.string(), file: FileReference }).meta({ id: "DraftFile" })),
    version: z.int().meta({ description: "Grows with every change; 0 before there is a draft." }),
    savedAt: z.int().nullable().meta({ description: "Milliseconds UTC; null before there is a draft." }),
  })
  .meta({ id: "Draft" });
export type Draft = z.output<typeof Draft>;

export const SubmissionWindow = z
  .enum(["upcoming", "open", "late", "closed"])
  .meta({ id: "SubmissionWindow" });

/** What holds for the student who asks, with what they were given for themselves. */
export const MyTerms = z
  .object({
    availableFrom: z.int().nullable(),
    dueAt: z.int().nullable(),
    untilAt: z.int().nullable(),
    isOwnDate: z.boolean().meta({ description: "Whether a date is yours, other than everybody's." }),
    attemptsUsed: z.int(),
    attemptsMax: z.int().nullable().meta({ description: "Null: as often as you like." }),
    window: SubmissionWindow,
    mayHandIn: z.boolean(),
    whyNot: z.string().nullable().meta({ description: "Why you may not hand in; null when you may." }),
    mayWithdraw: z.boolean().meta({ description: "Whether what you handed in may be taken back." }),
    members: z.array(PersonName).meta({ description: "Whom it counts for: you, or your group." }),
  })
  .meta({ id: "MyTerms" });
export type MyTerms = z.output<typeof MyTerms>;

export const Grade = z
  .object({
    points: z.number(),
    pointsMax: z.number(),
    feedback: z.string(),
    attempt: z.int().meta({ description: "Which attempt was graded." }),
    gradedBy: PersonName,
    gradedAt: z.int().meta({ description: "Milliseconds UTC." }),
    releasedAt: z
      .int()
      .nullable()
      .meta({ description: "Milliseconds UTC; null while the student does not see it." }),
    rawPoints: z.number().meta({ description: "What the grader gave, before what lateness costs." }),
    latePercent: z.int().meta({ description: "How many percent of it lateness costs." }),
    lateDueAt: z.int().nullable().meta({
      description:
        "When the work was due for this student, milliseconds UTC; null where lateness costs nothing.",
    }),
    levels: z
      .array(ChosenLevel)
      .meta({ description: "The levels of the rubric; none for a grade by points." }),
    feedbackFiles: z.array(FeedbackFile).meta({ description: "Files that were given back with the work." }),
  })
  .meta({ id: "Grade" });
export type Grade = z.output<typeof Grade>;

/** A student's own work on one assignment. Says nothing of a grade before it is released. */
export const MySubmission = z
  .object({
    submissionId: z.string(),
    assignmentId: z.string(),
    attempts: z.array(SubmissionAttempt).meta({ description: "The latest first." }),
    grade: Grade.nullable().meta({ description: "Null until it is released." }),
    isHandedIn: z
      .boolean()
      .meta({ description: "Whether the latest attempt stands; false once taken back." }),
    appeals: z.array(Appeal).meta({ description: "Your appeals against the grade, the latest first." }),
    appealUntil: z.int().nullable().meta({
      description: "Until when you may appeal against the grade, milliseconds UTC; null where you may not.",
    }),
  })
  .meta({ id: "MySubmission" });
export type MySubmission = z.output<typeof MySubmission>;

/** Where a student stands, as somebody sees it who observes them. */
export const ObservedWork = z
  .object({
    assignmentId: z.string(),
    title: z.string(),
    pointsMax: z.number(),
    state: WorkState,
    dueAt: z.int().nullable().meta({ description: "When it is due for the student; milliseconds UTC." }),
    untilAt: z.int().nullable().meta({ description: "After this nothing is taken; milliseconds UTC." }),
    isOwnDate: z.boolean().meta({ description: "Whether a date is the student’s, other than everybody’s." }),
    receivedAt: z.int().nullable().meta({ description: "When they handed in last; null before." }),
    isLate: z.boolean().meta({ description: "Whether what they handed in is late." }),
    grade: Grade.nullable().meta({ description: "Null until it is released." }),
  })
  .meta({ id: "ObservedWork" });

/** One student's work as those who grade see it. */
export const SubmittedWork = z
  .object({
    submissionId: z.string(),
    studentId: z.string(),
    studentName: z.string(),
    attempt: z.int(),
    file: FileReference.nullable().meta({
      description: "The first file; null where only a text was handed in.",
    }),
    receivedAt: z.int().meta({ description: "Milliseconds UTC." }),
    late: z.boolean(),
    grade: Grade.nullable(),
    version: z
      .int()
      .meta({ description: "Grows with each attempt and each grading; give it when you grade." }),
    files: z.array(FileReference),
    text: z.string().nullable().meta({ description: "The text that was handed in; null without one." }),
    dueAt: z.int().nullable().meta({ description: "When it was due for this student; milliseconds UTC." }),
    groupId: z.string().nullable(),
    members: z.array(PersonName).meta({ description: "Whom it counts for: the student, or the group." }),
  })
  .meta({ id: "SubmittedWork" });
export type SubmittedWork = z.output<typeof SubmittedWork>;

export const SubmittedAssignment = z
  .object({
    assignment: Assignment,
    blobs: z
      .record(z.string(), SubmittedWork)
      .meta({ description: "The latest work of each student, by the student's id." }),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: "SubmittedAssignment" });

/** A line of the grade book. */
export const GradeEntry = z
  .object({
    assignmentId: z.string(),
    assignmentTitle: z.string(),
    submissionId: z.string(),
    studentId: z.string(),
    studentName: z.string(),
    grade: Grade,
  })
  .meta({ id: "GradeEntry" });
export type GradeEntry = z.output<typeof GradeEntry>;
