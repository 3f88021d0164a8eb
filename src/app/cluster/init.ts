/** `lyceum cluster init`: makes the school of a data folder, or a new one, the first node of a cluster. */
import { existsSync } from "node:fs";
import { systemClock } from "#base/clock.ts";
import { systemRandom } from "#base/random.ts";
import {
  createAuthority,
  createNodeKeyAndRequest,
  issueNodeCertificate,
} from "#engines/peer/certificates.ts";
import { saveIdentity } from "#engines/peer/credentials-folder.ts";
import { keepAuthority } from "#slices/cluster/api.ts";
import { openNode } from "../compose.ts";
import { type Config, ConfigError } from "../config.ts";
import { createLog } from "../log.ts";
import { masterKeyAt } from "../master-key.ts";
import { placesOf } from "../places.ts";
import { exits } from "../run-node.ts";
import { isOwnMachine, peerAddressOf } from "./about.ts";
import { sealAuthority } from "./authority.ts";
import { keepSettings } from "./folder-settings.ts";

/** Makes the cluster, says how to go on, and gives the exit status. */
export async function init(
  config: Config,
  given: Readonly<Record<string, string>>,
  say: (text: string) => void,
): Promise<number> {
  const { data } = placesOf(config);
  const peerAddress = peerAddressOf(config);
  const { clusterId, nodeId } = await initCluster(config);
  const kept = await keepSettings(data, given);
  say(`${data} is now the first node (${nodeId}) of the cluster ${clusterId}; all its data has stayed.\n`);
  if (kept.length > 0) say(`Kept in ${data}/lyceum.json: ${kept.join(", ")}.\n`);
  if (isOwnMachine(peerAddress))
    say(
      `Other nodes reach it at ${peerAddress}, which is this machine only. For nodes on other machines set peer-host and peer-address.\n`,
    );
  say(`Start it with:  lyceum serve --data ${data}\nThen let others in with:  lyceum cluster token\n`);
  return exits.ok;
}

/** Begins a cluster with the school in the data folder, which nobody may have open; a broken-off try may be repeated. */
export async function initCluster(
  config: Config,
): Promise<{ readonly clusterId: string; readonly nodeId: string }> {
  const { data, cluster: folder, clusterNote, masterKey: keyFile } = placesOf(config);
  if (config.databaseUrl !== null)
    throw new ConfigError(
      "The database is PostgreSQL, which is replicated with its own tools: leave out LYCEUM_DATABASE_URL for a cluster of Lyceum's own.",
    );
  if (existsSync(clusterNote))
    throw new ConfigError(
      `${data} is a node of a cluster already: start it with lyceum serve --data ${data}`,
    );
  const node = await openNode({ config, log: createLog("warn"), webRoot: null });
  try {
    const { cluster } = node.kernel.store;
    if (cluster === null) throw new Error("the store of a data folder is a group, of one node at least");
    const { clusterId, selfId: nodeId } = cluster.view();
    const now = systemClock.now();
    const masterKey = await masterKeyAt({ file: keyFile, random: systemRandom, isSchoolNew: false });
    const authority = await createAuthority({ clusterId, now });
    const { privateKey, certificateRequest } = await createNodeKeyAndRequest();
    const certificate = await issueNodeCertificate({
      authority,
      clusterId,
      nodeId,
      certificateRequest,
      now,
    });
    await keepAuthority(node.kernel, sealAuthority(authority, { masterKey, clusterId }, systemRandom));
    // Last, since it is what makes the folder a node's: until then all of this can be done again.
    await saveIdentity(folder, {
      identity: { clusterId, nodeId },
      credentials: { certificate, privateKey, authority: authority.certificate },
    });
    return { clusterId, nodeId };
  } finally {
    await node.close();
  }
}
