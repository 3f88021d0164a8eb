/** The dates of assignments in a stretch of time, as one person is to keep them; for calendars. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import { datesOf, extensionKey, extensionsOf } from "./extensions.ts";
import type { AssignmentsTables } from "./tables.ts";

export interface DatedAssignment {
  readonly assignmentId: string;
  readonly courseId: string;
  readonly title: string;
  readonly published: boolean;
  readonly availableFrom: number | null;
  readonly dueAt: number | null;
  readonly untilAt: number | null;
  readonly version: number;
  readonly updatedAt: number;
}

/** Somebody in a course: who teaches sees drafts and everybody's dates; who studies, the dates that hold for them. */
export interface Attending {
  readonly courseId: string;
  readonly teaches: boolean;
}

/** Assignments with a date from `from` up to `to`, given what the person and their groups were granted. */
export async function datedAssignments(
  database: Database,
  {
    courses,
    personId,
    groupIds,
    from,
    to,
    limit,
  }: {
    readonly courses: readonly Attending[];
    readonly personId: string;
    /** The groups that the person is in, by set. */
    readonly groupIds: ReadonlyMap<string, string>;
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  },
): Promise<DatedAssignment[]> {
  if (courses.length === 0) return [];
  const db = tablesOf<AssignmentsTables>(database);
  const ownerKeys = [personId, ...groupIds.values()];
  const granted = await db
    .selectFrom("assignment_extensions")
    .select("assignment_id")
    .where("owner_key", "in", ownerKeys)
    .where((each) =>
      each.or([
        each.and([each("due_at", ">=", from), each("due_at", "<", to)]),
        each.and([each("until_at", ">=", from), each("until_at", "<", to)]),
      ]),
    )
    .limit(limit)
    .execute();
  const rows = await db
    .selectFrom("assignments")
    .selectAll()
    .where(
      "course_id",
      "in",
      courses.map(({ courseId }) => courseId),
    )
    .where((each) =>
      each.or([
        each.and([each("due_at", ">=", from), each("due_at", "<", to)]),
        each.and([each("until_at", ">=", from), each("until_at", "<", to)]),
        each.and([each("available_from", ">=", from), each("available_from", "<", to)]),
        ...(granted.length === 0
          ? []
          : [
              each(
                "id",
                "in",
                granted.map(({ assignment_id }) => assignment_id),
              ),
            ]),
      ]),
    )
    .orderBy("due_key")
    .orderBy("id")
    .limit(limit)
    .execute();
  const teaching = new Map(courses.map(({ courseId, teaches }) => [courseId, teaches]));
  const seen = rows.filter((row) => row.published === 1 || teaching.get(row.course_id) === true);
  const extensions = await extensionsOf(
    db,
    seen.map(({ id }) => id),
    ownerKeys,
  );
  return seen.map((row) => {
    const owner = row.group_set_id === null ? personId : groupIds.get(row.group_set_id);
    const extension =
      owner === undefined || teaching.get(row.course_id) === true
        ? undefined
        : extensions.get(extensionKey(row.id, owner));
    const { availableFrom, dueAt, untilAt } = datesOf(row, extension);
    return {
      assignmentId: row.id,
      courseId: row.course_id,
      title: row.title,
      published: row.published === 1,
      availableFrom,
      dueAt,
      untilAt,
      version: row.version,
      updatedAt: Math.max(row.updated_at, extension?.updated_at ?? 0),
    };
  });
}
