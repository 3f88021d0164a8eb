/** Two accounts of one person in identity itself: who looks as the old one stops, and whoever led to it leads on. */
import type { AccountMerge } from "#kernel/person-life.ts";
import type { Step } from "#kernel/step.ts";
import type { IdentityTables } from "./tables.ts";

/** All in one step: few sessions look as somebody, and few accounts were merged before. */
export async function mergeInIdentity(
  { tx }: Step<IdentityTables>,
  { from, into }: AccountMerge,
): Promise<boolean> {
  await tx
    .updateTable("sessions")
    .set({ view_person_id: null, view_course_id: null, view_until: null })
    .where("view_person_id", "=", from)
    .execute();
  await tx.updateTable("people").set({ merged_into: into }).where("merged_into", "=", from).execute();
  // What was counted for an erasure that nobody has confirmed is wrong from now on.
  await tx.deleteFrom("person_erasures").where("person_id", "in", [from, into]).execute();
  return false;
}
