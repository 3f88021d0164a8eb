/** The terms of the school. */
import { z } from "zod";
import { signedIn } from "#kernel/policy.ts";
import { Term, termsMax, UnlistedTerm } from "./schema.ts";
import { operation } from "./tables.ts";
import { coursesByTerm, termOf } from "./terms.ts";

/** Lists the terms, the latest first, and the names that courses bear as their term without its being one. */
export const listTerms = operation({
  name: "courses.listTerms",
  summary: "Lists the school's terms, the latest first, with their days.",
  kind: "read",
  input: z.strictObject({}),
  output: z.object({
    items: z.array(Term),
    unlisted: z.array(UnlistedTerm).meta({
      description: "Terms that courses name and that have no days yet; a term of that name takes them in.",
    }),
  }),
  policy: signedIn,
  async handle({ db }) {
    const rows = await db
      .selectFrom("terms")
      .selectAll()
      .orderBy("first_day", "desc")
      .orderBy("id", "desc")
      .limit(termsMax)
      .execute();
    const counts = await coursesByTerm(db);
    const listed = new Set(rows.map((row) => row.name_key));
    return {
      items: rows.map((row) => termOf(row, counts.get(row.name_key)?.courses ?? 0)),
      unlisted: [...counts]
        .filter(([key]) => !listed.has(key))
        .map(([, { name, courses }]) => ({ name, courses })),
    };
  },
});
