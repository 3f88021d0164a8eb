/** Two accounts of one person among queries: they ask the same once, and not beside their own query. */
import type { AccountMerge } from "#kernel/person-life.ts";
import type { Step } from "#kernel/step.ts";
import type { QueriesTables } from "./tables.ts";

const rowsPerStep = 100;

/** Takes back the next of what would count one person twice; whether there is more. */
export async function mergeInQueries(
  { tx }: Step<QueriesTables>,
  { from, into }: AccountMerge,
): Promise<boolean> {
  const both = [from, into];
  const doubled = await tx
    .selectFrom("query_sames")
    .innerJoin("queries", "queries.id", "query_sames.query_id")
    .select(["query_sames.query_id as queryId", "query_sames.person_id as personId"])
    .where("query_sames.person_id", "in", both)
    .where((each) =>
      each.or([
        each("queries.asker_id", "in", both),
        each.and([
          each("query_sames.person_id", "=", from),
          each.exists(
            each
              .selectFrom("query_sames as kept")
              .select("kept.query_id")
              .whereRef("kept.query_id", "=", "query_sames.query_id")
              .where("kept.person_id", "=", into),
          ),
        ]),
      ]),
    )
    .limit(rowsPerStep)
    .execute();
  for (const { queryId, personId } of doubled) {
    await tx
      .deleteFrom("query_sames")
      .where("query_id", "=", queryId)
      .where("person_id", "=", personId)
      .execute();
    await tx
      .updateTable("queries")
      .set((each) => ({ same_count: each("same_count", "-", 1) }))
      .where("id", "=", queryId)
      .execute();
  }
  return doubled.length === rowsPerStep;
}
