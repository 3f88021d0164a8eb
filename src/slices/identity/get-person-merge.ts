/** How a merge stands. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { hasRole } from "#kernel/policy.ts";
import { mergeById, mergeOfRow, PersonMerge } from "./merges.ts";
import { findPerson } from "./people.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

export const getPersonMerge = operation({
  name: "identity.getPersonMerge",
  summary: "Gives how far a merge of two accounts is, and what it brought over.",
  kind: "read",
  input: z.strictObject({ mergeId: idField }),
  output: PersonMerge,
  policy: hasRole("admin"),
  async handle({ input, db }) {
    const row = await mergeById(db, input.mergeId);
    return mergeOfRow(row, present(await findPerson(db, row.into_id), "a merge ends in an account"));
  },
});
