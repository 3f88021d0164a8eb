/** Handing leadership over, for instance before a machine is taken down. */
import { z } from "zod";
import { hasRole } from "#kernel/policy.ts";
import { changing, groupOf, groupRefusals } from "./group.ts";
import { nodeIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/**
 * A node that has led for less than this leads because leadership was just handed over, perhaps by this very command:
 * the new leader runs the rest of it, and must not hand over once more. Longer than a command is tried again.
 */
const justHandedOverMs = 15_000;

/** Handing it to the node that leads does nothing, so a retry is harmless. */
export const transferLeadership = operation({
  name: "cluster.transferLeadership",
  summary: "Hands leadership to a node, or to any other that is fit; commands pause for a moment.",
  kind: "command",
  input: z.strictObject({
    nodeId: nodeIdField.nullable().meta({
      description:
        "Who is to lead. Null: any other voter, unless leadership was handed over within the last seconds.",
    }),
  }),
  output: z.object({}),
  policy: hasRole("admin"),
  refusals: groupRefusals,
  examples: [
    { summary: "To this one", input: { nodeId: "4f2a9c01d7e3" } },
    { summary: "Away from the node that leads", input: { nodeId: null } },
  ],
  async prepare({ input: { nodeId }, services, now }) {
    const { cluster } = groupOf(services);
    const { selfId, leaderSince } = cluster.view();
    const isDone =
      nodeId === null ? leaderSince !== null && now - leaderSince < justHandedOverMs : nodeId === selfId;
    if (!isDone) await changing(() => cluster.transferLeadership(nodeId));
  },
  handle: async () => ({}),
});
