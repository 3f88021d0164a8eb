/** Assignments in the life of a person: their work and its marks go; what they set and marked for others stays, by nobody. */
import { personLifeFor } from "#kernel/person-life.ts";
import { eraseAttempt, eraseDraftFile, eraseSubmission } from "./erase-person.ts";
import { appealsSection, draftFilesSection, gradesSection, submissionsSection } from "./export-person.ts";
import { gradingPersonTables } from "./grading-person.ts";
import { conflictsInAssignments, mergeInAssignments } from "./merge-person.ts";
import type { AssignmentsTables } from "./tables.ts";

export const assignmentsPerson = personLifeFor<AssignmentsTables>()({
  merge: mergeInAssignments,
  mergeConflicts: conflictsInAssignments,
  tables: {
    assignments: { key: ["id"], authored: ["created_by", "updated_by"] },
    assignment_attachments: "nobody",
    assignment_attachment_versions: { key: ["attachment_id", "version"], authored: ["added_by"] },
    assignment_extensions: {
      key: ["id"],
      theirs: ["owner_key"],
      authored: ["updated_by"],
      shown: "Extensions",
      unique: [["assignment_id", "owner_key"]],
    },
    submission_drafts: {
      key: ["assignment_id", "owner_key"],
      theirs: ["owner_key"],
      authored: ["updated_by"],
      shown: "Drafts of work",
    },
    submission_draft_files: {
      key: ["id"],
      theirs: ["owner_key"],
      authored: ["added_by"],
      shown: { by: draftFilesSection.name },
      erase: eraseDraftFile,
    },
    submissions: {
      key: ["id"],
      theirs: ["student_id"],
      authored: ["updated_by"],
      shown: { by: submissionsSection.name },
      erase: eraseSubmission,
    },
    submission_attempts: {
      key: ["submission_id", "attempt"],
      theirs: ["handed_in_by"],
      shown: { by: submissionsSection.name },
      erase: eraseAttempt,
    },
    submission_files: "nobody",
    submission_members: {
      key: ["submission_id", "attempt", "student_id"],
      theirs: ["student_id"],
      shown: { by: submissionsSection.name },
    },
    moved_attempts: "nobody",
    grades: {
      key: ["submission_id", "student_id"],
      theirs: ["student_id"],
      authored: ["graded_by"],
      shown: { by: gradesSection.name },
    },
    ...gradingPersonTables,
  },
  sections: [submissionsSection, gradesSection, appealsSection, draftFilesSection],
});
