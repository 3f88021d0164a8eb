/** Taking a node out of the cluster for good. */
import { z } from "zod";
import { Refusal } from "#kernel/errors.ts";
import { hasRole } from "#kernel/policy.ts";
import { nodeRemoved } from "./events.ts";
import { changing, groupOf, groupRefusals } from "./group.ts";
import { nodeIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** Removing one that is no member any more does nothing, so a retry is harmless. */
export const removeNode = operation({
  name: "cluster.removeNode",
  summary: "Takes a node out of the cluster; it cannot come back with the data that it has.",
  kind: "command",
  input: z.strictObject({ nodeId: nodeIdField }),
  output: z.object({ nodeId: nodeIdField }),
  policy: hasRole("admin"),
  refusals: { ...groupRefusals, files_not_copied: "failed_precondition" },
  examples: [{ summary: "A machine that is gone", input: { nodeId: "4f2a9c01d7e3" } }],
  async prepare({ input, services }) {
    const { cluster } = groupOf(services);
    const voters = cluster.view().nodes.filter(({ role }) => role === "voter");
    if (voters.length === 1 && voters[0]?.id === input.nodeId)
      throw new Refusal(
        "would_lose_quorum",
        "This is the last node: the whole school is there. To end it, stop it and keep or delete its data folder.",
      );
    if ((await services.hasOnlyCopies?.(input.nodeId)) === true)
      throw new Refusal(
        "files_not_copied",
        "This node has files of the school that no other node has yet; they are copied by themselves. Try again in some minutes. A node that is stopped can be removed all the same, and its files are lost.",
      );
    await changing(() => cluster.removeMember(input.nodeId));
  },
  async handle({ input, tx, emit }) {
    // What let it in does not let it in again under the same id.
    await tx.deleteFrom("cluster_join_tokens").where("node_id", "=", input.nodeId).execute();
    emit(nodeRemoved, { nodeId: input.nodeId });
    return { nodeId: input.nodeId };
  },
});
