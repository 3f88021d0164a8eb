/** Table of contents of assignments: what students are asked to do, what they hand in, and what it was worth. */
import type { Slice } from "#kernel/slice.ts";
import { addAssignmentAttachment } from "./add-assignment-attachment.ts";
import { addDraftFile } from "./add-draft-file.ts";
import { addFeedbackFile } from "./add-feedback-file.ts";
import { agreeGrade } from "./agree-grade.ts";
import { answerAppeal } from "./answer-appeal.ts";
import { applyRubric } from "./apply-rubric.ts";
import { copyRubric } from "./copy-rubric.ts";
import { assignmentsLife } from "./course-life.ts";
import { createAssignment } from "./create-assignment.ts";
import { discardRubric } from "./discard-rubric.ts";
import { downloadAssignmentAttachment } from "./download-assignment-attachment.ts";
import { downloadDraftFile } from "./download-draft-file.ts";
import { downloadFeedbackFile } from "./download-feedback-file.ts";
import { downloadSubmission } from "./download-submission.ts";
import { downloadSubmissions } from "./download-submissions.ts";
import { getAssignment } from "./get-assignment.ts";
import { getGradeHistory } from "./get-grade-history.ts";
import { getGradeRelease } from "./get-grade-release.ts";
import { getGrades } from "./get-grades.ts";
import { getGrading } from "./get-grading.ts";
import { getMySubmission } from "./get-my-submission.ts";
import { getRubric } from "./get-rubric.ts";
import { getSubmission } from "./get-submission.ts";
import { getSubmittedAssignment } from "./get-submitted-assignment.ts";
import { gradeSubmission } from "./grade-submission.ts";
import { grantExtension } from "./grant-extension.ts";
import { hideGrades } from "./hide-grades.ts";
import { listAppeals } from "./list-appeals.ts";
import { listAssignments } from "./list-assignments.ts";
import { listExtensions } from "./list-extensions.ts";
import { listGradingComments } from "./list-grading-comments.ts";
import { listObservedWork } from "./list-observed-work.ts";
import { listSubmissions } from "./list-submissions.ts";
import { assignments } from "./migrations/0001-assignments.ts";
import { settingAndHandingIn } from "./migrations/0002-setting-and-handing-in.ts";
import { grading } from "./migrations/0003-grading.ts";
import { movedAttempts } from "./migrations/0004-moved-attempts.ts";
import { openAppeal } from "./open-appeal.ts";
import { assignmentsPerson } from "./person-life.ts";
import { previewDates } from "./preview-dates.ts";
import { previewRubric } from "./preview-rubric.ts";
import { releaseJob } from "./release.ts";
import { releaseGrades } from "./release-grades.ts";
import { removeAssignmentAttachment } from "./remove-assignment-attachment.ts";
import { removeDraftFile } from "./remove-draft-file.ts";
import { removeFeedbackFile } from "./remove-feedback-file.ts";
import { removeGradingComment } from "./remove-grading-comment.ts";
import { reopenAppeal } from "./reopen-appeal.ts";
import { replaceAssignmentAttachment } from "./replace-assignment-attachment.ts";
import { revokeExtension } from "./revoke-extension.ts";
import { applyRubricJob } from "./rubric-job.ts";
import { saveDraft } from "./save-draft.ts";
import { saveGradingComment } from "./save-grading-comment.ts";
import { setRubric } from "./set-rubric.ts";
import { showNames } from "./show-names.ts";
import { submitAssignment } from "./submit-assignment.ts";
import { submitDraft } from "./submit-draft.ts";
import { assignmentsTables } from "./tables.ts";
import { assignmentsThings } from "./things.ts";
import { updateAssignment } from "./update-assignment.ts";
import { updateGrading } from "./update-grading.ts";
import { verifyReceipt } from "./verify-receipt.ts";
import { withdrawSubmission } from "./withdraw-submission.ts";

export const assignmentsSlice = {
  name: "assignments",
  grpcService: "AssignmentsService",
  summary: "Assignments, the work that students hand in, and its grades.",
  operations: [
    createAssignment,
    updateAssignment,
    listAssignments,
    getAssignment,
    submitAssignment,
    saveDraft,
    addDraftFile,
    removeDraftFile,
    downloadDraftFile,
    submitDraft,
    withdrawSubmission,
    verifyReceipt,
    previewDates,
    grantExtension,
    revokeExtension,
    listExtensions,
    getMySubmission,
    getSubmittedAssignment,
    downloadSubmission,
    gradeSubmission,
    releaseGrades,
    getGrades,
    setRubric,
    copyRubric,
    getRubric,
    previewRubric,
    applyRubric,
    discardRubric,
    agreeGrade,
    getGradeHistory,
    hideGrades,
    getGradeRelease,
    updateGrading,
    getGrading,
    showNames,
    openAppeal,
    answerAppeal,
    reopenAppeal,
    listAppeals,
    addFeedbackFile,
    removeFeedbackFile,
    downloadFeedbackFile,
    saveGradingComment,
    listGradingComments,
    removeGradingComment,
    listSubmissions,
    listObservedWork,
    getSubmission,
    downloadSubmissions,
    addAssignmentAttachment,
    replaceAssignmentAttachment,
    removeAssignmentAttachment,
    downloadAssignmentAttachment,
  ],
  migrations: [assignments, settingAndHandingIn, grading, movedAttempts],
  tables: assignmentsTables,
  things: assignmentsThings,
  jobs: [applyRubricJob, releaseJob],
  course: assignmentsLife,
  person: assignmentsPerson,
} as const satisfies Slice;
