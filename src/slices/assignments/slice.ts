/** Table of contents of assignments: what students are asked to do, what they hand in, and what it was worth. */
import type { Slice } from "#kernel/slice.ts";
import { addDraftFile } from "./add-draft-file.ts";
import { assignmentsLife } from "./course-life.ts";
import { createAssignment } from "./create-assignment.ts";
import { downloadDraftFile } from "./download-draft-file.ts";
import { downloadSubmission } from "./download-submission.ts";
import { getAssignment } from "./get-assignment.ts";
import { getGrades } from "./get-grades.ts";
import { getMySubmission } from "./get-my-submission.ts";
import { getSubmittedAssignment } from "./get-submitted-assignment.ts";
import { gradeSubmission } from "./grade-submission.ts";
import { listAssignments } from "./list-assignments.ts";
import { assignments } from "./migrations/0001-assignments.ts";
import { settingAndHandingIn } from "./migrations/0002-setting-and-handing-in.ts";
import { releaseGrades } from "./release-grades.ts";
import { removeDraftFile } from "./remove-draft-file.ts";
import { saveDraft } from "./save-draft.ts";
import { submitAssignment } from "./submit-assignment.ts";
import { submitDraft } from "./submit-draft.ts";
import { assignmentsTables } from "./tables.ts";
import { updateAssignment } from "./update-assignment.ts";
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
    getMySubmission,
    getSubmittedAssignment,
    downloadSubmission,
    gradeSubmission,
    releaseGrades,
    getGrades,
  ],
  migrations: [assignments, settingAndHandingIn],
  tables: assignmentsTables,
  course: assignmentsLife,
} as const satisfies Slice;
