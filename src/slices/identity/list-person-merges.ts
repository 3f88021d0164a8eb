/** The merges that there were. */
import { z } from "zod";
import { present } from "#base/assert.ts";
import { pageById, pageFields, pageOf } from "#kernel/paging.ts";
import { hasRole } from "#kernel/policy.ts";
import { mergeOfRow, PersonMerge } from "./merges.ts";
import { peopleWhere } from "./people.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

export const listPersonMerges = operation({
  name: "identity.listPersonMerges",
  summary: "Lists merges of accounts, the latest first; of one kept account, or of all.",
  kind: "read",
  input: z.strictObject({ ...pageFields, intoId: idField.optional() }),
  output: pageOf(PersonMerge),
  policy: hasRole("admin"),
  examples: [{ summary: "All merges", input: {} }],
  async handle({ input, db }) {
    let select = db.selectFrom("person_merges").selectAll();
    if (input.intoId !== undefined) select = select.where("into_id", "=", input.intoId);
    const page = await pageById(select, input, "newest first");
    const people = await peopleWhere(db, [...new Set(page.items.map(({ into_id }) => into_id))]);
    const kept = new Map(people.map((person) => [person.id, person]));
    const items = page.items.map((row) =>
      mergeOfRow(row, present(kept.get(row.into_id), "a merge ends in an account")),
    );
    return { ...page, items };
  },
});
