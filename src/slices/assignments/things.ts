/** What assignments and the work for them are called, and what may be done with them. */
import { tablesOf } from "#engines/store/port.ts";
import type { ThingKind } from "#kernel/things.ts";
import { pseudonymKeyOf } from "./pseudonyms.ts";
import type { AssignmentsTables } from "./tables.ts";

const ofAssignment = ({ id }: { readonly id: string }) => ({ assignmentId: id });
const ofSubmission = ({ id }: { readonly id: string }) => ({ submissionId: id });

export const assignmentsThings: readonly ThingKind[] = [
  {
    kind: "assignment",
    acts: [
      { act: "see", operation: "assignments.getAssignment", input: ofAssignment },
      {
        act: "hand_in",
        operation: "assignments.submitDraft",
        input: ({ id }) => ({ assignmentId: id, version: 0 }),
      },
      { act: "submissions", operation: "assignments.listSubmissions", input: ofAssignment },
      { act: "release", operation: "assignments.releaseGrades", input: ofAssignment },
      {
        act: "change",
        operation: "assignments.updateAssignment",
        input: ({ id }) => ({ assignmentId: id, version: 1 }),
      },
    ],
    async named(database, ids) {
      const rows = await tablesOf<AssignmentsTables>(database)
        .selectFrom("assignments")
        .select(["id", "title", "course_id"])
        .where("id", "in", ids)
        .execute();
      return new Map(rows.map(({ id, title, course_id }) => [id, { title, courseId: course_id }]));
    },
  },
  {
    kind: "submission",
    acts: [
      { act: "see", operation: "assignments.downloadSubmission", input: ofSubmission },
      {
        act: "own_grade",
        operation: "assignments.openAppeal",
        input: ({ id }) => ({ submissionId: id, reason: "-" }),
      },
      {
        act: "grade",
        operation: "assignments.gradeSubmission",
        input: ({ id }) => ({ submissionId: id, version: 1 }),
      },
    ],
    /** By its assignment: whose it is may be hidden. */
    async named(database, ids) {
      const rows = await tablesOf<AssignmentsTables>(database)
        .selectFrom("submissions")
        .innerJoin("assignments", "assignments.id", "submissions.assignment_id")
        .select(["submissions.id as id", "assignments.title as title", "submissions.course_id as course_id"])
        .where("submissions.id", "in", ids)
        .execute();
      return new Map(rows.map(({ id, title, course_id }) => [id, { title, courseId: course_id }]));
    },
    async hidesOwner(database, id) {
      const db = tablesOf<AssignmentsTables>(database);
      const row = await db
        .selectFrom("submissions")
        .select("assignment_id")
        .where("id", "=", id)
        .executeTakeFirst();
      return row !== undefined && (await pseudonymKeyOf(db, row.assignment_id)) !== null;
    },
  },
];
