/** Reading and naming sets of groups and groups, for the operations of this slice. */
import type { Kysely } from "kysely";
import { present } from "#base/assert.ts";
import type { Actor } from "#kernel/actor.ts";
import { Refusal } from "#kernel/errors.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { type Group, type GroupSet, groupsMax } from "./group-schema.ts";
import { foldKey } from "./keys.ts";
import type { CourseGroupsTable, CoursesTables, GroupSetsTable } from "./tables.ts";

type Db = Kysely<CoursesTables>;

/** The set, removed or not; for operations whose policy has found it there. */
export async function findGroupSet(db: Db, groupSetId: string): Promise<GroupSetsTable> {
  return db.selectFrom("group_sets").selectAll().where("id", "=", groupSetId).executeTakeFirstOrThrow();
}

/** The group with its set; for operations whose policy has found it there. */
export async function findGroup(
  db: Db,
  groupId: string,
): Promise<{ readonly group: CourseGroupsTable; readonly set: GroupSetsTable }> {
  const group = await db
    .selectFrom("course_groups")
    .selectAll()
    .where("id", "=", groupId)
    .executeTakeFirstOrThrow();
  return { group, set: await findGroupSet(db, group.group_set_id) };
}

/** Whether students may choose their group in the set at `now`. */
export function isSignUpOpen(
  set: Pick<GroupSetsTable, "sign_up" | "sign_up_until" | "removed_at">,
  now: number,
): boolean {
  return (
    set.sign_up === 1 && set.removed_at === null && (set.sign_up_until === null || now < set.sign_up_until)
  );
}

/** Refuses with `sign_up_closed`, saying whom to ask, unless students may choose their group now. */
export function requireSignUpOpen(set: GroupSetsTable, now: number): void {
  if (isSignUpOpen(set, now)) return;
  throw new Refusal(
    "sign_up_closed",
    set.sign_up === 1
      ? "Sign-up for these groups has ended. Ask those who teach the course."
      : "Those who teach the course form these groups. Ask them.",
  );
}

interface Asking {
  readonly actor: Actor;
  readonly now: number;
}

/** The sets of one course as the asker sees them, with their figures, in a fixed number of queries. */
export async function groupSetsOf(
  db: Db,
  rows: readonly GroupSetsTable[],
  { actor, now }: Asking,
): Promise<GroupSet[]> {
  const [first] = rows;
  if (first === undefined) return [];
  const ids = rows.map(({ id }) => id);
  const groupCounts = await db
    .selectFrom("course_groups")
    .select(["group_set_id", (each) => each.fn.countAll<number>().as("count")])
    .where("group_set_id", "in", ids)
    .where("removed_at", "is", null)
    .groupBy("group_set_id")
    .execute();
  const memberCounts = await db
    .selectFrom("group_members")
    .select(["group_set_id", (each) => each.fn.countAll<number>().as("count")])
    .where("group_set_id", "in", ids)
    .groupBy("group_set_id")
    .execute();
  const { students } = await db
    .selectFrom("enrolments")
    .select((each) => each.fn.countAll<number>().as("students"))
    .where("course_id", "=", first.course_id)
    .where("role", "=", "student")
    .where("ended_at", "is", null)
    .executeTakeFirstOrThrow();
  const mine = await db
    .selectFrom("group_members")
    .innerJoin("course_groups", "course_groups.id", "group_members.group_id")
    .select([
      "group_members.group_set_id as groupSetId",
      "course_groups.id as groupId",
      "course_groups.name as name",
    ])
    .where("group_members.group_set_id", "in", ids)
    .where("group_members.person_id", "=", actor.kind === "person" ? actor.personId : "")
    .execute();
  const count = (counts: typeof groupCounts, id: string) =>
    Number(counts.find((each) => each.group_set_id === id)?.count ?? 0);
  return rows.map((row) => {
    const own = mine.find(({ groupSetId }) => groupSetId === row.id);
    return {
      groupSetId: row.id,
      courseId: row.course_id,
      name: row.name,
      sizeMax: row.size_max,
      signUp: row.sign_up === 1,
      signUpUntil: row.sign_up_until,
      signUpOpen: isSignUpOpen(row, now),
      groupCount: count(groupCounts, row.id),
      memberCount: count(memberCounts, row.id),
      studentCount: Number(students),
      myGroup: own === undefined ? null : { groupId: own.groupId, name: own.name },
      removedAt: row.removed_at,
      version: row.version,
      updatedAt: row.updated_at,
    };
  });
}

/** One set as the asker sees it. */
export async function groupSetOf(db: Db, row: GroupSetsTable, asking: Asking): Promise<GroupSet> {
  const [set] = await groupSetsOf(db, [row], asking);
  return present(set, "one row makes one set of groups");
}

/** The groups as wire names them; `seesMembers`: of all of them, not only of the asker's own. */
export async function groupsOf(
  db: Db,
  rows: readonly CourseGroupsTable[],
  { actor, seesMembers }: { readonly actor: Actor; readonly seesMembers: boolean },
): Promise<Group[]> {
  if (rows.length === 0) return [];
  const members = await db
    .selectFrom("group_members")
    .select(["group_id", "person_id"])
    .where(
      "group_id",
      "in",
      rows.map(({ id }) => id),
    )
    .orderBy("since")
    .orderBy("person_id")
    .execute();
  const byGroup = Map.groupBy(members, ({ group_id }) => group_id);
  const isMine = (id: string) =>
    actor.kind === "person" && (byGroup.get(id) ?? []).some(({ person_id }) => person_id === actor.personId);
  const shown = members.filter(({ group_id }) => seesMembers || isMine(group_id));
  const people = await peopleByIds(
    db,
    shown.map(({ person_id }) => person_id),
  );
  return rows.map((row) => {
    const ofGroup = byGroup.get(row.id) ?? [];
    const mine = isMine(row.id);
    return {
      groupId: row.id,
      groupSetId: row.group_set_id,
      name: row.name,
      memberCount: ofGroup.length,
      isMine: mine,
      members:
        seesMembers || mine
          ? ofGroup.map(({ person_id }) => ({
              personId: person_id,
              name: people.get(person_id)?.name ?? "",
            }))
          : [],
    };
  });
}

/** Refuses with `group_name_taken` when another group of the set bears the name. */
export async function requireFreeGroupName(
  db: Db,
  groupSetId: string,
  name: string,
  exceptId = "",
): Promise<void> {
  const other = await db
    .selectFrom("course_groups")
    .select("id")
    .where("group_set_id", "=", groupSetId)
    .where("name_key", "=", foldKey(name))
    .where("removed_at", "is", null)
    .where("id", "!=", exceptId)
    .executeTakeFirst();
  if (other !== undefined)
    throw new Refusal("group_name_taken", `There is a group ${name} in this set already.`, {
      kind: "conflict",
      problems: [{ field: "name", message: "Choose another name." }],
    });
}

/** Adds groups with these names to a set; refuses beyond the limit. */
export async function insertGroups(
  { tx, newId }: { readonly tx: Db; readonly newId: () => string },
  groupSetId: string,
  names: readonly string[],
): Promise<CourseGroupsTable[]> {
  const { groups } = await tx
    .selectFrom("course_groups")
    .select((each) => each.fn.countAll<number>().as("groups"))
    .where("group_set_id", "=", groupSetId)
    .where("removed_at", "is", null)
    .executeTakeFirstOrThrow();
  if (Number(groups) + names.length > groupsMax)
    throw new Refusal("too_many_groups", `A set has up to ${groupsMax} groups; it has ${groups} now.`);
  const rows = names.map((name) => ({
    id: newId(),
    group_set_id: groupSetId,
    name,
    name_key: foldKey(name),
    removed_at: null,
  }));
  if (rows.length > 0) await tx.insertInto("course_groups").values(rows).execute();
  return rows;
}

/** `count` names that the set does not have yet: "Group 1", "Group 2" and so on, after the highest there is. */
export async function freshGroupNames(
  db: Db,
  groupSetId: string,
  stem: string,
  count: number,
): Promise<string[]> {
  const rows = await db
    .selectFrom("course_groups")
    .select("name_key")
    .where("group_set_id", "=", groupSetId)
    .where("removed_at", "is", null)
    .execute();
  const taken = new Set(rows.map(({ name_key }) => name_key));
  const names: string[] = [];
  for (let number = 1; names.length < count; number++) {
    const name = `${stem} ${number}`;
    if (!taken.has(foldKey(name))) names.push(name);
  }
  return names;
}
