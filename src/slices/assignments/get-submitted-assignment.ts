/** What a course's students have handed in for one assignment. */
import { z } from "zod";
import { pageById, pageFields } from "#kernel/paging.ts";
import { courseTimeZone } from "#slices/courses/api.ts";
import { assignmentOf, assignmentRow } from "./assignments.ts";
import { teachesAssignment } from "./policy.ts";
import { assignmentIdField, SubmittedAssignment } from "./schema.ts";
import { operation } from "./tables.ts";
import { workOf } from "./work.ts";

/** Gives each student's latest work by the student's id, in the order in which they first handed in. */
export const getSubmittedAssignment = operation({
  name: "assignments.getSubmittedAssignment",
  summary: "Gives what each student has handed in for an assignment, with the files.",
  kind: "read",
  returns: "blobs",
  input: z.strictObject({ assignmentId: assignmentIdField, ...pageFields }),
  output: SubmittedAssignment,
  policy: teachesAssignment,
  async handle({ input, db, now }) {
    const assignment = await assignmentRow(db, input.assignmentId);
    const select = db
      .selectFrom("submissions")
      .selectAll()
      .where("assignment_id", "=", input.assignmentId)
      .where("withdrawn_at", "is", null);
    const page = await pageById(select, input, "oldest first");
    const timeZone = await courseTimeZone(db, assignment.course_id);
    const work = await workOf(db, assignment, page.items);
    return {
      assignment: assignmentOf(assignment, { now, timeZone, teaches: true }),
      blobs: Object.fromEntries(work.map((each) => [each.studentId, each])),
      nextCursor: page.nextCursor,
    };
  },
});
