/** What the assignments slice says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { FileReference } from "#kernel/held-blobs.ts";
import { lineField } from "#kernel/line-field.ts";
import { idField, PersonName } from "#slices/courses/api.ts";
import { hasTwoDecimals } from "./points.ts";

export const titleLengthMax = 200;
export const instructionsLengthMax = 20_000;
export const feedbackLengthMax = 10_000;
export const pointsMaxMax = 10_000;
/** Assignments of one course. */
export const assignmentsMax = 1_000;
/** How often one student may hand in for one assignment. */
export const attemptsMax = 50;
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
export const dueAtField = z.int().min(0).max(instantMax).nullable().meta({
  description: "When it is due, milliseconds UTC; later work is taken and marked late. Null: never.",
});
export const publishedField = z.boolean().meta({ description: "Whether students see it and may hand in." });

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

export const AssignmentState = z.enum(["draft", "published"]).meta({ id: "AssignmentState" });
export type AssignmentState = z.output<typeof AssignmentState>;

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
  })
  .meta({ id: "Assignment" });
export type Assignment = z.output<typeof Assignment>;

/** Proof of what was handed in, and when. */
export const SubmissionReceipt = z
  .object({
    submissionId: z.string(),
    assignmentId: z.string(),
    attempt: z.int().meta({ description: "1 for the first time, then counting up." }),
    fileName: z.string(),
    bytes: z.int(),
    sha256: z
      .string()
      .meta({ description: "SHA-256 of the bytes that were received, to compare with yours." }),
    receivedAt: z.int().meta({ description: "Milliseconds UTC." }),
    late: z.boolean(),
  })
  .meta({ id: "SubmissionReceipt" });
export type SubmissionReceipt = z.output<typeof SubmissionReceipt>;

export const SubmissionAttempt = z
  .object({
    attempt: z.int(),
    file: FileReference,
    receivedAt: z.int().meta({ description: "Milliseconds UTC." }),
    late: z.boolean(),
  })
  .meta({ id: "SubmissionAttempt" });
export type SubmissionAttempt = z.output<typeof SubmissionAttempt>;

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
  })
  .meta({ id: "MySubmission" });
export type MySubmission = z.output<typeof MySubmission>;

/** One student's work as those who grade see it. */
export const SubmittedWork = z
  .object({
    submissionId: z.string(),
    studentId: z.string(),
    studentName: z.string(),
    attempt: z.int(),
    file: FileReference,
    receivedAt: z.int().meta({ description: "Milliseconds UTC." }),
    late: z.boolean(),
    grade: Grade.nullable(),
    version: z
      .int()
      .meta({ description: "Grows with each attempt and each grading; give it when you grade." }),
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
