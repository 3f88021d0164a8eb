/** What has happened to assignments, work and grades, for others to follow. Ids only. */
import { eventType } from "#kernel/event.ts";

type AssignmentFacts = { assignmentId: string; courseId: string };
export const assignmentCreated = eventType<AssignmentFacts>("assignment.created");
export const assignmentUpdated = eventType<AssignmentFacts>("assignment.updated");
/** Students see it from now on: with its creation, or when a draft is published. */
export const assignmentPublished = eventType<AssignmentFacts>("assignment.published");
export const assignmentUnpublished = eventType<AssignmentFacts>("assignment.unpublished");
/** One of its dates has moved; who has an extension may not be concerned. */
export const assignmentDueChanged = eventType<AssignmentFacts>("assignment.due-changed");
/** Somebody was given dates or attempts of their own, or they were changed or taken back. */
export const extensionGranted = eventType<AssignmentFacts & { extensionId: string }>("extension.granted");
export const extensionRevoked = eventType<AssignmentFacts & { extensionId: string }>("extension.revoked");

type SubmissionFacts = AssignmentFacts & { submissionId: string; studentId: string; attempt: number };
/** `studentIds` are all whose work it is: the members of the group, where a group hands in. */
type WorkFacts = SubmissionFacts & { studentIds: string[] };
export const submissionReceived = eventType<WorkFacts>("submission.received");
/** The student took the attempt back; nothing is handed in until the next one. */
export const submissionWithdrawn = eventType<WorkFacts>("submission.withdrawn");
/** A mark was given, for the first time or another one; the student does not see it before its release. */
export const submissionGraded = eventType<SubmissionFacts>("submission.graded");
export const gradeReleased = eventType<AssignmentFacts & { submissionId: string; studentId: string }>(
  "grade.released",
);

type GradeFacts = AssignmentFacts & { submissionId: string; studentId: string };
/** A grade that its student sees is another one now. */
export const gradeChanged = eventType<GradeFacts>("grade.changed");
/** A grade that its student saw is private again. */
export const gradeHidden = eventType<GradeFacts>("grade.hidden");
/** One of two markers has marked work; there is no grade before they agree. */
export const submissionMarked = eventType<AssignmentFacts & { submissionId: string }>("submission.marked");
/** Marks by the rubric have moved to another version of it. */
export const rubricChanged = eventType<AssignmentFacts>("rubric.changed");
export const appealOpened = eventType<GradeFacts & { appealId: string }>("appeal.opened");
export const appealAnswered = eventType<GradeFacts & { appealId: string }>("appeal.answered");
