/** Courses in the life of a person: being in them is theirs; what they made for others stays, by nobody. */
import { personLifeFor } from "#kernel/person-life.ts";
import { eraseRosterRow } from "./erase-roster-row.ts";
import { enrolmentsSection, groupsSection } from "./export-person.ts";
import { conflictsInCourses, mergeInCourses } from "./merge-person.ts";
import type { CoursesTables } from "./tables.ts";

export const coursesPerson = personLifeFor<CoursesTables>()({
  merge: mergeInCourses,
  mergeConflicts: conflictsInCourses,
  tables: {
    courses: { key: ["id"], authored: ["created_by", "updated_by", "archived_by", "trashed_by"] },
    enrolments: {
      key: ["id"],
      theirs: ["person_id"],
      authored: ["ended_by"],
      shown: { by: enrolmentsSection.name },
      unique: [["person_id", "course_id"]],
    },
    announcements: { key: ["id"], authored: ["posted_by", "updated_by"] },
    announcement_reads: {
      key: ["announcement_id", "person_id"],
      theirs: ["person_id"],
      shown: "Announcements that were read",
    },
    announcement_files: { key: ["id"], authored: ["added_by"] },
    course_sections: { key: ["id"], authored: ["updated_by"] },
    course_modules: { key: ["id"], authored: ["updated_by"] },
    group_sets: { key: ["id"], authored: ["updated_by"] },
    course_groups: "nobody",
    group_members: {
      key: ["group_set_id", "person_id"],
      theirs: ["person_id"],
      shown: { by: groupsSection.name },
    },
    former_group_members: {
      key: ["id"],
      theirs: ["person_id"],
      authored: ["ended_by"],
      shown: "Groups that were left",
    },
    terms: { key: ["id"], authored: ["updated_by"] },
    course_defaults: "nobody",
    course_copies: { key: ["id"], authored: ["asked_by"] },
    course_links: { key: ["id"], authored: ["made_by", "revoked_by"] },
    roster_imports: { key: ["id"], authored: ["made_by", "applied_by"] },
    roster_import_rows: {
      key: ["import_id", "position"],
      theirs: ["person_id"],
      named: ["name", "email"],
      shown: "Lines of imported files",
      erase: eraseRosterRow,
    },
    course_roster: {
      key: ["course_id", "person_id"],
      theirs: ["person_id"],
      shown: "What the last import said",
    },
  },
  sections: [enrolmentsSection, groupsSection],
});
