/** Gradebooks in the life of a person: a student's marks go with them; what they set as a teacher stays, by nobody. */
import { personLifeFor } from "#kernel/person-life.ts";
import { cellsSection } from "./export-person.ts";
import { conflictsInGradebooks, mergeInGradebooks } from "./merge-person.ts";
import type { GradesTables } from "./tables.ts";

export const gradesPerson = personLifeFor<GradesTables>()({
  merge: mergeInGradebooks,
  mergeConflicts: conflictsInGradebooks,
  tables: {
    grading_schemes: { key: ["course_id"], authored: ["updated_by"] },
    grade_categories: "nobody",
    grade_columns: "nobody",
    grade_cells: {
      key: ["column_id", "student_id"],
      theirs: ["student_id"],
      shown: { by: cellsSection.name },
    },
    grade_cell_changes: {
      key: ["id"],
      theirs: ["student_id"],
      authored: ["changed_by"],
      shown: { never: "how those who teach came to a mark; the mark itself is there once it is posted" },
    },
    grade_imports: { key: ["id"], authored: ["made_by", "applied_by"] },
    grade_import_cells: {
      key: ["import_id", "position"],
      theirs: ["student_id"],
      authored: ["here_by"],
      named: ["student_label"],
      shown: { never: "previews of files of marks, gone after 30 days; what came of them is in the marks" },
    },
  },
  sections: [cellsSection],
});
