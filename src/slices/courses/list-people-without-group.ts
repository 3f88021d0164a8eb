/** The students of a course who are in no group of a set. */
import { z } from "zod";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { peopleByIds } from "#slices/identity/api.ts";
import { teachesCourseOfSet } from "./group-policy.ts";
import { groupSetIdField } from "./group-schema.ts";
import { findGroupSet } from "./groups.ts";
import { PersonName } from "./schema.ts";
import { operation } from "./tables.ts";

/** Lists the students without a group in the set, in the order in which they came into the course. */
export const listPeopleWithoutGroup = operation({
  name: "courses.listPeopleWithoutGroup",
  summary: "Lists the students who are in no group of a set yet.",
  kind: "read",
  input: z.strictObject({ groupSetId: groupSetIdField, ...pageFields }),
  output: pageOf(PersonName),
  policy: teachesCourseOfSet,
  async handle({ input, db }) {
    const set = await findGroupSet(db, input.groupSetId);
    const select = db
      .selectFrom("enrolments")
      .leftJoin("group_members", (join) =>
        join
          .onRef("group_members.person_id", "=", "enrolments.person_id")
          .on("group_members.group_set_id", "=", set.id),
      )
      .select(["enrolments.id as id", "enrolments.person_id as personId"])
      .where("enrolments.course_id", "=", set.course_id)
      .where("enrolments.role", "=", "student")
      .where("enrolments.ended_at", "is", null)
      .where("group_members.person_id", "is", null);
    const page = await pageById(select, input, "oldest first", "enrolments.id");
    const people = await peopleByIds(
      db,
      page.items.map(({ personId }) => personId),
    );
    return {
      items: page.items.map(({ personId }) => ({ personId, name: people.get(personId)?.name ?? "" })),
      nextCursor: page.nextCursor,
    };
  },
});
