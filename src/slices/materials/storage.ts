/** How much room the contents of courses take: files, what they were before, images of pages and captions. */
import type { Kysely } from "kysely";
import { requireRoom } from "#slices/courses/api.ts";
import type { MaterialsTables } from "./tables.ts";

type Db = Kysely<MaterialsTables>;

/** What operations declare that put a file into a course. */
export const storageRefusals = { course_storage_full: "too_large" } as const;

/** Refuses a file that does not fit any more into what the school gives a course. */
export async function requireStorage(tx: Db, courseId: string, more: number): Promise<void> {
  const used = (await bytesByCourse(tx, [courseId])).get(courseId) ?? 0;
  await requireRoom(tx, { courseId, used, more });
}

/** Bytes in each of these courses, less those of removed materials; courses that have none may be missing. */
export async function bytesByCourse(
  db: Db,
  courseIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  const add = (rows: readonly { readonly course_id: string; readonly bytes: number }[]) => {
    for (const { course_id, bytes } of rows)
      found.set(course_id, (found.get(course_id) ?? 0) + Number(bytes));
  };
  add(
    await db
      .selectFrom("materials")
      .select((each) => ["course_id", each.fn.sum<number>("bytes").as("bytes")])
      .where("course_id", "in", courseIds)
      .where("removed_at", "is", null)
      .groupBy("course_id")
      .execute(),
  );
  for (const table of ["material_revisions", "material_page_images", "material_captions"] as const)
    add(
      await db
        .selectFrom(table)
        .innerJoin("materials", "materials.id", `${table}.material_id`)
        .select((each) => [
          "materials.course_id as course_id",
          each.fn.sum<number>(`${table}.bytes`).as("bytes"),
        ])
        .where("materials.course_id", "in", courseIds)
        .where("materials.removed_at", "is", null)
        .groupBy("materials.course_id")
        .execute(),
    );
  return found;
}
