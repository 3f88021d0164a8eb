/** What the tables of grading hold of people. */
import type { PersonTable } from "#kernel/person-life.ts";
import type { GradingTables } from "./grading-tables.ts";

export const gradingPersonTables: {
  readonly [Table in keyof GradingTables]: PersonTable<GradingTables[Table]>;
} = {
  rubrics: { key: ["assignment_id", "version"], authored: ["made_by"] },
  assignment_grading: { key: ["assignment_id"], authored: ["names_shown_by", "updated_by"] },
  assignment_markers: {
    key: ["assignment_id", "place", "marker_id"],
    theirs: ["marker_id"],
    shown: "Named as marker",
  },
  marks: { key: ["submission_id", "place"], authored: ["marker_id"] },
  grade_changes: {
    key: ["id"],
    theirs: ["student_id"],
    authored: ["changed_by"],
    shown: { never: "how graders came to a mark; the mark itself is there once it is released" },
  },
  grade_releases: { key: ["id"], authored: ["made_by"] },
  appeals: {
    key: ["id"],
    theirs: ["student_id"],
    authored: ["answered_by", "updated_by"],
    shown: { by: "appeals" },
  },
  feedback_files: { key: ["id"], authored: ["added_by"] },
  grading_comments: { key: ["id"], theirs: ["owner_id"], shown: "Comments kept for grading" },
};
