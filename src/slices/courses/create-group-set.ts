/** Making a set of groups. */

import type { Kysely } from "kysely";
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { groupSetCreated } from "./events.ts";
import {
  GroupSet,
  groupCountField,
  groupNameField,
  groupSetNameField,
  groupSetsMax,
  groupSizeField,
  signUpField,
  signUpUntilField,
} from "./group-schema.ts";
import { freshGroupNames, groupSetOf, insertGroups } from "./groups.ts";
import { cleanLine, foldKey } from "./keys.ts";
import { teachesCourse } from "./policy.ts";
import { courseIdField } from "./schema.ts";
import type { CoursesTables } from "./tables.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

/** Makes a set of groups in a course, empty or with groups that are numbered. */
export const createGroupSet = operation({
  name: "courses.createGroupSet",
  summary: "Makes a set of groups in a course: each student is in at most one group of it.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    name: groupSetNameField,
    groupCount: groupCountField.default(0),
    groupName: groupNameField.default("Group").meta({
      description: "What the numbered groups are called: `Group` makes Group 1, Group 2.",
    }),
    sizeMax: groupSizeField.default(null),
    signUp: signUpField.default(false),
    signUpUntil: signUpUntilField.default(null),
  }),
  output: GroupSet,
  policy: teachesCourse,
  refusals: { group_set_name_taken: "conflict", too_many_group_sets: "failed_precondition" },
  examples: [
    {
      summary: "Ten lab groups of three, chosen by the students",
      input: {
        courseId: "01a1fc9d-feda-7000-ab33-c7ffadd4fa47",
        name: "Lab groups",
        groupCount: 10,
        sizeMax: 3,
        signUp: true,
      },
    },
  ],
  async handle({ input, actor, tx, now, newId, emit }) {
    const name = cleanLine(input.name);
    await requireFreeSetName(tx, input.courseId, name);
    const row = {
      id: newId(),
      course_id: input.courseId,
      name,
      name_key: foldKey(name),
      size_max: input.sizeMax,
      sign_up: input.signUp ? 1 : 0,
      sign_up_until: input.signUpUntil,
      removed_at: null,
      version: 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await tx.insertInto("group_sets").values(row).execute();
    const stem = cleanLine(input.groupName);
    await insertGroups({ tx, newId }, row.id, await freshGroupNames(tx, row.id, stem, input.groupCount));
    emit(groupSetCreated, { groupSetId: row.id, courseId: row.course_id });
    return groupSetOf(tx, row, { actor, now });
  },
});

/** Refuses a name that another set of the course bears, and one set too many. */
export async function requireFreeSetName(
  db: Kysely<CoursesTables>,
  courseId: string,
  name: string,
  exceptId = "",
): Promise<void> {
  const others = await db
    .selectFrom("group_sets")
    .select(["id", "name_key"])
    .where("course_id", "=", courseId)
    .where("removed_at", "is", null)
    .where("id", "!=", exceptId)
    .execute();
  if (others.some(({ name_key }) => name_key === foldKey(name)))
    throw new Refusal("group_set_name_taken", `The course has groups called ${name} already.`, {
      kind: "conflict",
      problems: [{ field: "name", message: "Choose another name." }],
    });
  if (others.length >= groupSetsMax)
    throw new Refusal("too_many_group_sets", `A course has up to ${groupSetsMax} sets of groups.`);
}
