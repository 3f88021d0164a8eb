/** What somebody was reading last: to go on where they were. */
import { z } from "zod";
import { signedIn } from "#kernel/policy.ts";
import { courseIdField, coursesOf, loadStanding } from "#slices/courses/api.ts";
import { Material } from "./schema.ts";
import { operation } from "./tables.ts";
import { materialsAsSeen, seenModuleIds, viewerOf } from "./viewing.ts";

const recentMax = 10;
/** So many are looked at to find those that are still open and not read to the end. */
const lookedAtMax = 50;

/** Lists what the asker has opened and not read to the end, the latest first, as far as it is still open to them. */
export const listRecentReading = operation({
  name: "materials.listRecentReading",
  summary: "Lists what you have begun to read, the latest first.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField.optional(),
    limit: z
      .int()
      .min(1)
      .max(recentMax)
      .default(3)
      .meta({ description: `How many to give, 1 to ${recentMax}.` }),
  }),
  output: z.object({ items: z.array(Material) }),
  policy: signedIn,
  async handle({ input, actor, db, now }) {
    if (actor.kind !== "person") return { items: [] };
    const mine = (await coursesOf(db, actor)).map(({ courseId }) => courseId);
    const courseIds = input.courseId === undefined ? mine : mine.filter((id) => id === input.courseId);
    if (courseIds.length === 0) return { items: [] };
    const rows = await db
      .selectFrom("material_readings")
      .innerJoin("materials", "materials.id", "material_readings.material_id")
      .selectAll("materials")
      .where("material_readings.person_id", "=", actor.personId)
      .where("material_readings.course_id", "in", courseIds)
      .where("material_readings.read_at", "is", null)
      .where("materials.removed_at", "is", null)
      .orderBy("material_readings.opened_at", "desc")
      .limit(lookedAtMax)
      .execute();
    const seen: Material[] = [];
    for (const courseId of new Set(rows.map((row) => row.course_id))) {
      const viewer = viewerOf(actor, await loadStanding(db, actor, courseId));
      const modules = viewer.seesAll ? null : await seenModuleIds(db, courseId);
      const those = rows.filter(
        (row) => row.course_id === courseId && (modules === null || modules.includes(row.module_id)),
      );
      seen.push(...(await materialsAsSeen(db, viewer, those, now)));
    }
    return {
      items: seen
        .filter(({ locks }) => locks.length === 0)
        .sort((one, other) => (other.myReading?.openedAt ?? 0) - (one.myReading?.openedAt ?? 0))
        .slice(0, input.limit),
    };
  },
});
