/** One assignment. */
import { z } from "zod";
import { personOf } from "#kernel/policy.ts";
import { courseTimeZone, loadStanding, studies, teaches } from "#slices/courses/api.ts";
import { assignmentOf, assignmentRow } from "./assignments.ts";
import { attachmentsOf } from "./attachments.ts";
import { seesAssignment } from "./policy.ts";
import { Assignment, assignmentIdField } from "./schema.ts";
import { operation } from "./tables.ts";
import { countsOf, statesOf } from "./work-states.ts";

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
    const isTeacher = teaches(standing);
    const isOpen = row.available_from === null || now >= row.available_from;
    const facts = { courseId: row.course_id, now };
    const states = studies(standing)
      ? await statesOf(db, [row], { ...facts, personId: personOf(actor).personId })
      : null;
    const counts = isTeacher ? await countsOf(db, row.course_id, [row], now) : null;
    return {
      ...assignmentOf(row, { now, timeZone, teaches: isTeacher }),
      mine: states?.get(row.id) ?? null,
      counts: counts?.get(row.id) ?? null,
      attachments: isTeacher || isOpen ? await attachmentsOf(db, row.id) : [],
    };
  },
});
