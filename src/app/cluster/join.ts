/** `lyceum cluster join <token>`: makes an empty data folder a node of a cluster that runs elsewhere. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join as pathOf } from "node:path";
import { systemClock } from "#base/clock.ts";
import type { NodeIdentity } from "#engines/peer/certificates.ts";
import { createNodeKeyAndRequest, fingerprintOf } from "#engines/peer/certificates.ts";
import { loadIdentity, saveIdentity, saveSecret } from "#engines/peer/credentials-folder.ts";
import { askToJoin } from "#engines/peer/join.ts";
import { parseJoinToken } from "#engines/peer/join-token.ts";
import { masterKeyBytes } from "#kernel/keyring.ts";
import { type Config, ConfigError } from "../config.ts";
import { keepMasterKey } from "../master-key.ts";
import { placesOf } from "../places.ts";
import { exits } from "../run-node.ts";
import { schemaKnown } from "../slices.ts";
import { aboutOf, isOwnMachine } from "./about.ts";
import { keepSettings } from "./folder-settings.ts";
import { refuseLeft } from "./leave.ts";

/** The key and the request of a join under way: the same ones again after it died halfway get the same answer. */
const pendingName = "joining.json";

interface Pending {
  readonly privateKey: string;
  readonly certificateRequest: string;
}

/** Joins, says how to go on, and gives the exit status. */
export async function join(
  config: Config,
  token: string,
  given: Readonly<Record<string, string>>,
  say: (text: string) => void,
): Promise<number> {
  const { data, clusterNote } = placesOf(config);
  const wasMember = existsSync(clusterNote);
  const { clusterId, nodeId } = await joinCluster(config, token);
  const kept = await keepSettings(data, given);
  say(`${data} is ${wasMember ? "already" : "now"} the node ${nodeId} of the cluster ${clusterId}.\n`);
  if (kept.length > 0) say(`Kept in ${data}/lyceum.json: ${kept.join(", ")}.\n`);
  say(
    `Start it with:  lyceum serve --data ${data}\nIt takes the school's data from the others, then votes.\n`,
  );
  return exits.ok;
}

/** Joins the cluster of the token; what a join that died halfway had begun goes on. */
export async function joinCluster(config: Config, tokenText: string): Promise<NodeIdentity> {
  const { data, store, cluster: folder, masterKey: keyFile } = placesOf(config);
  if (config.databaseUrl !== null)
    throw new ConfigError(
      "A node with a PostgreSQL database joins nothing: start it with the same LYCEUM_DATABASE_URL as the others.",
    );
  const token = parseJoinToken(tokenText);
  const joined = await loadIdentity(folder);
  if (joined !== null) {
    refuseLeft(folder, data);
    // The join came to its end and only its last words were lost.
    if (fingerprintOf(joined.credentials.authority) === token.fingerprint) return joined.identity;
    throw new ConfigError(
      `${data} is a node of another cluster (${joined.identity.clusterId}). Join with an empty folder: --data <folder>`,
    );
  }
  if (existsSync(store))
    throw new ConfigError(
      `${data} holds a school of its own, which a join would have to throw away. Join with an empty folder: --data <folder>`,
    );
  const about = aboutOf(config, null);
  if (isOwnMachine(about.peerAddress) && !token.addresses.every(isOwnMachine))
    throw new ConfigError(
      `The other nodes are on other machines (${token.addresses.join(", ")}) and cannot reach this one at ${about.peerAddress}. ` +
        "Say where it listens and where they reach it: --peer-host 0.0.0.0 --peer-address <this machine>:" +
        `${config.peerPort}`,
    );
  await mkdir(data, { recursive: true, mode: 0o700 });
  const { privateKey, certificateRequest } = await pendingJoin(folder);
  const answer = await askToJoin({
    token,
    request: { certificateRequest, ...about, schemaKnown },
    clock: systemClock,
  });
  const { nodeId, clusterId, certificate, authority } = answer;
  await keepMasterKey(keyFile, masterKeyOf(answer.masterKey));
  const identity = { clusterId, nodeId };
  await saveIdentity(folder, { identity, credentials: { certificate, privateKey, authority } });
  await rm(pathOf(folder, pendingName), { force: true });
  return identity;
}

async function pendingJoin(folder: string): Promise<Pending> {
  const path = pathOf(folder, pendingName);
  if (existsSync(path)) return JSON.parse(await readFile(path, "utf8")) as Pending;
  const made = await createNodeKeyAndRequest();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await saveSecret(path, `${JSON.stringify(made)}\n`);
  return made;
}

function masterKeyOf(text: string): Uint8Array {
  const key = Buffer.from(text, "base64");
  if (key.length !== masterKeyBytes) throw new Error("the cluster handed over a key of a wrong length");
  return key;
}
