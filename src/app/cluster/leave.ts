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
/**
 * A membership is in force as soon as it is in a log, and may be undone until it is committed, which a node that is
 * removed may never hear. One that stands for so long is not undone any more, or is what an admin wished for anyway.
 */
const standsForMs = 3_000;

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
  readonly clock: Clock;
}

/** Takes this node out, from inside: hands leadership over first, so that commands hardly wait. */
export async function leaveCluster({ kernel, cluster, clock }: LeaveParts): Promise<void> {
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
}

/**
 * Notices when an admin has taken this node out from elsewhere: its data grows old from then on, so it must stop. Gives
 * whether that came before `signal`.
 */
export async function untilRemoved({
  cluster,
  clock,
  signal,
}: Pick<LeaveParts, "cluster" | "clock"> & { readonly signal: AbortSignal }): Promise<boolean> {
  // A newcomer is no member until the leader has told it so.
  await until(() => cluster.view().wasMember, { clock, signal });
  await removed(cluster, clock, signal);
  return !signal.aborted;
}

/** Notes in the folder of the cluster that its node is out, so that it does not start again; once, whoever notices first. */
export function departureFrom(folder: string, clock: Clock): () => Promise<void> {
  let noted: Promise<void> | null = null;
  return () => {
    const note = { leftAt: new Date(clock.now()).toISOString() };
    noted ??= saveSecret(join(folder, leftName), `${JSON.stringify(note)}\n`);
    return noted;
  };
}

/** Resolves once this node has been no member, and without a leader, for a while. */
async function removed(cluster: Cluster, clock: Clock, signal: AbortSignal): Promise<void> {
  let since: number | null = null;
  await until(
    () => {
      // While a leader speaks to it, it may only be on its way to the entry that made it a member.
      const isOut = !isMemberOf(cluster) && cluster.view().leaderId === null;
      since = isOut ? (since ?? clock.monotonic()) : null;
      return since !== null && clock.monotonic() - since >= standsForMs;
    },
    { clock, signal },
  );
}

function isMemberOf(cluster: Cluster): boolean {
  const { selfId, nodes } = cluster.view();
  return nodes.some(({ id }) => id === selfId);
}

/** Resolves once `isSo`, or when nobody waits for it any more. */
async function until(
  isSo: () => boolean,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  while (!isSo() && !signal.aborted) await new Promise<void>((resolve) => clock.after(lookEveryMs, resolve));
}

/** Refuses to go on with the data of a node that has left. */
export function refuseLeft(clusterFolder: string, data: string): void {
  if (existsSync(join(clusterFolder, leftName)))
    throw new DataFolderRefused(
      `The node in ${data} has left its cluster, and its data is older than the school's. To use this machine again, empty the folder and join anew: lyceum cluster join <token>`,
    );
}
