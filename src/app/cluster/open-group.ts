/** What a node of several has beside its store: ways to ask the others, files that they keep together, and a say in who joins. */
import type { Clock } from "#base/clock.ts";
import type { LocalBlobs } from "#engines/blobs/local/open.ts";
import { openReplicatedBlobs } from "#engines/blobs/replicated/open.ts";
import type { Cluster, ClusterNode } from "#engines/store/replica/cluster.ts";
import type { Group } from "#kernel/group.ts";
import type { Log } from "#kernel/kernel.ts";
import type { Membership } from "./membership.ts";

export function openGroup(
  { transport, admission }: Membership,
  cluster: Cluster,
  local: LocalBlobs,
  log: Log,
): Group {
  const blobs = openReplicatedBlobs({
    local,
    peers: transport.peers,
    group: () => cluster.view(),
    report: (report) =>
      log(report.kind === "not_mended" ? "error" : "info", "files of the cluster", { ...report }),
  });
  return { peers: transport.peers, blobs, admission };
}

/** Tells the log when leadership comes and goes, and whom this node takes for the leader. */
export function logLeadership(cluster: Cluster, log: Log): () => void {
  let led = false;
  return cluster.onLeadership(({ isLeader, leaderId }) => {
    const { term, nodes } = cluster.view();
    const name = nodes.find(({ id }) => id === leaderId)?.about.name ?? null;
    const facts = { term, leaderId, leader: name };
    if (isLeader && !led) log("info", "this node leads now", { event: "leadership-gained", ...facts });
    else if (!isLeader && led) log("info", "this node leads no more", { event: "leadership-lost", ...facts });
    else if (leaderId === null) log("warn", "no leader is known", { event: "leader-lost", ...facts });
    else log("info", "another node leads", { event: "leader-found", ...facts });
    led = isLeader;
  });
}

/** Longer than an election takes that nobody contests. */
const handOverMsMax = 3_000;

/** Before this node stops: hands leadership to another one, so that commands pause for no election. */
export async function handOver(cluster: Cluster, clock: Clock, log: Log): Promise<void> {
  const { role, selfId, nodes } = cluster.view();
  const isFit = (each: ClusterNode) => each.id !== selfId && each.role === "voter" && each.isReachable;
  if (role !== "leader" || !nodes.some(isFit)) return;
  let cancel = () => {};
  const limit = new Promise<void>((resolve) => {
    cancel = clock.after(handOverMsMax, resolve);
  });
  try {
    await Promise.race([cluster.transferLeadership(null), limit]);
  } catch (error) {
    // The others will elect one without being asked.
    log("info", "leadership was not handed over", {
      error: error instanceof Error ? error.message : String(error),
    });
  } finally {
    cancel();
  }
}
