/** Saying how a course comes to its totals. */
import type { Kysely } from "kysely";
import { z } from "zod";
import { invalidField } from "#kernel/errors.ts";
import { changedBy, courseIdField, requireVersion, versionField } from "#slices/courses/api.ts";
import { schemeUpdated } from "./events.ts";
import { loadBook } from "./gradebook.ts";
import { keepsGradebook } from "./policy.ts";
import {
  categoriesMax,
  categoryIdField,
  dropLowestMax,
  GradingScheme,
  Letter,
  lettersMax,
  MissingPolicy,
  percentField,
  TotalMethod,
  titleField,
} from "./schema.ts";
import { type GradesTables, operation } from "./tables.ts";

const CategoryWish = z
  .strictObject({
    categoryId: categoryIdField.optional().meta({ description: "Absent: a new one." }),
    title: titleField,
    weight: percentField,
    dropLowest: z.int().min(0).max(dropLowestMax).default(0),
  })
  .meta({ id: "GradeCategoryWish" });

/** Replaces the scheme of a course as a whole. Columns of a category that is left out stand in none from then on. */
export const updateGradingScheme = operation({
  name: "grades.updateGradingScheme",
  summary: "Says how a course comes to its totals: categories, weights, letters.",
  kind: "command",
  input: z.strictObject({
    courseId: courseIdField,
    version: versionField("the scheme"),
    method: TotalMethod,
    missing: MissingPolicy,
    letters: z
      .array(Letter)
      .max(lettersMax)
      .meta({ description: "In any order; none: no letters are given." }),
    showsTotal: z.boolean(),
    categories: z.array(CategoryWish).max(categoriesMax).meta({ description: "In the order to show them." }),
  }),
  output: GradingScheme,
  policy: keepsGradebook,
  refusals: { stale_version: "conflict" },
  async handle({ input, actor, tx, now, newId, emit }) {
    const { courseId } = input;
    const row = await tx
      .selectFrom("grading_schemes")
      .selectAll()
      .where("course_id", "=", courseId)
      .executeTakeFirst();
    const before = row ?? { version: 1, updated_by: "system", updated_at: now };
    await requireVersion(tx, "the scheme", before, input.version);
    requireDistinct(input);
    const scheme = {
      method: input.method,
      missing: input.missing,
      letters: JSON.stringify(
        input.letters.map(({ letter, from }) => ({ letter, from: Math.round(from * 100) })),
      ),
      shows_total: input.showsTotal ? (1 as const) : (0 as const),
      version: input.version + 1,
      updated_by: changedBy(actor),
      updated_at: now,
    };
    await tx
      .insertInto("grading_schemes")
      .values({ course_id: courseId, ...scheme })
      .onConflict((conflict) => conflict.column("course_id").doUpdateSet(scheme))
      .execute();
    await replaceCategories(tx, courseId, input.categories, newId);
    emit(schemeUpdated, { courseId });
    return (await loadBook(tx, courseId)).scheme;
  },
});

function requireDistinct({
  method,
  letters,
  categories,
}: {
  readonly method: TotalMethod;
  readonly letters: readonly z.output<typeof Letter>[];
  readonly categories: readonly z.output<typeof CategoryWish>[];
}): void {
  const froms = letters.map(({ from }) => from);
  if (new Set(froms).size < froms.length)
    throw invalidField(
      "letters",
      "Two letters begin at the same percentage: nobody could earn the one of them.",
    );
  const names = letters.map(({ letter }) => letter.trim());
  if (new Set(names).size < names.length) throw invalidField("letters", "A letter may stand here once.");
  const titles = categories.map(({ title }) => title.trim().toLowerCase());
  if (new Set(titles).size < titles.length)
    throw invalidField("categories", "Two categories have the same name. Give each one of its own.");
  if (method === "weighted" && categories.every(({ weight }) => weight === 0))
    throw invalidField("categories", "With weights, at least one category needs a weight above 0.");
}

async function replaceCategories(
  tx: Kysely<GradesTables>,
  courseId: string,
  wishes: readonly z.output<typeof CategoryWish>[],
  newId: () => string,
): Promise<void> {
  const known = await tx
    .selectFrom("grade_categories")
    .select("id")
    .where("course_id", "=", courseId)
    .execute();
  const ids = new Set(known.map(({ id }) => id));
  const kept = new Set(wishes.flatMap(({ categoryId }) => categoryId ?? []));
  for (const categoryId of kept)
    if (!ids.has(categoryId))
      throw invalidField(
        "categories",
        "This course has no category with this id. Leave the id out for a new one.",
      );
  if (kept.size < wishes.filter(({ categoryId }) => categoryId !== undefined).length)
    throw invalidField("categories", "A category may stand here once.");
  const gone = [...ids].filter((id) => !kept.has(id));
  if (gone.length > 0) {
    await tx
      .updateTable("grade_columns")
      .set({ category_id: null })
      .where("course_id", "=", courseId)
      .where("category_id", "in", gone)
      .execute();
    await tx.deleteFrom("grade_categories").where("id", "in", gone).execute();
  }
  for (const [position, wish] of wishes.entries()) {
    const facts = {
      title: wish.title.trim(),
      weight: Math.round(wish.weight * 100),
      drop_lowest: wish.dropLowest,
      position,
    };
    await tx
      .insertInto("grade_categories")
      .values({ id: wish.categoryId ?? newId(), course_id: courseId, ...facts })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(facts))
      .execute();
  }
}
