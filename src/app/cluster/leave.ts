/** `lyceum cluster leave`: takes the node of this data folder out of its cluster for good, then the node stops. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "#base/clock.ts";
import { saveSecret } from "#engines/peer/credentials-folder.ts";
import { DataFolderRefused } from "#engines/store/folder-refused.ts";
import type { Cluster } from "#engines/store/replica/cluster.ts";
import type { Kernel } from "#kernel/kernel.ts";
import { type Config, ConfigError } from "../config.ts";
import { askRunningNode } from "../control-socket.ts";
import { placesOf } from "../places.ts";
import { exits } from "../run-node.ts";

const leftName = "left.json";
const lookEveryMs = 200;

/** Asks the running node to leave; gives the exit status. */
export async function leave(
  config: Config,
  confirm: (question: string) => Promise<void>,
  say: (text: string) => void,
): Promise<number> {
  const { data, clusterNote, cluster } = placesOf(config);
  if (!existsSync(clusterNote)) throw new ConfigError(`The node in ${data} is in no cluster.`);
  refuseLeft(cluster, data);
  await confirm("Take this node out of its cluster? It cannot come back with the data that it has.");
  if ((await askRunningNode(data, "leave")) === null)
    throw new ConfigError(
      `No node runs on ${data}. Start it and try again, or take it out from another node with: lyceum cluster remove <name>`,
    );
  say(`The node has left its cluster and stops. Its data folder ${data} is of no use any more.\n`);
  return exits.ok;
}

export interface LeaveParts {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  /** The folder of the cluster. */
  readonly folder: string;
  readonly clock: Clock;
}

/** Takes this node out, from inside: hands leadership over first, so that commands hardly wait. */
export async function leaveCluster({ kernel, cluster, folder, clock }: LeaveParts): Promise<void> {
  const actor = { kind: "system", name: "cluster leave" } as const;
  const { selfId, role, nodes } = cluster.view();
  if (nodes.length <= 1)
    throw new Error("This is the only node of its cluster: leaving would leave nobody with the school.");
  if (role === "leader") await cluster.transferLeadership(null);
  const removal = kernel.callAs(actor, "cluster.removeNode", { nodeId: selfId });
  // Nobody speaks to a node that is removed, so that it may see the fact and never hear the answer.
  const looking = new AbortController();
  await Promise.race([removal, removed(cluster, clock, looking.signal)]).finally(() => looking.abort());
  removal.catch(() => {
    // What it says now is that nobody answers.
  });
  await markLeft(folder, clock);
}

/** Notices when an admin has taken this node out from elsewhere: its data grows old from then on, so it must stop. Gives whether that came before `signal`. */
export async function untilRemoved({
  cluster,
  folder,
  clock,
  signal,
}: Pick<LeaveParts, "cluster" | "folder" | "clock"> & { readonly signal: AbortSignal }): Promise<boolean> {
  await membership(true, cluster, clock, signal);
  await removed(cluster, clock, signal);
  if (signal.aborted) return false;
  await markLeft(folder, clock);
  return true;
}

function markLeft(folder: string, clock: Clock): Promise<void> {
  return saveSecret(
    join(folder, leftName),
    `${JSON.stringify({ leftAt: new Date(clock.now()).toISOString() })}\n`,
  );
}

/** Resolves once this node is no member as far as it knows. */
function removed(cluster: Cluster, clock: Clock, signal: AbortSignal): Promise<void> {
  return membership(false, cluster, clock, signal);
}

/** Resolves once this node is a member, or is none, or nobody waits for it any more. */
async function membership(
  wanted: boolean,
  cluster: Cluster,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const isMember = () => {
    const { selfId, nodes } = cluster.view();
    return nodes.some(({ id }) => id === selfId);
  };
  while (isMember() !== wanted && !signal.aborted)
    await new Promise<void>((resolve) => clock.after(lookEveryMs, resolve));
}

/** Refuses to go on with the data of a node that has left. */
export function refuseLeft(clusterFolder: string, data: string): void {
  if (existsSync(join(clusterFolder, leftName)))
    throw new DataFolderRefused(
      `The node in ${data} has left its cluster, and its data is older than the school's. To use this machine again, empty the folder and join anew: lyceum cluster join <token>`,
    );
}
