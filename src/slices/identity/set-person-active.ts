/** Shutting an account, and opening it again. */
import { z } from "zod";
import { denyNotFound, hasRole, refusalOfDecision } from "#kernel/policy.ts";
import { closeAccount } from "./close-account.ts";
import { isBeingErased } from "./erasures.ts";
import { personActivated, personDeactivated } from "./events.ts";
import { findPerson, requireAnotherAdmin, requireNotMerged } from "./people.ts";
import { beingErased } from "./preview-erasure.ts";
import { idField, Person } from "./schema.ts";
import { operation } from "./tables.ts";

/** Deactivating ends sessions, access tokens and invitations at once; what the person made stays. */
export const setPersonActive = operation({
  name: "identity.setPersonActive",
  summary: "Shuts a person's account, or opens it again.",
  kind: "command",
  input: z.strictObject({ personId: idField, active: z.boolean() }),
  output: Person,
  policy: hasRole("admin"),
  refusals: {
    last_admin: "failed_precondition",
    being_erased: "failed_precondition",
    person_merged: "failed_precondition",
  },
  async handle(context) {
    const { input, tx, emit } = context;
    const { personId, active } = input;
    const person = await findPerson(tx, personId);
    if (person === null) throw refusalOfDecision(denyNotFound("person"));
    requireNotMerged(person);
    if (person.active === active) return person;
    if (active && (await isBeingErased(tx, personId))) throw beingErased();
    await tx
      .updateTable("people")
      .set((each) => ({ active: active ? 1 : 0, version: each("version", "+", 1) }))
      .where("id", "=", personId)
      .execute();
    if (active) {
      emit(personActivated, { personId });
      return { ...person, active };
    }
    await requireAnotherAdmin(tx, person);
    await closeAccount(context, personId);
    emit(personDeactivated, { personId });
    return { ...person, active };
  },
});
