/** Shutting an account, and opening it again. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { denyNotFound, hasRole, refusalOfDecision } from "#kernel/policy.ts";
import { personActivated, personDeactivated } from "./events.ts";
import { findPerson } from "./people.ts";
import { leavesNoAdmin } from "./policy.ts";
import { idField, Person } from "./schema.ts";
import { revokeSessionsOf } from "./sessions.ts";
import { operation } from "./tables.ts";

/** Deactivating ends sessions, access tokens and invitations at once; what the person made stays. */
export const setPersonActive = operation({
  name: "identity.setPersonActive",
  summary: "Shuts a person's account, or opens it again.",
  kind: "command",
  input: z.strictObject({ personId: idField, active: z.boolean() }),
  output: Person,
  policy: hasRole("admin"),
  refusals: { last_admin: "failed_precondition" },
  async handle(context) {
    const { input, tx, now, emit } = context;
    const { personId, active } = input;
    const person = await findPerson(tx, personId);
    if (person === null) throw refusalOfDecision(denyNotFound("person"));
    if (person.active === active) return person;
    await tx
      .updateTable("people")
      .set((each) => ({ active: active ? 1 : 0, version: each("version", "+", 1) }))
      .where("id", "=", personId)
      .execute();
    if (active) {
      emit(personActivated, { personId });
      return { ...person, active };
    }
    const admins = await tx
      .selectFrom("person_roles")
      .innerJoin("people", "people.id", "person_roles.person_id")
      .select("people.id as id")
      .where("person_roles.role", "=", "admin")
      .where("people.active", "=", 1)
      .where("people.password_hash", "is not", null)
      .execute();
    if (
      person.roles.includes("admin") &&
      leavesNoAdmin(
        personId,
        admins.map(({ id }) => id),
      )
    )
      throw new Refusal("last_admin", "This is the last admin: make somebody else an admin first.");
    await revokeSessionsOf(context, personId, null);
    await tx
      .updateTable("access_tokens")
      .set({ revoked_at: now })
      .where("person_id", "=", personId)
      .where("revoked_at", "is", null)
      .execute();
    await tx
      .deleteFrom("invitations")
      .where("person_id", "=", personId)
      .where("used_at", "is", null)
      .execute();
    emit(personDeactivated, { personId });
    return { ...person, active };
  },
});
