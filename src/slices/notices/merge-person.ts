/** Two accounts of one person among notices: what either has read is read. */
import type { AccountMerge } from "#kernel/person-life.ts";
import type { Step } from "#kernel/step.ts";
import type { NoticesTables } from "./tables.ts";

const rowsPerStep = 100;

/** Unites the next notices that both accounts got of the same event; whether there is more. */
export async function mergeInNotices(
  { tx }: Step<NoticesTables>,
  { from, into }: AccountMerge,
): Promise<boolean> {
  const both = await tx
    .selectFrom("notices as theirs")
    .innerJoin("notices as kept", (join) =>
      join.onRef("kept.event_key", "=", "theirs.event_key").on("kept.person_id", "=", into),
    )
    .select([
      "theirs.id as id",
      "theirs.read_at as readAt",
      "kept.id as keptId",
      "kept.read_at as keptReadAt",
    ])
    .where("theirs.person_id", "=", from)
    .limit(rowsPerStep)
    .execute();
  for (const { id, readAt, keptId, keptReadAt } of both) {
    await tx.deleteFrom("notices").where("id", "=", id).execute();
    if (readAt !== null && keptReadAt === null)
      await tx.updateTable("notices").set({ read_at: readAt }).where("id", "=", keptId).execute();
  }
  return both.length === rowsPerStep;
}
