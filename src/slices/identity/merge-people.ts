/** Making one account of two that one person has. */
import { z } from "zod";
import { invalidField } from "#kernel/errors.ts";
import { hasRole, personOf } from "#kernel/policy.ts";
import { closeAccount } from "./close-account.ts";
import { personDeactivated } from "./events.ts";
import {
  isNameTyped,
  mergeById,
  mergeOfRow,
  mergePair,
  mergePeopleType,
  mergeRefusals,
  PersonMerge,
  requireMergeable,
} from "./merges.ts";
import { nameLengthMax } from "./schema.ts";
import { operation } from "./tables.ts";

/**
 * Shuts the one account at once, so that nothing is added to it; a job then brings over what it has, and comes to an end
 * whatever happens to nodes in between. There is no way back, so the name is typed. Whoever asks keeps their own account,
 * so the school keeps an admin.
 */
export const mergePeople = operation({
  name: "identity.mergePeople",
  summary: "Merges one account of a person into another one of theirs. It cannot be undone.",
  kind: "command",
  input: z.strictObject({
    ...mergePair,
    confirmName: z
      .string()
      .max(nameLengthMax)
      .meta({ description: "The name of the account that ends, typed out: this cannot be undone." }),
  }),
  output: PersonMerge,
  policy: hasRole("admin"),
  refusals: mergeRefusals,
  async handle(context) {
    const { input, actor, tx, now, newId, emit, enqueue } = context;
    const adminId = personOf(actor).personId;
    const { from, into } = await requireMergeable(tx, { ...input, adminId });
    if (!isNameTyped(from.name, input.confirmName))
      throw invalidField("confirmName", `Type the name of the account that ends: ${from.name}.`);
    await tx
      .updateTable("people")
      .set((each) => ({ active: 0, merged_into: into.id, version: each("version", "+", 1) }))
      .where("id", "=", from.id)
      .execute();
    await closeAccount(context, from.id);
    if (from.active) emit(personDeactivated, { personId: from.id });
    const id = newId();
    await tx
      .insertInto("person_merges")
      .values({
        ...{ id, from_id: from.id, from_name: from.name, into_id: into.id, state: "running" },
        ...{ slices_done: 0, slices_total: 0, shares: "[]" },
        ...{ asked_by: adminId, asked_at: now, ended_at: null },
      })
      .execute();
    await enqueue(mergePeopleType, { mergeId: id, sweep: false });
    return mergeOfRow(await mergeById(tx, id), into);
  },
});
