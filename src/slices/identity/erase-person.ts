/** The second half of erasing a person: doing it. There is no way back. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { hasRole, personOf } from "#kernel/policy.ts";
import { Erasure, erasePersonType, erasureById, erasureConfirmMs, erasureOfRow } from "./erasures.ts";
import { personErasureBegun } from "./events.ts";
import { requireNoMergeOf } from "./merges.ts";
import { foldEmail, nameKey, searchKey } from "./names.ts";
import { erasedPersonName, findPerson, requireAnotherAdmin } from "./people.ts";
import { emailField, idField } from "./schema.ts";
import { operation } from "./tables.ts";

/**
 * From this command on the account has neither name nor address, so that nobody finds it any more; a job then goes
 * through everything else. It asks for what was counted, for a shut account, and for the address to be typed.
 */
export const erasePerson = operation({
  name: "identity.erasePerson",
  summary: "Erases a person for good, as its preview counted: type their e-mail address to confirm.",
  kind: "command",
  input: z.strictObject({
    erasureId: idField,
    confirmEmail: emailField.meta({ description: "The person's e-mail address, typed once more." }),
  }),
  output: Erasure,
  policy: hasRole("admin"),
  refusals: {
    not_counted: "failed_precondition",
    still_active: "failed_precondition",
    last_admin: "failed_precondition",
    confirm_email: "failed_precondition",
    merge_running: "failed_precondition",
  },
  async handle({ input, tx, now, emit, enqueue, actor }) {
    const row = await erasureById(tx, input.erasureId);
    const person = row.person_id === null ? null : await findPerson(tx, row.person_id);
    if (person === null || row.state !== "ready" || row.asked_at < now - erasureConfirmMs)
      throw new Refusal("not_counted", "This was not counted, or not lately, or is done. Count it anew.");
    if (person.active)
      throw new Refusal("still_active", "This account is open. Shut it first: then its owner can object.");
    await requireNoMergeOf(tx, [person.id]);
    await requireAnotherAdmin(tx, person);
    if (foldEmail(input.confirmEmail) !== person.email) {
      const message = `Type the address of ${person.name} to confirm that it is them.`;
      throw new Refusal("confirm_email", message, { problems: [{ field: "confirmEmail", message }] });
    }
    // The name may have been corrected since it was counted; what is searched for is what stands there now.
    await tx
      .updateTable("person_erasures")
      .set({
        ...{ state: "erasing", confirmed_at: now, name: person.name, email: person.email, shares: "[]" },
        asked_by: personOf(actor).personId,
      })
      .where("id", "=", row.id)
      .execute();
    const email = `${row.id}@erased.invalid`;
    await tx
      .updateTable("people")
      .set((each) => ({
        name: erasedPersonName,
        name_key: nameKey(erasedPersonName),
        search_key: searchKey(erasedPersonName, email),
        ...{ email, active: 0, password_hash: null, version: each("version", "+", 1) },
      }))
      .where("id", "=", person.id)
      .execute();
    emit(personErasureBegun, { erasureId: row.id });
    await enqueue(erasePersonType, { erasureId: row.id });
    return { ...erasureOfRow(await erasureById(tx, row.id)) };
  },
});
