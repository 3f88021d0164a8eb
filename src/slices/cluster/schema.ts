/** What the cluster slice says on the wire: its nouns, the fields of its inputs, and every limit on them. */
import { z } from "zod";
import { lineField } from "#kernel/line-field.ts";

export const probeKeyLengthMax = 200;
export const probeValueLengthMax = 65_536;
/** Keys of probes that are kept; the oldest unused ones make room. */
export const probesMax = 10_000;
/** A probe that was not written for so long may make room for another. */
export const probeIdleMs = 24 * 3_600_000;
/** Old probes that one command clears away. */
export const probesClearedMax = 100;

export const tokenLifetimeMsMin = 60_000;
export const tokenLifetimeMsDefault = 3_600_000;
export const tokenLifetimeMsMax = 7 * 24 * 3_600_000;
/** Tokens that are neither used nor expired. */
export const tokensOpenMax = 20;

const instant = z.int().nonnegative();
const address = z.string().min(1).max(300);

export const nodeIdField = z
  .string()
  .regex(/^[0-9a-z-]{1,64}$/, "This must be a node's id, as cluster.getCluster gives it.")
  .meta({ description: "A node's id, as cluster.getCluster gives it." });
export const nodeNameField = lineField(100, "What people call the node.");
export const probeKeyField = z.string().min(1).max(probeKeyLengthMax).meta({ description: "Which probe." });
export const probeValueField = z.string().max(probeValueLengthMax).meta({ description: "Any text." });

/** Where a node is reached by everybody. */
export const NodeAddress = z
  .object({
    id: nodeIdField,
    isLeader: z.boolean(),
    httpUrl: z.string().nullable().meta({ description: "Its address for HTTP; null when it has none." }),
    grpcAddress: z.string().nullable().meta({ description: "host:port of its gRPC; null when it has none." }),
  })
  .meta({ id: "NodeAddress" });

export const ClusterNode = z
  .object({
    id: nodeIdField,
    name: z.string().meta({ description: "What people call it." }),
    role: z.enum(["voter", "learner"]).meta({
      id: "NodeRole",
      description: "A voter counts in every decision; a learner catches up first.",
    }),
    isLeader: z.boolean(),
    isReachable: z.boolean().meta({ description: "Whether the node that answers reaches it." }),
    peerAddress: z.string().meta({ description: "host:port where the other nodes reach it." }),
    httpUrl: z.string().nullable(),
    grpcAddress: z.string().nullable(),
    version: z.string().nullable().meta({ description: "Of Lyceum; null when it has not said so." }),
    lagEntries: z
      .int()
      .nonnegative()
      .nullable()
      .meta({ description: "Entries of the log that it has not taken in; null when nobody knows." }),
    progress: z
      .enum(["probe", "replicate", "snapshot"])
      .nullable()
      .meta({ id: "NodeProgress", description: "How the leader brings it up to date; null elsewhere." }),
    appliedIndex: z.int().nonnegative().nullable().meta({ description: "How far its data has come." }),
    diskFreeBytes: z.int().nonnegative().nullable(),
    diskBytes: z.int().nonnegative().nullable(),
    lastSnapshotAt: instant.nullable(),
    trouble: z.string().nullable().meta({
      description: "Why it does not serve, or takes no commands, as it says itself; null when all is well.",
    }),
  })
  .meta({ id: "ClusterNode" });

export const ClusterState = z
  .object({
    kind: z.enum(["alone", "group", "database"]).meta({
      id: "ClusterKind",
      description:
        "alone: one node, which others may join. group: nodes that keep the data together. database: PostgreSQL keeps the data, and its own tools say how it is.",
    }),
    clusterId: z.string(),
    answeredBy: z.string().meta({ description: "The id of the node that answers." }),
    leaderId: z.string().nullable().meta({ description: "Null while none leads." }),
    leaderSince: instant.nullable(),
    term: z.int().nonnegative(),
    commitIndex: z.int().nonnegative(),
    appliedIndex: z.int().nonnegative(),
    nodes: z.array(ClusterNode),
    lastSnapshot: z
      .object({ index: z.int().nonnegative(), at: instant, bytes: z.int().nonnegative() })
      .nullable()
      .meta({ id: "ClusterSnapshot", description: "The last one of the node that answers." }),
    rebuilding: z
      .string()
      .nullable()
      .meta({ description: "Why the node that answers makes its data anew; null when it does not." }),
  })
  .meta({ id: "ClusterState" });

export const Probe = z
  .object({
    key: z.string(),
    value: z.string().nullable().meta({ description: "Null when nothing was ever written." }),
    version: z.int().nonnegative().meta({ description: "How often it was written; 0 for never." }),
  })
  .meta({ id: "Probe" });

/** What a newcomer says of itself. */
export const joiningFields = {
  token: z.string().min(1).max(2_000),
  certificateRequest: z.string().min(1).max(20_000),
  name: nodeNameField,
  peerAddress: address,
  httpUrl: address.nullable(),
  grpcAddress: address.nullable(),
  schemaKnown: z.int().nonnegative(),
};
