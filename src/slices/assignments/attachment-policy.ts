/** Who may see and change the files of an assignment's description. */
import type { Kysely } from "kysely";
import { tablesOf } from "#engines/store/port.ts";
import { allow, denyNotFound, denyUnauthenticated, type Policy } from "#kernel/policy.ts";
import { idField, loadStanding, teaches } from "#slices/courses/api.ts";
import { seesAssignment, teachesAssignment } from "./policy.ts";
import type { AssignmentsTables } from "./tables.ts";

export const attachmentIdField = idField("the file of the description");

function rowOf(db: Kysely<AssignmentsTables>, attachmentId: string) {
  return db
    .selectFrom("assignment_attachments")
    .innerJoin("assignments", "assignments.id", "assignment_attachments.assignment_id")
    .select([
      "assignments.id as assignmentId",
      "assignments.course_id as courseId",
      "assignments.available_from as availableFrom",
      "assignment_attachments.removed_at as removedAt",
    ])
    .where("assignment_attachments.id", "=", attachmentId)
    .executeTakeFirst();
}

/** Those who teach the course of the description. */
export const teachesAttachment: Policy<{ readonly attachmentId: string }> = {
  claim: "teaches the course of the description",
  async decide(question) {
    if (question.actor.kind === "anonymous") return denyUnauthenticated;
    const { attachmentId } = question.input;
    const row = await rowOf(tablesOf<AssignmentsTables>(question.database), attachmentId);
    if (row === undefined) return denyNotFound("file");
    const { assignmentId } = row;
    const decision = await teachesAssignment.decide({ ...question, input: { assignmentId } });
    return decision.allowed || decision.kind !== "not_found" ? decision : denyNotFound("file");
  },
};

/** Who sees the assignment, from when it opens; what was removed is there for those who teach. */
export const seesAttachment: Policy<{ readonly attachmentId: string }> = {
  claim: "sees the assignment, once it is open; those who teach before that",
  async decide(question) {
    const { actor, database, now } = question;
    if (actor.kind === "anonymous") return denyUnauthenticated;
    const row = await rowOf(tablesOf<AssignmentsTables>(database), question.input.attachmentId);
    if (row === undefined) return denyNotFound("file");
    const { assignmentId, courseId, availableFrom, removedAt } = row;
    const decision = await seesAssignment.decide({ ...question, input: { assignmentId } });
    if (!decision.allowed) return decision.kind === "not_found" ? denyNotFound("file") : decision;
    if (teaches(await loadStanding(database, actor, courseId))) return allow;
    const isOpen = availableFrom === null || now >= availableFrom;
    return isOpen && removedAt === null ? allow : denyNotFound("file");
  },
};
