/** Giving one student or group dates and attempts of their own. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { present } from "#base/assert.ts";
import { invalidField, Refusal } from "#kernel/errors.ts";
import { changedBy, groupsByIds, idField } from "#slices/courses/api.ts";
import { assignmentRow } from "./assignments.ts";
import { effectiveDates, requireConsistentDates } from "./dates.ts";
import { extensionGranted } from "./events.ts";
import { datesOf, extensionOf } from "./extensions.ts";
import { extensionsAsSeen } from "./list-extensions.ts";
import { teachesAssignment } from "./policy.ts";
import { pseudonymKeyOf, pseudonymOf } from "./pseudonyms.ts";
import {
  assignmentIdField,
  dueAtField,
  Extension,
  extensionReasonField,
  extraAttemptsMax,
  untilAtField,
} from "./schema.ts";
import { type AssignmentsTable, type AssignmentsTables, operation } from "./tables.ts";
import { studentsOf } from "./work-states.ts";

/**
 * Gives a student, or a group where groups hand in, a later date or more attempts; what they had before is replaced. The
 * student sees the date as theirs, and not the reason.
 */
export const grantExtension = operation({
  name: "assignments.grantExtension",
  summary: "Gives a student or group a date or attempts of their own.",
  kind: "command",
  input: z.strictObject({
    assignmentId: assignmentIdField,
    studentId: idField("the student; absent where groups hand in").optional(),
    groupId: idField("the group, where groups hand in").optional(),
    dueAt: dueAtField.default(null).meta({ description: "When it is due for them; null: as for everybody." }),
    untilAt: untilAtField.default(null).meta({
      description: "When it ends for them; null: as for everybody, but not before their due date.",
    }),
    extraAttempts: z.int().min(0).max(extraAttemptsMax).default(0).meta({
      description:
        "How many attempts they have beyond everybody's; they may be used after a released grade too.",
    }),
    reason: extensionReasonField.default(""),
    version: z.int().min(0).default(0).meta({
      description: "The version of the extension that they have already; 0 when they have none.",
    }),
  }),
  output: Extension,
  policy: teachesAssignment,
  refusals: { stale_version: "conflict" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const assignment = await assignmentRow(tx, input.assignmentId);
    const ownerKey = await requireOwner(tx, assignment, input);
    const given = { dueAt: input.dueAt, untilAt: input.untilAt, extraAttempts: input.extraAttempts };
    if (given.dueAt === null && given.untilAt === null && given.extraAttempts === 0)
      throw invalidField("dueAt", "Give a date or attempts: this would change nothing.");
    requireConsistentDates(effectiveDates(datesOf(assignment, undefined), given));
    const before = await extensionOf(tx, assignment.id, ownerKey);
    if ((before?.version ?? 0) !== input.version)
      throw new Refusal(
        "stale_version",
        "Somebody else changed this extension meanwhile. Look at it again; nothing was saved.",
      );
    const changes = {
      due_at: given.dueAt,
      until_at: given.untilAt,
      extra_attempts: given.extraAttempts,
      reason: input.reason,
      version: input.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    const place = { course_id: assignment.course_id, assignment_id: assignment.id, owner_key: ownerKey };
    const row = { id: before?.id ?? newId(), ...place, ...changes };
    if (before === undefined) await tx.insertInto("assignment_extensions").values(row).execute();
    else await tx.updateTable("assignment_extensions").set(changes).where("id", "=", row.id).execute();
    emit(extensionGranted, {
      assignmentId: assignment.id,
      courseId: assignment.course_id,
      extensionId: row.id,
    });
    const [extension] = await extensionsAsSeen(tx, assignment, [row]);
    return present(extension, "one row makes one extension");
  },
});

/** Whom it is for: a student of the course at present, or a group of the set that hands in. */
async function requireOwner(
  tx: Kysely<AssignmentsTables>,
  assignment: AssignmentsTable,
  { studentId, groupId }: { readonly studentId?: string | undefined; readonly groupId?: string | undefined },
): Promise<string> {
  const hidden = await ownerByPseudonym(tx, assignment.id, studentId ?? groupId ?? "");
  if (hidden !== null) return hidden;
  if (assignment.group_set_id === null) {
    if (studentId === undefined || groupId !== undefined)
      throw invalidField("studentId", "In this assignment each student hands in: name the student.");
    if (!(await studentsOf(tx, assignment.course_id)).includes(studentId))
      throw invalidField("studentId", "Nobody with this id studies in the course.");
    return studentId;
  }
  if (groupId === undefined || studentId !== undefined)
    throw invalidField("groupId", "In this assignment groups hand in: name the group.");
  const group = (await groupsByIds(tx, [groupId])).get(groupId);
  if (group?.groupSetId !== assignment.group_set_id)
    throw invalidField("groupId", "This is none of the groups that hand in here.");
  return groupId;
}

/** Whose extension is meant where names are hidden and the list showed a pseudonym; null for any other id. */
async function ownerByPseudonym(
  tx: Kysely<AssignmentsTables>,
  assignmentId: string,
  id: string,
): Promise<string | null> {
  const key = await pseudonymKeyOf(tx, assignmentId);
  if (key === null) return null;
  const rows = await tx
    .selectFrom("assignment_extensions")
    .select("owner_key")
    .where("assignment_id", "=", assignmentId)
    .execute();
  return rows.find(({ owner_key }) => pseudonymOf(key, owner_key).id === id)?.owner_key ?? null;
}
