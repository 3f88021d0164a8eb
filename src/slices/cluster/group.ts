/** The group behind the operations: where there is none, what whoever wants one must do; its refusals as ours. */
import { NotLeader } from "#engines/errors.ts";
import { type Cluster, RaftRefused } from "#engines/store/replica/cluster.ts";
import { Refusal, Unavailable } from "#kernel/errors.ts";
import type { ClusterAdmission, Services } from "#kernel/services.ts";

/** The refusals of operations that change the group. */
export const groupRefusals = {
  no_cluster: "failed_precondition",
  would_lose_quorum: "failed_precondition",
  not_caught_up: "failed_precondition",
  unknown_node: "not_found",
} as const;

/** The group and its admission; refuses where this school has none. */
export function groupOf({ cluster, admission }: Pick<Services, "cluster" | "admission">): {
  readonly cluster: Cluster;
  readonly admission: ClusterAdmission;
} {
  if (cluster === null)
    throw new Refusal(
      "no_cluster",
      "PostgreSQL keeps the data of this school: its own tools decide on which machines. Nodes of Lyceum are added by starting them with the same database.",
    );
  if (admission === null)
    throw new Refusal(
      "no_cluster",
      "This school runs on one node that takes no others in. Stop it, run lyceum cluster init on its data folder, and start it again.",
    );
  return { cluster, admission };
}

/** Runs a change of the group; what the group refuses is refused in words for people. */
export async function changing(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    throw asAnswer(error);
  }
}

function asAnswer(error: unknown): unknown {
  if (!(error instanceof RaftRefused)) return error;
  switch (error.code) {
    case "would-lose-quorum":
      return new Refusal(
        "would_lose_quorum",
        "Without this node too few of the others would be left that can be reached: nothing could be written any more. Start those that are down first.",
      );
    case "unknown-member":
      return new Refusal("unknown_node", "There is no node with this id in the cluster.", {
        kind: "not_found",
      });
    case "not-caught-up":
      return new Refusal(
        "not_caught_up",
        "This node has not caught up with the others yet. Try again later.",
      );
    case "not-leader":
      return new NotLeader(null, { cause: error });
    default:
      // Another change is under way, or the leader has just begun: it passes by itself.
      return new Unavailable(`The cluster is changing already: ${error.message}`, { cause: error });
  }
}
