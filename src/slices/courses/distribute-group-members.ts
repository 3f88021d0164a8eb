/** Spreading the students who have no group yet over the groups of a set. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { nameKey, peopleByIds } from "#slices/identity/api.ts";
import { distribute, shuffled } from "./distribution.ts";
import { placeInGroup } from "./group-members.ts";
import { teachesCourseOfSet } from "./group-policy.ts";
import { groupMembersMax, groupSetIdField, placementsPerCallMax } from "./group-schema.ts";
import { findGroupSet } from "./groups.ts";
import { operation } from "./tables.ts";
import { changedBy } from "./versions.ts";

const seedMax = 0xffff_ffff;

/** Fills the groups evenly, the emptiest first. Nobody who has a group is moved; the seed gives the same again. */
export const distributeGroupMembers = operation({
  name: "courses.distributeGroupMembers",
  summary: `Spreads students without a group over the groups of a set, up to ${placementsPerCallMax} in one call.`,
  kind: "command",
  input: z.strictObject({
    groupSetId: groupSetIdField,
    order: z
      .enum(["random", "by_name"])
      .default("random")
      .meta({ description: "In which order students take their places." }),
    seed: z
      .int()
      .min(0)
      .max(seedMax)
      .optional()
      .meta({ description: "For a random order that can be had again; drawn, and given back, when absent." }),
  }),
  output: z.object({
    placed: z.int(),
    withoutGroup: z.int().meta({ description: "How many students are still without a group." }),
    isDone: z.boolean().meta({
      description: "False when there is room for more of them: call again, with the seed of this answer.",
    }),
    seed: z.int(),
  }),
  policy: teachesCourseOfSet,
  refusals: { no_groups: "failed_precondition" },
  async handle(context) {
    const { input, actor, tx, random } = context;
    const set = await findGroupSet(tx, input.groupSetId);
    const rooms = await tx
      .selectFrom("course_groups")
      .leftJoin("group_members", "group_members.group_id", "course_groups.id")
      .select(["course_groups.id as groupId", (each) => each.fn.count("group_members.person_id").as("count")])
      .where("course_groups.group_set_id", "=", set.id)
      .where("course_groups.removed_at", "is", null)
      .groupBy("course_groups.id")
      .orderBy("course_groups.id")
      .execute();
    if (rooms.length === 0) throw new Refusal("no_groups", "This set has no groups yet. Add some first.");
    const waiting = await tx
      .selectFrom("enrolments")
      .leftJoin("group_members", (join) =>
        join
          .onRef("group_members.person_id", "=", "enrolments.person_id")
          .on("group_members.group_set_id", "=", set.id),
      )
      .select("enrolments.person_id as personId")
      .where("enrolments.course_id", "=", set.course_id)
      .where("enrolments.role", "=", "student")
      .where("enrolments.ended_at", "is", null)
      .where("group_members.person_id", "is", null)
      .execute();
    const seed = input.seed ?? Buffer.from(random(4)).readUInt32BE();
    const ids = waiting.map(({ personId }) => personId);
    const queue = input.order === "random" ? shuffled(ids, seed) : await byName(tx, ids);
    const placements = distribute(
      queue,
      rooms.map(({ groupId, count }) => ({ groupId, memberCount: Number(count) })),
      set.size_max ?? groupMembersMax,
    );
    const now = placements.slice(0, placementsPerCallMax);
    for (const { personId, groupId } of now)
      await placeInGroup(
        context,
        { courseId: set.course_id, groupSetId: set.id, groupId, personId },
        changedBy(actor),
      );
    return {
      placed: now.length,
      withoutGroup: ids.length - now.length,
      isDone: now.length === placements.length,
      seed,
    };
  },
});

async function byName(db: Parameters<typeof peopleByIds>[0], ids: readonly string[]): Promise<string[]> {
  const people = await peopleByIds(db, ids);
  const keyOf = (id: string) => nameKey(people.get(id)?.name ?? "");
  return ids
    .map((id) => ({ id, key: keyOf(id) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}
