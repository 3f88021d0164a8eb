/** Two accounts of one person in courses: one enrolment in each course, the better of the two, and one group of a set. */
import type { Kysely } from "kysely";
import { type AccountMerge, conflictsShownMax, type MergeConflict } from "#kernel/person-life.ts";
import type { Step } from "#kernel/step.ts";
import { courseNameOf } from "./courses.ts";
import { enrolmentRoleChanged } from "./events.ts";
import { leaveGroupsOfCourse } from "./group-members.ts";
import { courseRoles } from "./schema.ts";
import type { CoursesTables, EnrolmentsTable, GroupMembersTable } from "./tables.ts";

type Db = Kysely<CoursesTables>;

const coursesPerStep = 20;

/** Unites what both accounts have in the next courses and sets of groups; whether there is more. */
export async function mergeInCourses(step: Step<CoursesTables>, merge: AccountMerge): Promise<boolean> {
  const pairs = await bothEnrolled(step.tx, merge, coursesPerStep);
  for (const pair of pairs) await uniteEnrolments(step, pair, merge);
  const groups = await bothInGroups(step.tx, merge, coursesPerStep);
  for (const pair of groups) await leaveOtherGroup(step, pair, merge);
  return pairs.length === coursesPerStep || groups.length === coursesPerStep;
}

interface Pair<Row> {
  readonly from: Row;
  readonly into: Row;
}

/** The role that says more, as long as it lasts: one that has ended is worth less than any that has not. */
export function betterEnrolment<Row extends Pick<EnrolmentsTable, "role" | "ended_at">>(
  one: Row,
  other: Row,
): Row {
  if ((one.ended_at === null) !== (other.ended_at === null)) return one.ended_at === null ? one : other;
  return courseRoles.indexOf(other.role) < courseRoles.indexOf(one.role) ? other : one;
}

async function uniteEnrolments(
  step: Step<CoursesTables>,
  { from, into }: Pair<EnrolmentsTable>,
  { by }: AccountMerge,
): Promise<void> {
  const { tx, emit } = step;
  const { course_id: courseId, person_id: personId } = into;
  const { role, origin, ended_at, ended_by } = betterEnrolment(into, from);
  await tx.deleteFrom("enrolments").where("id", "=", from.id).execute();
  await tx
    .updateTable("enrolments")
    .set({ role, origin, ended_at, ended_by, since: Math.min(from.since, into.since) })
    .where("id", "=", into.id)
    .execute();
  if (role !== "student")
    for (const { person_id } of [from, into])
      await leaveGroupsOfCourse(step, { courseId, personId: person_id }, by);
  if (role !== into.role) emit(enrolmentRoleChanged, { enrolmentId: into.id, courseId, personId, role });
}

/** The kept account stays in its group; that the other one was in another stays known, for work handed in there. */
async function leaveOtherGroup(
  { tx, now, newId }: Step<CoursesTables>,
  { from, into }: Pair<GroupMembersTable>,
  { by }: AccountMerge,
): Promise<void> {
  await tx
    .deleteFrom("group_members")
    .where("group_set_id", "=", from.group_set_id)
    .where("person_id", "=", from.person_id)
    .execute();
  if (from.group_id === into.group_id) return;
  const { group_set_id, group_id, since } = from;
  await tx
    .insertInto("former_group_members")
    .values({
      ...{ id: newId(), group_set_id, group_id, person_id: into.person_id, since },
      ...{ until: now, ended_by: by },
    })
    .execute();
}

/** What people should know beforehand: roles that differ, and groups that one of the two leaves. */
export async function conflictsInCourses(db: Db, merge: AccountMerge): Promise<MergeConflict[]> {
  const enrolled = (await bothEnrolled(db, merge, conflictsShownMax)).filter(
    ({ from, into }) => from.role !== into.role || (from.ended_at === null) !== (into.ended_at === null),
  );
  const grouped = (await bothInGroups(db, merge, conflictsShownMax)).filter(
    ({ from, into }) => from.group_id !== into.group_id,
  );
  const courseIds = enrolled.map(({ into }) => into.course_id);
  const courses =
    courseIds.length === 0
      ? []
      : await db.selectFrom("courses").selectAll().where("id", "in", courseIds).execute();
  const titles = new Map(
    courses.map((course) => {
      const { code, title } = courseNameOf(course);
      return [course.id, `${code} · ${title}`];
    }),
  );
  const groupIds = grouped.flatMap(({ from, into }) => [from.group_id, into.group_id]);
  const groups =
    groupIds.length === 0
      ? []
      : await db
          .selectFrom("course_groups")
          .innerJoin("group_sets", "group_sets.id", "course_groups.group_set_id")
          .select(["course_groups.id as id", "course_groups.name as name", "group_sets.name as setName"])
          .where("course_groups.id", "in", groupIds)
          .execute();
  const groupOf = (id: string) => groups.find((group) => group.id === id);
  const said = ({ role, ended_at }: EnrolmentsTable) => (ended_at === null ? role : `${role} (ended)`);
  return [
    ...enrolled.map(({ from, into }) => ({
      code: "roles_differ",
      about: titles.get(into.course_id) ?? "",
      into: said(into),
      from: said(from),
      result: said(betterEnrolment(into, from)),
    })),
    ...grouped.map(({ from, into }) => ({
      code: "groups_differ",
      about: groupOf(into.group_id)?.setName ?? "",
      into: groupOf(into.group_id)?.name ?? "",
      from: groupOf(from.group_id)?.name ?? "",
      result: groupOf(into.group_id)?.name ?? "",
    })),
  ];
}

async function bothEnrolled(
  db: Db,
  { from, into }: AccountMerge,
  limit: number,
): Promise<Pair<EnrolmentsTable>[]> {
  const theirs = await db
    .selectFrom("enrolments")
    .selectAll()
    .where("person_id", "=", from)
    .where("course_id", "in", (sub) =>
      sub.selectFrom("enrolments as kept").select("kept.course_id").where("kept.person_id", "=", into),
    )
    .orderBy("course_id")
    .limit(limit)
    .execute();
  if (theirs.length === 0) return [];
  const kept = await db
    .selectFrom("enrolments")
    .selectAll()
    .where("person_id", "=", into)
    .where(
      "course_id",
      "in",
      theirs.map((row) => row.course_id),
    )
    .execute();
  return theirs.flatMap((row) => {
    const other = kept.find(({ course_id }) => course_id === row.course_id);
    return other === undefined ? [] : [{ from: row, into: other }];
  });
}

async function bothInGroups(
  db: Db,
  { from, into }: AccountMerge,
  limit: number,
): Promise<Pair<GroupMembersTable>[]> {
  const theirs = await db
    .selectFrom("group_members")
    .selectAll()
    .where("person_id", "=", from)
    .where("group_set_id", "in", (sub) =>
      sub.selectFrom("group_members as kept").select("kept.group_set_id").where("kept.person_id", "=", into),
    )
    .orderBy("group_set_id")
    .limit(limit)
    .execute();
  if (theirs.length === 0) return [];
  const kept = await db
    .selectFrom("group_members")
    .selectAll()
    .where("person_id", "=", into)
    .where(
      "group_set_id",
      "in",
      theirs.map((row) => row.group_set_id),
    )
    .execute();
  return theirs.flatMap((row) => {
    const other = kept.find(({ group_set_id }) => group_set_id === row.group_set_id);
    return other === undefined ? [] : [{ from: row, into: other }];
  });
}
