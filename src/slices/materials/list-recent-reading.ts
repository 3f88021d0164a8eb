/** What somebody was reading last: to go on where they were. */
import { z } from "zod";
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { Person } from "#kernel/actor.ts";
import { signedIn } from "#kernel/policy.ts";
import { courseIdField, coursesOf, loadStanding } from "#slices/courses/api.ts";
import { Material } from "./schema.ts";
import { type MaterialsTables, operation } from "./tables.ts";
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
    return { items: await recentReading(db, actor, { courseIds, limit: input.limit, now }) };
  },
});

/** What the person has opened in these courses and not read to the end, the latest first. */
export async function recentReading(
  database: Database,
  actor: Person,
  {
    courseIds,
    limit,
    now,
  }: { readonly courseIds: readonly string[]; readonly limit: number; readonly now: number },
): Promise<Material[]> {
  if (courseIds.length === 0) return [];
  const db = tablesOf<MaterialsTables>(database);
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
  return seen
    .filter(({ locks }) => locks.length === 0)
    .sort((one, other) => (other.myReading?.openedAt ?? 0) - (one.myReading?.openedAt ?? 0))
    .slice(0, limit);
}
