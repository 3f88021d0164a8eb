/** Making a member of a machine that was let in. */
import { z } from "zod";
import { denyNotFound, refusalOfDecision, systemOnly } from "#kernel/policy.ts";
import { nodeJoined } from "./events.ts";
import { changing, groupOf, groupRefusals } from "./group.ts";
import { nodeIdField } from "./schema.ts";
import { operation } from "./tables.ts";

/** As a learner, which votes once it has caught up. Adding a member again does nothing, so a retry is harmless. */
export const addNode = operation({
  name: "cluster.addNode",
  summary: "Makes a machine that was let in a member of the cluster.",
  kind: "command",
  input: z.strictObject({ nodeId: nodeIdField }),
  output: z.object({ nodeId: nodeIdField }),
  policy: systemOnly,
  refusals: groupRefusals,
  async prepare({ input: { nodeId }, services, read }) {
    const { cluster } = groupOf(services);
    const row = await read((db) =>
      db
        .selectFrom("cluster_join_tokens")
        .select(["node_label", "peer_at", "http_url", "grpc_at"])
        .where("node_id", "=", nodeId)
        .executeTakeFirst(),
    );
    const { node_label: name = null, peer_at: peerAddress = null } = row ?? {};
    if (row === undefined || name === null || peerAddress === null)
      throw refusalOfDecision(denyNotFound("machine"));
    const about = { name, peerAddress, httpUrl: row.http_url, grpcAddress: row.grpc_at };
    await changing(() => cluster.addMember({ id: nodeId, about }));
  },
  async handle({ input, emit }) {
    emit(nodeJoined, { nodeId: input.nodeId });
    return { nodeId: input.nodeId };
  },
});
