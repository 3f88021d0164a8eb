/** Taking a term off the list. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { hasRole } from "#kernel/policy.ts";
import { idField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Removes a term and its days. Its courses stay, and keep its name. Twice is refused. */
export const removeTerm = operation({
  name: "courses.removeTerm",
  summary: "Removes a term and its days; its courses stay and keep the name.",
  kind: "command",
  input: z.strictObject({ termId: idField("the term") }),
  output: z.object({ name: z.string() }),
  policy: hasRole("admin"),
  refusals: { unknown_term: "not_found" },
  async handle({ input, tx }) {
    const row = await tx
      .deleteFrom("terms")
      .where("id", "=", input.termId)
      .returning("name")
      .executeTakeFirst();
    if (row === undefined) throw new Refusal("unknown_term", "There is no such term.", { kind: "not_found" });
    return row;
  },
});
