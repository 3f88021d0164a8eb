/** The dates of materials in a stretch of time, as somebody sees them; for calendars. */
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { Actor } from "#kernel/actor.ts";
import { seenOf } from "./open-materials.ts";
import type { MaterialsTable, MaterialsTables } from "./tables.ts";

export interface DatedMaterial {
  readonly materialId: string;
  readonly courseId: string;
  readonly title: string;
  readonly isDraft: boolean;
  readonly opensAt: number | null;
  readonly closesAt: number | null;
  readonly version: number;
  readonly updatedAt: number;
}

/** Materials of these courses that open or close from `from` up to `to`; a draft that has no date of its own never does. */
export async function datedMaterials(
  database: Database,
  actor: Actor,
  {
    courseIds,
    from,
    to,
    limit,
    now,
  }: {
    readonly courseIds: readonly string[];
    readonly from: number;
    readonly to: number;
    readonly limit: number;
    readonly now: number;
  },
): Promise<DatedMaterial[]> {
  if (courseIds.length === 0) return [];
  const rows = await tablesOf<MaterialsTables>(database)
    .selectFrom("materials")
    .selectAll()
    .where("course_id", "in", courseIds)
    .where("removed_at", "is", null)
    .where((each) =>
      each.or(
        (["publish_at", "available_from", "available_until"] as const).map((column) =>
          each.and([each(column, ">=", from), each(column, "<", to)]),
        ),
      ),
    )
    .orderBy("id")
    .limit(limit)
    .execute();
  const dated: DatedMaterial[] = [];
  for (const [courseId, ofCourse] of Map.groupBy(rows, (row) => row.course_id)) {
    const byId = new Map(ofCourse.map((row) => [row.id, row]));
    for (const material of await seenOf(database, actor, courseId, ofCourse, now)) {
      const row = byId.get(material.materialId);
      // What is for another group neither opens nor closes for this person.
      if (row === undefined || material.locks.some(({ kind }) => kind === "group")) continue;
      dated.push({
        materialId: row.id,
        courseId,
        title: row.title,
        isDraft: material.state !== "published",
        opensAt: opensAt(row),
        closesAt: row.available_until,
        version: row.version,
        updatedAt: row.updated_at,
      });
    }
  }
  return dated;
}

/** When it is there to be read: a draft not before it publishes itself. */
function opensAt({ published, publish_at, available_from }: MaterialsTable): number | null {
  if (published === 1 || publish_at === null) return available_from;
  return Math.max(publish_at, available_from ?? publish_at);
}
