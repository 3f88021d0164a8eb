/** Coming into groups and leaving them. Whoever left stays known: what a group handed in is theirs too. */
import type { Kysely } from "kysely";
import { Refusal } from "#kernel/errors.ts";
import type { Step } from "#kernel/step.ts";
import { groupJoined, groupLeft } from "./events.ts";
import { groupMembersMax } from "./group-schema.ts";
import type { CoursesTables, GroupMembersTable } from "./tables.ts";

type Db = Kysely<CoursesTables>;
/** What writing needs of a command or a step of background work. */
export type Writing = Pick<Step<CoursesTables>, "tx" | "now" | "newId" | "emit">;

export interface Place {
  readonly courseId: string;
  readonly groupSetId: string;
  readonly groupId: string;
  readonly personId: string;
}

/** Puts somebody into a group, out of any other of its set; who is in it already stays. */
export async function placeInGroup(writing: Writing, place: Place, by: string): Promise<void> {
  const { tx, now, emit } = writing;
  const { courseId, groupSetId, groupId, personId } = place;
  const known = await membershipIn(tx, groupSetId, personId);
  if (known?.group_id === groupId) return;
  if (known !== null) await remember(writing, courseId, known, by);
  const fresh = { group_id: groupId, since: now };
  await tx
    .insertInto("group_members")
    .values({ group_set_id: groupSetId, person_id: personId, ...fresh })
    .onConflict((conflict) => conflict.columns(["group_set_id", "person_id"]).doUpdateSet(fresh))
    .execute();
  emit(groupJoined, { groupId, groupSetId, courseId, personId });
}

/** Takes somebody out of their group of the set, if they are in one. */
export async function leaveGroup(
  writing: Writing,
  { courseId, groupSetId, personId }: Omit<Place, "groupId">,
  by: string,
): Promise<void> {
  const known = await membershipIn(writing.tx, groupSetId, personId);
  if (known === null) return;
  await remember(writing, courseId, known, by);
  await writing.tx
    .deleteFrom("group_members")
    .where("group_set_id", "=", groupSetId)
    .where("person_id", "=", personId)
    .execute();
}

/** Takes somebody out of every group of a course, when they are no student of it any more. */
export async function leaveGroupsOfCourse(
  writing: Writing,
  { courseId, personId }: { readonly courseId: string; readonly personId: string },
  by: string,
): Promise<void> {
  const sets = await writing.tx
    .selectFrom("group_members")
    .innerJoin("group_sets", "group_sets.id", "group_members.group_set_id")
    .select("group_members.group_set_id as groupSetId")
    .where("group_members.person_id", "=", personId)
    .where("group_sets.course_id", "=", courseId)
    .execute();
  for (const { groupSetId } of sets) await leaveGroup(writing, { courseId, groupSetId, personId }, by);
}

/** Where somebody is in a set; null when in none of its groups. */
export async function membershipIn(
  db: Db,
  groupSetId: string,
  personId: string,
): Promise<GroupMembersTable | null> {
  const row = await db
    .selectFrom("group_members")
    .selectAll()
    .where("group_set_id", "=", groupSetId)
    .where("person_id", "=", personId)
    .executeTakeFirst();
  return row ?? null;
}

/** Refuses with `group_full` when a group has `sizeMax` members, or as many as any group may have. */
export async function requirePlace(
  db: Db,
  group: { readonly id: string; readonly name: string },
  sizeMax: number | null,
): Promise<void> {
  const { members } = await db
    .selectFrom("group_members")
    .select((each) => each.fn.countAll<number>().as("members"))
    .where("group_id", "=", group.id)
    .executeTakeFirstOrThrow();
  if (Number(members) >= (sizeMax ?? groupMembersMax))
    throw new Refusal("group_full", `${group.name} is full. Choose another group.`);
}

/** Keeps a membership that ends now among the former ones. */
async function remember(
  { tx, now, newId, emit }: Writing,
  courseId: string,
  { group_set_id, group_id, person_id, since }: GroupMembersTable,
  by: string,
): Promise<void> {
  await tx
    .insertInto("former_group_members")
    .values({ id: newId(), group_set_id, group_id, person_id, since, until: now, ended_by: by })
    .execute();
  emit(groupLeft, { groupId: group_id, groupSetId: group_set_id, courseId, personId: person_id });
}
