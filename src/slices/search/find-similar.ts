/** What resembles a text that is being written, for those who are about to ask. */
import { z } from "zod";
import { courseIdField } from "#slices/courses/api.ts";
import { find, placed, resultsOf } from "./find.ts";
import { searches } from "./policy.ts";
import { draftLengthMax, kindsField, SearchResult, similarMax } from "./schema.ts";
import { operation } from "./tables.ts";

/** Finds queries, pages of materials and the like that share words with a draft, the most alike first. */
export const findSimilar = operation({
  name: "search.findSimilar",
  summary:
    "Finds what resembles a text that you are writing: queries asked before, pages that may answer it.",
  kind: "read",
  input: z.strictObject({
    courseId: courseIdField,
    text: z.string().max(draftLengthMax).meta({ description: "The text as far as it is written." }),
    kinds: kindsField,
    limit: z.int().min(1).max(similarMax).default(5),
  }),
  output: z.object({ items: z.array(SearchResult) }),
  policy: searches,
  async prepare({ input, actor, now, read, textIndex }) {
    const { text: words, courseId } = input;
    const one = { read, textIndex, actor, now };
    const kinds = input.kinds ?? ["query", "material", "assignment", "announcement"];
    const { found } = await find(one, { words, manner: "similar", kinds, courseId });
    return placed(one, found.slice(0, input.limit), words);
  },
  handle: async ({ input, actor, db, now, facts }) => ({
    items: await resultsOf({ database: db, actor, now }, facts, input.courseId),
  }),
});
