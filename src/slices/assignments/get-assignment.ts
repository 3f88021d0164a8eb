/** One assignment. */
import { z } from "zod";
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
  handle: async ({ input, db, now }) => assignmentOf(await assignmentRow(db, input.assignmentId), now),
});
