/** Who may do what with the groups of a course: those who teach form them, students choose where they may. */
import type { Database } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { type Decision, denyNotFound, denyUnauthenticated, type Policy } from "#kernel/policy.ts";
import { type Parameter, prepared } from "#kernel/prepared.ts";
import { belongs, decide, loadStanding, type Standing, studies, teaches } from "./policy.ts";
import type { CoursesTables } from "./tables.ts";

const setById = prepared<CoursesTables>()((db, p: Parameter<{ id: string }>) =>
  db.selectFrom("group_sets").select(["course_id", "removed_at"]).where("id", "=", p("id")),
);
const groupById = prepared<CoursesTables>()((db, p: Parameter<{ id: string }>) =>
  db
    .selectFrom("course_groups")
    .innerJoin("group_sets", "group_sets.id", "course_groups.group_set_id")
    .select("group_sets.course_id as course_id")
    .where("course_groups.id", "=", p("id"))
    .where("course_groups.removed_at", "is", null)
    .where("group_sets.removed_at", "is", null),
);

interface Rule {
  readonly claim: (standing: Standing) => boolean;
  readonly otherwise: string;
}
const teaching: Rule = { claim: teaches, otherwise: "Only those who teach the course form its groups." };
const studying: Rule = { claim: studies, otherwise: "Only students of the course choose a group." };
const belonging: Rule = { claim: belongs, otherwise: "You are not in this course." };

async function decideIn(
  database: Database,
  actor: Actor,
  where: { readonly courseId: string | undefined; readonly thing: string },
  { claim, otherwise }: Rule,
): Promise<Decision> {
  if (actor.kind === "anonymous") return denyUnauthenticated;
  if (where.courseId === undefined) return denyNotFound(where.thing);
  const standing = await loadStanding(database, actor, where.courseId);
  return decide(standing, claim, { thing: where.thing, otherwise });
}

type OfSet = Policy<{ readonly groupSetId: string }>;

function inSet(claim: string, rule: Rule, { evenRemoved = false } = {}): OfSet {
  return {
    claim,
    async decide({ actor, input, database }) {
      const [row] = await setById(database, { id: input.groupSetId });
      const isThere = row !== undefined && (evenRemoved || row.removed_at === null);
      const where = { courseId: isThere ? row.course_id : undefined, thing: "set of groups" };
      return decideIn(database, actor, where, rule);
    },
  };
}

function inGroup(claim: string, rule: Rule): Policy<{ readonly groupId: string }> {
  return {
    claim,
    async decide({ actor, input, database }) {
      const [row] = await groupById(database, { id: input.groupId });
      return decideIn(database, actor, { courseId: row?.course_id, thing: "group" }, rule);
    },
  };
}

/** Everyone in the course of the set, and admins. */
export const belongsToCourseOfSet = inSet("belongs to the course of the groups", belonging);
/** Those who teach the course of the set. */
export const teachesCourseOfSet = inSet("teaches the course of the groups", teaching);
/** Those who teach the course of the set, which may have been removed. */
export const teachesCourseOfAnySet = inSet("teaches the course of the groups", teaching, {
  evenRemoved: true,
});
/** Students of the course of the set. */
export const studiesInCourseOfSet = inSet("is a student in the course of the groups", studying);
/** Those who teach the course of the group. */
export const teachesCourseOfGroup = inGroup("teaches the course of the group", teaching);
/** Students of the course of the group. */
export const studiesInCourseOfGroup = inGroup("is a student in the course of the group", studying);
