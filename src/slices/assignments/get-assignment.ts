/** One assignment. */
import { z } from "zod";
import { courseTimeZone, loadStanding, teaches } from "#slices/courses/api.ts";
import { assignmentOf, assignmentRow } from "./assignments.ts";
import { seesAssignment } from "./policy.ts";
import { Assignment, assignmentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Gives an assignment with its instructions to those who see it. */
export const getAssignment = operation({
  name: "assignments.getAssignment",
  summary: "Gives an assignment with its instructions.",
  kind: "read",
  input: z.strictObject({ assignmentId: assignmentIdField }),
  output: Assignment,
  policy: seesAssignment,
  async handle({ input, actor, db, now }) {
    const row = await assignmentRow(db, input.assignmentId);
    const standing = await loadStanding(db, actor, row.course_id);
    const timeZone = await courseTimeZone(db, row.course_id);
    return assignmentOf(row, { now, timeZone, teaches: teaches(standing) });
  },
});
