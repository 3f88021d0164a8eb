/** Looking for words in everything that the asker may see. */
import { z } from "zod";
import { decodeCursor, encodeCursor, pageFields, pageOf } from "#kernel/paging.ts";
import { find, placed, progressOf, resultsOf, type Search } from "./find.ts";
import { searches } from "./policy.ts";
import { IndexProgress, inCourseField, kindsField, SearchResult, textField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Finds what holds the words, the best first; each result opens at the places that it names. */
export const search = operation({
  name: "search.search",
  summary: "Finds words in all courses, materials, assignments, announcements and queries that you may see.",
  kind: "read",
  input: z.strictObject({
    text: textField,
    courseId: inCourseField,
    kinds: kindsField,
    wait: z.boolean().default(false).meta({
      description: "Waits a moment for the index where it is behind what you have already seen.",
    }),
    ...pageFields,
  }),
  output: pageOf(SearchResult).extend({
    match: z.enum(["all", "some"]).meta({
      description: "`some`: nothing holds all of the words, these hold some of them.",
    }),
    suggestion: z.string().nullable().meta({
      description: "What may have been meant, where little was found; it finds something.",
    }),
    index: IndexProgress,
  }),
  policy: searches,
  examples: [
    { summary: "everything about shadows", input: { text: "shadow" } },
    { summary: "a phrase, in materials only", input: { text: '"size of the Earth"', kinds: ["material"] } },
  ],
  async prepare({ input, actor, now, read, textIndex }) {
    const { text: words, courseId, limit } = input;
    const kinds = input.kinds ?? null;
    const one: Search = { read, textIndex, actor, now };
    const index = await progressOf(one, input);
    const [skipped] = input.cursor === undefined ? [0] : decodeCursor(input.cursor, ["integer"]);
    const { found, match } = await find(one, { words, manner: "search", kinds, courseId });
    const isPoor = found.length === 0 || match === "some";
    // The number of what was shown, never of what was looked at: that would tell of what is hidden.
    const from = Math.max(0, skipped);
    return {
      placed: await placed(one, found.slice(from, from + limit), words),
      nextCursor: found.length > from + limit ? encodeCursor([from + limit]) : null,
      match: found.length === 0 ? ("all" as const) : match,
      suggestion: isPoor ? await suggestionFor(one, { words, kinds, courseId }) : null,
      index,
    };
  },
  async handle({ input, actor, db, now, facts }) {
    const { placed: shown, ...rest } = facts;
    return { items: await resultsOf({ database: db, actor, now }, shown, input.courseId), ...rest };
  },
});

/** Words may be known to the index from what the asker may not see: only what finds something for them is suggested. */
async function suggestionFor(
  one: Search,
  {
    words,
    kinds,
    courseId,
  }: { words: string; kinds: readonly string[] | null; courseId: string | undefined },
): Promise<string | null> {
  for (const correction of await one.textIndex.corrections(words)) {
    const { found, match } = await find(one, { words: correction, manner: "search", kinds, courseId });
    if (found.length > 0 && match === "all") return correction;
  }
  return null;
}
