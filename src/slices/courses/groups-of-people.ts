/** What other slices may know of groups: in which one somebody is, and who is in one. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { GroupName } from "./group-schema.ts";
import type { CoursesTables } from "./tables.ts";

export interface GroupOfPerson extends GroupName {
  readonly groupSetId: string;
}

/** The groups of a course that a person is in at present, one of each set at most. */
export async function groupsOfPerson(
  database: Database,
  courseId: string,
  personId: string,
): Promise<GroupOfPerson[]> {
  return tablesOf<CoursesTables>(database)
    .selectFrom("group_members")
    .innerJoin("course_groups", "course_groups.id", "group_members.group_id")
    .innerJoin("group_sets", "group_sets.id", "group_members.group_set_id")
    .select([
      "group_members.group_set_id as groupSetId",
      "course_groups.id as groupId",
      "course_groups.name as name",
    ])
    .where("group_members.person_id", "=", personId)
    .where("group_sets.course_id", "=", courseId)
    .where("group_sets.removed_at", "is", null)
    .orderBy("group_members.group_set_id")
    .execute();
}

/** The groups that a person is in at present, in whatever course, by their set. */
export async function groupsOfPersonAnywhere(
  database: Database,
  personId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("group_members")
    .select(["group_set_id", "group_id"])
    .where("person_id", "=", personId)
    .execute();
  return new Map(rows.map((row) => [row.group_set_id, row.group_id]));
}

/** The group of a set that a person is in at present; null when in none, or when the set was removed. */
export async function groupIn(
  database: Database,
  groupSetId: string,
  personId: string,
): Promise<GroupName | null> {
  const row = await tablesOf<CoursesTables>(database)
    .selectFrom("group_members")
    .innerJoin("course_groups", "course_groups.id", "group_members.group_id")
    .innerJoin("group_sets", "group_sets.id", "group_members.group_set_id")
    .select(["course_groups.id as groupId", "course_groups.name as name"])
    .where("group_members.group_set_id", "=", groupSetId)
    .where("group_members.person_id", "=", personId)
    .where("group_sets.removed_at", "is", null)
    .executeTakeFirst();
  return row ?? null;
}

/** The ids of a group's present members, in the order in which they came. */
export async function membersOfGroup(database: Database, groupId: string): Promise<string[]> {
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("group_members")
    .select("person_id")
    .where("group_id", "=", groupId)
    .orderBy("since")
    .orderBy("person_id")
    .execute();
  return rows.map(({ person_id }) => person_id);
}

/** The members of every group of a set at present, by group; for lists that would otherwise ask group by group. */
export async function membersBySet(
  database: Database,
  groupSetId: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("group_members")
    .select(["group_id", "person_id"])
    .where("group_set_id", "=", groupSetId)
    .orderBy("since")
    .orderBy("person_id")
    .execute();
  return new Map(
    [...Map.groupBy(rows, (row) => row.group_id)].map(([groupId, members]) => [
      groupId,
      members.map(({ person_id }) => person_id),
    ]),
  );
}

export interface GroupFacts extends GroupName {
  readonly groupSetId: string;
  readonly courseId: string;
}

/** Those of `groupIds` that there are, removed ones included, with their sets and courses. */
export async function groupsByIds(
  database: Database,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, GroupFacts>> {
  if (groupIds.length === 0) return new Map();
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("course_groups")
    .innerJoin("group_sets", "group_sets.id", "course_groups.group_set_id")
    .select([
      "course_groups.id as groupId",
      "course_groups.name as name",
      "course_groups.group_set_id as groupSetId",
      "group_sets.course_id as courseId",
    ])
    .where("course_groups.id", "in", [...new Set(groupIds)])
    .execute();
  return new Map(rows.map((row) => [row.groupId, row]));
}

/** What a set of groups is called and in which course it is; null when there is none, or when it was removed. */
export async function groupSetById(
  database: Database,
  groupSetId: string,
): Promise<{ readonly groupSetId: string; readonly courseId: string; readonly name: string } | null> {
  const row = await tablesOf<CoursesTables>(database)
    .selectFrom("group_sets")
    .select(["id as groupSetId", "course_id as courseId", "name"])
    .where("id", "=", groupSetId)
    .where("removed_at", "is", null)
    .executeTakeFirst();
  return row ?? null;
}

/** Of these groups, those of the course that are there at present, with their names; for rules that name groups. */
export async function groupNamesOf(
  database: Database,
  courseId: string,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (groupIds.length === 0) return new Map();
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("course_groups")
    .innerJoin("group_sets", "group_sets.id", "course_groups.group_set_id")
    .select(["course_groups.id as id", "course_groups.name as name"])
    .where("course_groups.id", "in", groupIds)
    .where("group_sets.course_id", "=", courseId)
    .where("course_groups.removed_at", "is", null)
    .where("group_sets.removed_at", "is", null)
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Who is in each of these groups at present, in one query. */
export async function membersOfGroups(
  database: Database,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const members = new Map(groupIds.map((id) => [id, new Set<string>()]));
  if (groupIds.length === 0) return members;
  const rows = await tablesOf<CoursesTables>(database)
    .selectFrom("group_members")
    .select(["group_id", "person_id"])
    .where("group_id", "in", groupIds)
    .execute();
  for (const { group_id, person_id } of rows) members.get(group_id)?.add(person_id);
  return members;
}
