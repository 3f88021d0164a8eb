/** Changing a set of groups: its name, how large its groups are, and whether students choose them. */
import { z } from "zod";
import { requireFreeSetName } from "./create-group-set.ts";
import { groupSetUpdated } from "./events.ts";
import { teachesCourseOfSet } from "./group-policy.ts";
import {
  GroupSet,
  groupSetIdField,
  groupSetNameField,
  groupSizeField,
  signUpField,
  signUpUntilField,
} from "./group-schema.ts";
import { findGroupSet, groupSetOf } from "./groups.ts";
import { cleanLine, foldKey } from "./keys.ts";
import { versionField } from "./schema.ts";
import { operation } from "./tables.ts";
import { changedBy, requireVersion } from "./versions.ts";

/** Changes the fields that are given. A smaller size takes nobody out of a group; it only lets nobody more in. */
export const updateGroupSet = operation({
  name: "courses.updateGroupSet",
  summary: "Changes a set of groups: its name, the size of its groups, sign-up.",
  kind: "command",
  input: z.strictObject({
    groupSetId: groupSetIdField,
    version: versionField("the set of groups"),
    name: groupSetNameField.optional(),
    sizeMax: groupSizeField.optional(),
    signUp: signUpField.optional(),
    signUpUntil: signUpUntilField.optional(),
  }),
  output: GroupSet,
  policy: teachesCourseOfSet,
  refusals: {
    stale_version: "conflict",
    group_set_name_taken: "conflict",
    too_many_group_sets: "failed_precondition",
  },
  async handle({ input, actor, tx, now, emit }) {
    const row = await findGroupSet(tx, input.groupSetId);
    await requireVersion(tx, "the groups", row, input.version);
    const name = cleanLine(input.name ?? row.name);
    await requireFreeSetName(tx, row.course_id, name, row.id);
    const changes = {
      name,
      name_key: foldKey(name),
      size_max: input.sizeMax === undefined ? row.size_max : input.sizeMax,
      sign_up: (input.signUp ?? row.sign_up === 1) ? 1 : 0,
      sign_up_until: input.signUpUntil === undefined ? row.sign_up_until : input.signUpUntil,
      version: row.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await tx.updateTable("group_sets").set(changes).where("id", "=", row.id).execute();
    emit(groupSetUpdated, { groupSetId: row.id, courseId: row.course_id });
    return groupSetOf(tx, { ...row, ...changes }, { actor, now });
  },
});
