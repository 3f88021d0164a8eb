/** Categories of a gradebook, as inputs refer to them. */
import type { Kysely } from "kysely";
import { invalidField } from "#kernel/errors.ts";
import type { GradesTables } from "./tables.ts";

/** Refuses, by the field's name, a category that is not of this course. */
export async function requireCategory(
  db: Kysely<GradesTables>,
  courseId: string,
  categoryId: string | null,
): Promise<void> {
  if (categoryId === null) return;
  const row = await db
    .selectFrom("grade_categories")
    .select("id")
    .where("id", "=", categoryId)
    .where("course_id", "=", courseId)
    .executeTakeFirst();
  if (row === undefined)
    throw invalidField("categoryId", "This course has no category with this id. Null: in no category.");
}
