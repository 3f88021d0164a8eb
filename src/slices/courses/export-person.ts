/** What an export says of the courses that somebody is in. */
import { personSectionFor } from "#kernel/person-life.ts";
import type { CoursesTables } from "./tables.ts";

const section = personSectionFor<CoursesTables>();

export const enrolmentsSection = section({
  name: "enrolments",
  title: "Courses, present and past",
  async page({ db, personId }, { limit, offset }) {
    const rows = await db
      .selectFrom("enrolments")
      .innerJoin("courses", "courses.id", "enrolments.course_id")
      .select(["course_id", "code", "title", "term", "role", "origin", "since", "ended_at"])
      .where("person_id", "=", personId)
      .orderBy("enrolments.id")
      .limit(limit)
      .offset(offset)
      .execute();
    return {
      rows: rows.map(({ course_id, code, title, term, ...row }) => ({
        course_id,
        course: `${code} ${title} (${term})`,
        ...row,
      })),
    };
  },
});

/** Without those who are in them too. */
export const groupsSection = section({
  name: "groups",
  title: "Groups",
  async page({ db, personId }, { limit, offset }) {
    const rows = await db
      .selectFrom("group_members")
      .innerJoin("course_groups", "course_groups.id", "group_members.group_id")
      .innerJoin("group_sets", "group_sets.id", "group_members.group_set_id")
      .select([
        "group_sets.course_id as course_id",
        "group_sets.name as group_set",
        "course_groups.name as group",
        "group_members.since as since",
      ])
      .where("group_members.person_id", "=", personId)
      .orderBy("group_members.group_id")
      .limit(limit)
      .offset(offset)
      .execute();
    return { rows };
  },
});
