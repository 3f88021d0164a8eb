/** This node as a member of a cluster: who it is, its port for the others, and what it takes to let more of them in. */
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import { loadIdentity, type StoredIdentity } from "#engines/peer/credentials-folder.ts";
import { createPeerTransport, type PeerTransport } from "#engines/peer/transport.ts";
import { DataFolderRefused } from "#engines/store/folder-refused.ts";
import type { Cluster } from "#engines/store/replica/cluster.ts";
import type { Log } from "#kernel/kernel.ts";
import type { ClusterAdmission } from "#kernel/services.ts";
import type { MemberAbout } from "#raft/configuration.ts";
import type { Config } from "../config.ts";
import { aboutOf, expectedListening, type Listening } from "./about.ts";
import { clusterAdmission } from "./authority.ts";
import { refuseLeft } from "./leave.ts";

export interface Membership {
  readonly stored: StoredIdentity;
  /** What this node says of itself; the store's group looks here whenever it leads. */
  readonly about: MemberAbout;
  /** The doors listen here: from now on the others are to know it. */
  listensAt(listening: Listening): MemberAbout;
  readonly transport: PeerTransport;
  readonly admission: ClusterAdmission;
}

export interface MembershipParts {
  readonly config: Config;
  /** The data folder, and the folder of the cluster in it. */
  readonly places: { readonly data: string; readonly cluster: string };
  readonly masterKey: Uint8Array;
  /** Null before the store is open. */
  readonly cluster: () => Cluster | null;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Opens the port for the others; null where the folder is no node of a cluster. */
export async function openMembership(parts: MembershipParts): Promise<Membership | null> {
  const { config, places, masterKey, cluster, clock, random, log } = parts;
  if (config.databaseUrl !== null) return null;
  refuseLeft(places.cluster, places.data);
  const stored = await identityIn(places.cluster);
  if (stored === null) return null;
  const { clusterId, nodeId } = stored.identity;
  const transport = createTransport(() =>
    createPeerTransport({
      selfId: nodeId,
      clusterId,
      credentials: stored.credentials,
      listen: { host: config.peerHost, port: config.peerPort },
      clock,
      random,
      log,
      leader() {
        const { leaderId = null, nodes = [] } = cluster()?.view() ?? {};
        return { leaderId, members: nodes.map(({ id, role, about }) => ({ id, role, about })) };
      },
    }),
  );
  await transport.listen();
  const admission = clusterAdmission({ masterKey, clusterId }, stored.credentials.authority);
  const about = aboutOf(config, expectedListening(config));
  return {
    stored,
    about,
    listensAt: (listening) => Object.assign(about, aboutOf(config, listening)),
    transport,
    admission,
  };
}

/** What is wrong with the folder of the cluster is the operator's to mend, and said like that. */
async function identityIn(folder: string): Promise<StoredIdentity | null> {
  try {
    return await loadIdentity(folder);
  } catch (error) {
    throw new DataFolderRefused(`${error instanceof Error ? error.message : String(error)}.`);
  }
}

function createTransport(create: () => PeerTransport): PeerTransport {
  try {
    return create();
  } catch (error) {
    throw new DataFolderRefused(
      `This node cannot take its place in the cluster: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
