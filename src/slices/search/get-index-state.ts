/** How the index of the node that answers stands, for those who run the school. */
import { z } from "zod";
import { feedEnd } from "#kernel/feed-ends.ts";
import { hasRole } from "#kernel/policy.ts";
import { operation } from "./tables.ts";

export const getIndexState = operation({
  name: "search.getIndexState",
  summary: "Shows how far this node's search index is, what it holds, and which files it could not read.",
  kind: "read",
  input: z.strictObject({}),
  output: z
    .object({
      position: z.int().meta({ description: "How far in the feed it has come; -1 while it is being built." }),
      feedPosition: z.int().meta({ description: "How far the feed is." }),
      entries: z.int().meta({ description: "Pages, sections, answers and the like that can be found." }),
      queuedFiles: z.int().meta({ description: "Files whose text is still to be read." }),
      failedFiles: z
        .int()
        .meta({ description: "Files whose text could not be read; their titles are found." }),
      bytes: z.int().meta({ description: "The size of its file." }),
    })
    .meta({ id: "IndexState" }),
  policy: hasRole("admin"),
  prepare: async ({ textIndex }) => ({ position: textIndex.knownPosition, ...(await textIndex.status()) }),
  handle: async ({ db, facts }) => ({ ...facts, feedPosition: await feedEnd(db) }),
});
