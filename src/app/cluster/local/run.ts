/**
 * `npm run cluster -- --nodes 3 --data DIR`: the demo school on several nodes of this machine. For programs one line of
 * JSON for each node and one with an admin's token on standard output, for people the rest on standard error. Restarts
 * nothing by itself, so that what happens when a node dies can be seen.
 */
import { resolve } from "node:path";
import { CliFailure } from "#doors/cli/failure.ts";
import { DataFolderRefused } from "#engines/store/folder-refused.ts";
import { readCommandLine } from "../../command-line.ts";
import {
  type Config,
  ConfigError,
  type Provenance,
  readConfig,
  type SettingKey,
  settings,
} from "../../config.ts";
import { exits } from "../../run-node.ts";
import { builtWeb } from "../../web-build.ts";
import type { ChildNode } from "./child-node.ts";
import { type LocalCluster, nodesMax, startLocalCluster } from "./local-cluster.ts";

/** What the nodes have in common and a person may wish otherwise; ports and names each node has of its own. */
const sharedKeys = [
  "electionMs",
  "heartbeatMs",
  "logLevel",
  "webRoot",
] as const satisfies readonly SettingKey[];
const ownKeys = ["data", "demoPassword"] as const satisfies readonly SettingKey[];

const npmLookMs = 250;

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function run(words: readonly string[]): Promise<number> {
  const { flags, sources } = readCommandLine("cluster", words, { flags: { nodes: "value" } });
  const { config, provenance } = readConfig(sources);
  const count = Number(flags.nodes ?? 3);
  if (!Number.isInteger(count) || count < 1 || count > nodesMax)
    throw new ConfigError(`--nodes takes a whole number from 1 to ${nodesMax}, not "${flags.nodes}".`);
  refuseOthers(provenance);

  const children: ChildNode[] = [];
  const stopAll = async () => (await Promise.all(children.map((child) => child.stop()))).every(Boolean);
  const leaving = new AbortController();
  const { signal } = leaving;
  const stop = () => {
    if (signal.aborted) return;
    leaving.abort();
    say("Stopping…");
    void stopAll();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  stopWithNpm(stop);
  try {
    if (config.webRoot === null) await builtWeb(say);
    const cluster = await startLocalCluster({
      parent: resolve(config.data),
      count,
      shared: sharedSettings(config, provenance),
      demoPassword: config.demoPassword,
      say,
      signal,
      onStarted: (child) => children.push(child),
    });
    describe(cluster, say);
    await Promise.all(cluster.nodes.map(({ child }) => tellEnd(child, () => signal.aborted)));
  } catch (error) {
    await stopAll();
    if (!signal.aborted) throw error;
  }
  return signal.aborted && (await stopAll()) ? exits.ok : exits.unavailable;
}

/** npm may end by a signal without passing it on: then nobody is left who could stop the nodes. */
function stopWithNpm(stop: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(watch);
    stop();
  }, npmLookMs);
  watch.unref();
}

function sharedSettings(config: Config, provenance: Provenance): Readonly<Record<string, string>> {
  return Object.fromEntries(
    sharedKeys
      .filter((key) => provenance[key] !== "default")
      .map((key) => [settings[key].name, String(config[key])]),
  );
}

/** A port or a name for all nodes at once cannot be meant. */
function refuseOthers(provenance: Provenance): void {
  const known: readonly SettingKey[] = [...sharedKeys, ...ownKeys];
  const wrong = (Object.keys(settings) as SettingKey[]).find(
    (key) => provenance[key] === "flag" && !known.includes(key),
  );
  if (wrong !== undefined)
    throw new ConfigError(
      `--${settings[wrong].name} is each node's own: change it in the lyceum.json of the node's folder.`,
    );
}

function describe({ nodes, adminToken, adminEmail, password }: LocalCluster, tell: typeof say): void {
  for (const { id, child } of nodes) {
    const { pid, url, folder } = child;
    const { host, grpcPort, peerHost, peerPort, peerAddress } = folder.config;
    const line = {
      id,
      name: folder.name,
      pid,
      http: url,
      grpc: `${host}:${grpcPort}`,
      peer: peerAddress ?? `${peerHost}:${peerPort}`,
      data: folder.path,
    };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  }
  process.stdout.write(`${JSON.stringify({ adminToken, adminEmail, password })}\n`);
  tell("");
  tell(
    `  Lyceum runs on ${nodes.length === 1 ? "one node" : `${nodes.length} nodes`}; any of them serves anybody:`,
  );
  for (const { child } of nodes) tell(`      ${child.url}  ${child.folder.name}, process ${child.pid}`);
  tell(`  Sign in as ${adminEmail} with the password ${password}`);
  tell("");
  tell("  Kill one with kill -9 and see that work goes on. It comes back with");
  tell(`      npx lyceum serve --data ${nodes[0]?.child.folder.path}   (or whichever it was)`);
  tell("  Ctrl-C stops them all.");
}

async function tellEnd({ folder, pid, ended }: ChildNode, isExpected: () => boolean): Promise<void> {
  const how = await ended;
  if (isExpected()) return;
  say(
    `${folder.name} (process ${pid}) ended ${how}. Start it again with: npx lyceum serve --data ${folder.path}`,
  );
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const isKnown =
    error instanceof ConfigError || error instanceof DataFolderRefused || error instanceof CliFailure;
  if (!isKnown) throw error;
  say(error.message);
  process.exitCode = error instanceof ConfigError ? exits.badConfig : exits.folderRefused;
}
