/** Assignments and students' work for tests, made in a built course through the operations. */
import type { JsonObject } from "#base/json.ts";
import type { BuiltCourse, Persona } from "../courses/fixtures.ts";
import { sendFile } from "../materials/fixtures.ts";
import type { Assignment, Extension, SubmissionReceipt, SubmittedWork } from "./schema.ts";

/** An assignment of the built course: published, ten points, due in a day, unless said otherwise. */
export function buildAssignment(
  { test, people, course }: BuiltCourse,
  {
    title = "Measure a shadow",
    pointsMax = 10,
    published = true,
    dueInMs = (24 * 3_600_000) as number | null,
    courseId = course.courseId,
  } = {},
): Promise<Assignment> {
  const dueAt = dueInMs === null ? null : test.clock.now() + dueInMs;
  const instructions = "At noon, with a stick.";
  const input = { courseId, title, instructions, pointsMax, dueAt, published };
  return test.must<Assignment>(people.instructor.token, "assignments.createAssignment", input);
}

/** Work of a student on an assignment; handed in once more with every call. */
export async function buildSubmission(
  built: BuiltCourse,
  { assignmentId }: Assignment,
  { as = "student" as Persona, fileName = "shadow.md", text = "# My shadow\n\nIt was short.\n" } = {},
): Promise<SubmissionReceipt> {
  const person = built.people[as];
  const uploadId = await sendFile(built, person, fileName, Buffer.from(text));
  return built.test.must<SubmissionReceipt>(person.token, "assignments.submitAssignment", {
    assignmentId,
    uploadId,
  });
}

/** A mark for a piece of work, given by the assistant at version 1 unless said otherwise. */
export function buildGrade(
  { test, people }: BuiltCourse,
  { submissionId }: SubmissionReceipt,
  { points = 8.5, feedback = "Measure twice.", version = 1 } = {},
): Promise<SubmittedWork> {
  const input = { submissionId, points, feedback, version };
  return test.must<SubmittedWork>(people.assistant.token, "assignments.gradeSubmission", input);
}

/** An extension of the student's, given by the assistant. */
export function buildExtension(
  { test, people }: BuiltCourse,
  { assignmentId }: Assignment,
  given: object = { extraAttempts: 1 },
): Promise<Extension> {
  const input = { assignmentId, studentId: people.student.id, reason: "Ill.", ...given };
  return test.must<Extension>(people.assistant.token, "assignments.grantExtension", input);
}

export interface BuiltAssignment {
  readonly built: BuiltCourse;
  readonly assignment: Assignment;
  /** The student's work on it. */
  readonly submission: SubmissionReceipt;
  /** An extension of the student's, where there is one. */
  readonly extensionId?: string;
}

/** A valid input of each operation, for the authorization matrix; uploads are decided before they are looked at. */
export const matrixInputs = {
  "assignments.createAssignment": ({ built }) => ({
    courseId: built.course.courseId,
    title: "Measure the Moon",
    pointsMax: 5,
  }),
  "assignments.updateAssignment": ({ assignment }) => ({
    assignmentId: assignment.assignmentId,
    version: assignment.version,
    title: "Measure the Moon",
  }),
  "assignments.listAssignments": ({ built }) => ({ courseId: built.course.courseId }),
  "assignments.getAssignment": ({ assignment }) => ({ assignmentId: assignment.assignmentId }),
  "assignments.submitAssignment": ({ assignment }) => ({
    assignmentId: assignment.assignmentId,
    uploadId: "an-upload",
  }),
  "assignments.previewDates": ({ assignment }) => ({ assignmentId: assignment.assignmentId }),
  "assignments.grantExtension": ({ built, assignment }) => ({
    assignmentId: assignment.assignmentId,
    studentId: built.people.student.id,
    extraAttempts: 1,
  }),
  "assignments.revokeExtension": ({ extensionId }) => ({ extensionId: extensionId ?? "none", version: 1 }),
  "assignments.listExtensions": ({ assignment }) => ({ assignmentId: assignment.assignmentId }),
  "assignments.saveDraft": ({ assignment }) => ({
    assignmentId: assignment.assignmentId,
    text: "It was short.",
    version: 0,
  }),
  "assignments.addDraftFile": ({ assignment }) => ({
    assignmentId: assignment.assignmentId,
    uploadId: "an-upload",
  }),
  "assignments.removeDraftFile": ({ assignment }) => ({
    assignmentId: assignment.assignmentId,
    fileId: "a-file",
  }),
  "assignments.downloadDraftFile": ({ assignment }) => ({
    assignmentId: assignment.assignmentId,
    fileId: "a-file",
  }),
  "assignments.submitDraft": ({ assignment }) => ({ assignmentId: assignment.assignmentId, version: 0 }),
  "assignments.withdrawSubmission": ({ assignment }) => ({
    assignmentId: assignment.assignmentId,
    attempt: 1,
  }),
  "assignments.verifyReceipt": ({ submission }) => ({ receipt: submission.receipt }),
  "assignments.getMySubmission": ({ assignment }) => ({ assignmentId: assignment.assignmentId }),
  "assignments.getSubmittedAssignment": ({ assignment }) => ({ assignmentId: assignment.assignmentId }),
  "assignments.downloadSubmission": ({ submission }) => ({ submissionId: submission.submissionId }),
  "assignments.gradeSubmission": ({ submission }) => ({
    submissionId: submission.submissionId,
    points: 8.5,
    feedback: "Measure twice.",
    version: 1,
  }),
  "assignments.releaseGrades": ({ assignment }) => ({ assignmentId: assignment.assignmentId }),
  "assignments.getGrades": ({ built }) => ({ courseId: built.course.courseId }),
} as const satisfies Readonly<Record<string, (fixtures: BuiltAssignment) => JsonObject>>;
