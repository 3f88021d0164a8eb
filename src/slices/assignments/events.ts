/** What has happened to assignments, work and grades, for others to follow. Ids only. */
import { eventType } from "#kernel/event.ts";

type AssignmentFacts = { assignmentId: string; courseId: string };
export const assignmentCreated = eventType<AssignmentFacts>("assignment.created");
export const assignmentUpdated = eventType<AssignmentFacts>("assignment.updated");
/** Students see it from now on: with its creation, or when a draft is published. */
export const assignmentPublished = eventType<AssignmentFacts>("assignment.published");
export const assignmentUnpublished = eventType<AssignmentFacts>("assignment.unpublished");

type SubmissionFacts = AssignmentFacts & { submissionId: string; studentId: string; attempt: number };
export const submissionReceived = eventType<SubmissionFacts>("submission.received");
/** A mark was given, for the first time or another one; the student does not see it before its release. */
export const submissionGraded = eventType<SubmissionFacts>("submission.graded");
export const gradeReleased = eventType<AssignmentFacts & { submissionId: string; studentId: string }>(
  "grade.released",
);
