/** What the course and the last import know of people, in a fixed number of queries, for reading a file and applying it. */
import type { Kysely } from "kysely";
import { peopleByEmails } from "#slices/identity/api.ts";
import type { Base, Present } from "./roster-decisions.ts";
import type { CoursesTables, RosterImportsTable } from "./tables.ts";

type Db = Kysely<CoursesTables>;

export interface KnownMember {
  readonly personId: string;
  readonly name: string;
  readonly present: Present;
  readonly base: Base | null;
}

/** Those of these addresses whom the school knows, by their folded address. */
export async function membersByEmail(
  db: Db,
  { course_id: courseId, group_set_id: groupSetId }: Pick<RosterImportsTable, "course_id" | "group_set_id">,
  emails: readonly string[],
): Promise<ReadonlyMap<string, KnownMember>> {
  const people = await peopleByEmails(db, emails);
  const ids = [...people.values()].map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const enrolments = await db
    .selectFrom("enrolments")
    .select(["person_id", "role", "ended_at"])
    .where("course_id", "=", courseId)
    .where("person_id", "in", ids)
    .execute();
  const bases = await db
    .selectFrom("course_roster")
    .selectAll()
    .where("course_id", "=", courseId)
    .where("person_id", "in", ids)
    .execute();
  const groups =
    groupSetId === null
      ? []
      : await db
          .selectFrom("group_members")
          .innerJoin("course_groups", "course_groups.id", "group_members.group_id")
          .select(["group_members.person_id as personId", "course_groups.name as name"])
          .where("group_members.group_set_id", "=", groupSetId)
          .where("group_members.person_id", "in", ids)
          .execute();
  const enrolmentOf = new Map(enrolments.map((row) => [row.person_id, row]));
  const baseOf = new Map(bases.map((row) => [row.person_id, row]));
  const groupOf = new Map(groups.map(({ personId, name }) => [personId, name]));
  return new Map(
    [...people].map(([email, { id, name, active }]) => {
      const enrolment = enrolmentOf.get(id);
      const base = baseOf.get(id);
      return [
        email,
        {
          ...{ personId: id, name },
          present: {
            hasAccount: active,
            enrolment:
              enrolment === undefined ? null : { role: enrolment.role, ended: enrolment.ended_at !== null },
            group: groupOf.get(id) ?? null,
          },
          base:
            base === undefined
              ? null
              : { role: base.role, group: base.group_name, removed: base.removed === 1 },
        },
      ];
    }),
  );
}
