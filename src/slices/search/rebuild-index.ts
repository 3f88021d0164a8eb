/** Builds the search index anew, where an admin has reason to doubt it. */
import { z } from "zod";
import { invalidField } from "#kernel/errors.ts";
import { hasRole } from "#kernel/policy.ts";
import { indexRebuildAsked } from "./events.ts";
import { operation } from "./tables.ts";

/** Goes through the feed, so that each node hears of it, one that is away when it is back. */
export const rebuildIndex = operation({
  name: "search.rebuildIndex",
  summary:
    "Has the search index built anew from the store, at one node or at all; searches find less meanwhile.",
  kind: "command",
  input: z.strictObject({
    nodeId: z.string().max(64).optional().meta({
      description: "This node only, by the id that `cluster.getCluster` gives. Absent: every node.",
    }),
  }),
  output: z
    .object({ nodes: z.int().meta({ description: "How many nodes build theirs anew." }) })
    .meta({ id: "IndexRebuild" }),
  policy: hasRole("admin"),
  prepare: async ({ services: { cluster } }) => ({
    nodeIds: cluster === null ? null : cluster.view().nodes.map(({ id }) => id),
  }),
  async handle({ input: { nodeId }, facts: { nodeIds }, emit }) {
    if (nodeId !== undefined && !nodeIds?.includes(nodeId))
      throw invalidField("nodeId", "No node of this school has this id. Leave it out for every node.");
    emit(indexRebuildAsked, { nodeId: nodeId ?? null });
    return { nodes: nodeId === undefined ? (nodeIds?.length ?? 1) : 1 };
  },
});
