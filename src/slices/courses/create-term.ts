/** A new term. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { hasRole } from "#kernel/policy.ts";
import { cleanLine, foldKey } from "./keys.ts";
import { dayField, Term, termField, termsMax } from "./schema.ts";
import { operation } from "./tables.ts";
import { countCoursesIn, noneCurrent, requireDays, requireFreeName, termOf } from "./terms.ts";
import { changedBy } from "./versions.ts";

/** Adds a term; courses that bear its name as their term are in it at once. */
export const createTerm = operation({
  name: "courses.createTerm",
  summary: "Adds a term with its first and last day; courses of that term's name are in it at once.",
  kind: "command",
  input: z.strictObject({
    name: termField,
    firstDay: dayField("The first day, in the school's time zone"),
    lastDay: dayField("The last day"),
    isCurrent: z.boolean().default(false).meta({ description: "Whether it is the term of now; one is." }),
  }),
  output: Term,
  policy: hasRole("admin"),
  refusals: { term_name_taken: "conflict", too_many_terms: "failed_precondition" },
  async handle({ input, actor, tx, now, newId }) {
    requireDays(input);
    await requireFreeName(tx, input.name, null);
    const { count } = await tx
      .selectFrom("terms")
      .select((each) => each.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    if (Number(count) >= termsMax)
      throw new Refusal("too_many_terms", `A school has at most ${termsMax} terms.`);
    if (input.isCurrent) await noneCurrent(tx);
    const row = {
      id: newId(),
      name: cleanLine(input.name),
      name_key: foldKey(input.name),
      first_day: input.firstDay,
      last_day: input.lastDay,
      current: input.isCurrent ? 1 : 0,
      version: 1,
      updated_by: changedBy(actor),
      updated_at: now,
    } as const;
    await tx.insertInto("terms").values(row).execute();
    return termOf(row, await countCoursesIn(tx, row.name_key));
  },
});
