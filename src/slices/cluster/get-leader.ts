/** Where the school's nodes are: what clients need to find each of them, and nothing else. */
import { z } from "zod";
import { anyone } from "#kernel/policy.ts";
import { NodeAddress } from "./schema.ts";
import { operation } from "./tables.ts";

/** The node that leads, and every node's public addresses. Empty where the data lies in PostgreSQL. */
export const getLeader = operation({
  name: "cluster.getLeader",
  summary: "Gives the addresses of the school's nodes, and which of them leads.",
  kind: "read",
  input: z.strictObject({}),
  output: z.object({
    leader: NodeAddress.nullable().meta({ description: "Null while no node leads." }),
    nodes: z.array(NodeAddress),
  }),
  policy: anyone,
  underView: "open",
  examples: [{ summary: "Before the first call, and when a node is gone", input: {} }],
  async handle({ cluster }) {
    const nodes = (cluster?.view().nodes ?? []).map(({ id, isLeader, about }) => ({
      id,
      isLeader,
      httpUrl: about.httpUrl,
      grpcAddress: about.grpcAddress,
    }));
    return { leader: nodes.find(({ isLeader }) => isLeader) ?? null, nodes };
  },
});
