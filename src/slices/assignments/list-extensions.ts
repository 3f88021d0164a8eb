/** Who has dates or attempts of their own. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { groupsByIds } from "#slices/courses/api.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { assignmentRow } from "./assignments.ts";
import { teachesAssignment } from "./policy.ts";
import { groupPseudonymOf, pseudonymKeyOf, pseudonymOf } from "./pseudonyms.ts";
import { assignmentIdField, Extension } from "./schema.ts";
import {
  type AssignmentExtensionsTable,
  type AssignmentsTable,
  type AssignmentsTables,
  operation,
} from "./tables.ts";

/** Lists the extensions of an assignment, in the order in which they were first given. */
export const listExtensions = operation({
  name: "assignments.listExtensions",
  summary: "Lists who has dates or attempts of their own in an assignment.",
  kind: "read",
  input: z.strictObject({ assignmentId: assignmentIdField, ...pageFields }),
  output: pageOf(Extension),
  policy: teachesAssignment,
  async handle({ input, db }) {
    const assignment = await assignmentRow(db, input.assignmentId);
    const select = db
      .selectFrom("assignment_extensions")
      .selectAll()
      .where("assignment_id", "=", input.assignmentId);
    const page = await pageById(select, input, "oldest first");
    return { ...page, items: await extensionsAsSeen(db, assignment, page.items) };
  },
});

/**
 * The rows, all of one assignment, as the wire names them. Where names are hidden, those who grade see pseudonyms here
 * too, and no reason: it would say as much as a name.
 */
export async function extensionsAsSeen(
  db: Kysely<AssignmentsTables>,
  assignment: Pick<AssignmentsTable, "id" | "group_set_id">,
  rows: readonly AssignmentExtensionsTable[],
): Promise<Extension[]> {
  const isOfGroups = assignment.group_set_id !== null;
  const key = await pseudonymKeyOf(db, assignment.id);
  const owners = key === null ? rows.map(({ owner_key }) => owner_key) : [];
  const groups = await groupsByIds(db, isOfGroups ? owners : []);
  const people = await peopleByIds(db, [
    ...(isOfGroups ? [] : owners),
    ...rows.map(({ updated_by }) => updated_by),
  ]);
  const ownerOf = (id: string) => {
    if (key !== null) return isOfGroups ? groupPseudonymOf(key, id) : pseudonymOf(key, id);
    return { id, name: (isOfGroups ? groups : people).get(id)?.name ?? "" };
  };
  return rows.map((row) => {
    const owner = ownerOf(row.owner_key);
    return {
      extensionId: row.id,
      assignmentId: row.assignment_id,
      studentId: isOfGroups ? null : owner.id,
      groupId: isOfGroups ? owner.id : null,
      name: owner.name,
      dueAt: row.due_at,
      untilAt: row.until_at,
      extraAttempts: row.extra_attempts,
      reason: key === null ? row.reason : "",
      version: row.version,
      updatedBy: { personId: row.updated_by, name: people.get(row.updated_by)?.name ?? "" },
      updatedAt: row.updated_at,
    };
  });
}
