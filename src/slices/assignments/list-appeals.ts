/** The appeals against grades of an assignment. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { appealsOf } from "./appeal.ts";
import { Appeal } from "./grading-schema.ts";
import { teachesAssignment } from "./policy.ts";
import { assignmentIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists appeals, the longest waiting first; of one state when you name it. */
export const listAppeals = operation({
  name: "assignments.listAppeals",
  summary: "Lists the appeals against grades of an assignment, the longest waiting first.",
  kind: "read",
  input: z.strictObject({
    assignmentId: assignmentIdField,
    state: z.enum(["open", "answered"]).optional(),
    ...pageFields,
  }),
  output: pageOf(Appeal),
  policy: teachesAssignment,
  async handle({ input, db }) {
    let select = db.selectFrom("appeals").selectAll().where("assignment_id", "=", input.assignmentId);
    if (input.state !== undefined) select = select.where("state", "=", input.state);
    const page = await pageById(select, input, "oldest first");
    return { items: await appealsOf(db, page.items), nextCursor: page.nextCursor };
  },
});
