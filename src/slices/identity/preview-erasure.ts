/** The first half of erasing a person: counting what would go. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { denyNotFound, hasRole, personOf, refusalOfDecision } from "#kernel/policy.ts";
import { countErasureType, Erasure, erasureOfRow, isBeingErased } from "./erasures.ts";
import { requireNoMergeOf } from "./merges.ts";
import { findPerson, requireAnotherAdmin } from "./people.ts";
import { idField } from "./schema.ts";
import { operation, type PersonErasuresTable } from "./tables.ts";

/** Changes nothing but that it is counted; a later count takes the place of an earlier one. */
export const previewErasure = operation({
  name: "identity.previewErasure",
  summary: "Counts, area by area, what erasing a person would remove and what would stay without their name.",
  kind: "command",
  input: z.strictObject({ personId: idField }),
  output: Erasure,
  policy: hasRole("admin"),
  refusals: {
    last_admin: "failed_precondition",
    being_erased: "failed_precondition",
    person_merged: "failed_precondition",
    merge_running: "failed_precondition",
  },
  async handle({ input: { personId }, tx, actor, now, newId, enqueue }) {
    const person = await findPerson(tx, personId);
    if (person === null) throw refusalOfDecision(denyNotFound("person"));
    if (person.mergedIntoId !== null)
      throw new Refusal(
        "person_merged",
        "This account was merged into another one. Erase that one; this one goes with it.",
      );
    await requireNoMergeOf(tx, [personId]);
    await requireAnotherAdmin(tx, person);
    if (await isBeingErased(tx, personId)) throw beingErased();
    await tx.deleteFrom("person_erasures").where("person_id", "=", personId).execute();
    const row: PersonErasuresTable = {
      id: newId(),
      person_id: personId,
      name: person.name,
      email: person.email,
      known_as: null,
      state: "counting",
      shares: "[]",
      reason: null,
      remains: "[]",
      asked_by: personOf(actor).personId,
      asked_at: now,
      confirmed_at: null,
      ended_at: null,
      forgotten_at: null,
    };
    await tx.insertInto("person_erasures").values(row).execute();
    await enqueue(countErasureType, { erasureId: row.id });
    return erasureOfRow(row);
  },
});

export function beingErased(): Refusal {
  return new Refusal("being_erased", "This person is being erased.");
}
