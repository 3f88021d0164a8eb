/**
 * Where every process begins: reads the command line and hands over to what was asked for. What a server is made of is
 * loaded only where one is started, since every command of the command line begins here as well.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { JsonValue } from "#base/json.ts";
import { runCli } from "#doors/cli/program.ts";
import { DataFolderRefused } from "#engines/store/folder-refused.ts";
import { createRegistry } from "#kernel/registry.ts";
import { ArchiveDamaged } from "./backup/archive.ts";
import { RestoreRefused } from "./backup/restore.ts";
import {
  type Config,
  ConfigError,
  type ConfigSources,
  dataFolderOf,
  describeConfig,
  folderFileName,
  type Provenance,
  readConfig,
  type SettingsFile,
  settings,
} from "./config.ts";
import { exits } from "./run-node.ts";
import { sessionOperations } from "./session-operations.ts";
import { slices } from "./slices.ts";
import { version } from "./version.ts";
import { WebBuildFailed } from "./web-build.ts";

interface NodeCommand {
  readonly name: string;
  readonly summary: string;
  /** What stands after the name, before the settings: the word for the help. */
  readonly takes?: string;
  readonly run: (config: Config, provenance: Provenance, operand: string) => Promise<number>;
}

const say = (text: string) => void process.stderr.write(text);

const nodeCommands: readonly NodeCommand[] = [
  {
    name: "serve",
    summary: "Serves the school in the data folder.",
    run: async (config) => (await import("./serve.ts")).serve(config),
  },
  {
    name: "start",
    summary: "Serves a demo school, on this machine only.",
    run: async (config) => (await import("./start.ts")).start(config),
  },
  {
    name: "config",
    summary: "Shows every setting, its value, and where it came from.",
    async run(config, provenance) {
      process.stdout.write(`${describeConfig(config, provenance)}\n`);
      return exits.ok;
    },
  },
  {
    name: "backup",
    summary: "Writes everything but the master key into one file, while the node runs.",
    takes: "file",
    run: async (config, _provenance, file) =>
      (await import("./commands/backup.ts")).backup(config, file, say),
  },
  {
    name: "restore",
    summary: "Makes an empty data folder into the school of a backup.",
    takes: "file",
    run: async (config, _provenance, file) =>
      (await import("./commands/restore.ts")).restore(config, file, say),
  },
  {
    name: "doctor",
    summary: "Looks over disk, database, files, settings and ports, and says what to do.",
    async run(config, provenance) {
      const { doctor } = await import("./commands/doctor.ts");
      return doctor(config, provenance, (text) => void process.stdout.write(text));
    },
  },
];

async function main(words: readonly string[]): Promise<number> {
  const command = nodeCommands.find(({ name }) => name === words[0]);
  if (command === undefined || words.includes("--help")) return runCli(cliParts(), words);
  const { operand, rest } = operandOf(command, words.slice(1));
  const { config, provenance } = readConfig(sourcesOf(rest));
  return command.run(config, provenance, operand);
}

/** Takes the one word that a command may want out of its words, wherever it stands beside the flags. */
function operandOf(
  command: NodeCommand,
  words: readonly string[],
): { operand: string; rest: readonly string[] } {
  if (command.takes === undefined) return { operand: "", rest: words };
  const at = words.findIndex((word, index) => !word.startsWith("-") && !isFlagValue(words[index - 1]));
  const operand = words[at];
  if (operand === undefined)
    throw new ConfigError(
      `lyceum ${command.name} wants a ${command.takes}: lyceum ${command.name} <${command.takes}>`,
    );
  return { operand, rest: words.toSpliced(at, 1) };
}

/** Every setting takes a value, so the word after `--data` is one; after `--data=x` it is not. */
function isFlagValue(before: string | undefined): boolean {
  return before !== undefined && /^--[a-z-]+$/.test(before);
}

/** Flags, environment, and the file that `--config` or LYCEUM_CONFIG names, or else `lyceum.json` where there is one. */
function sourcesOf(words: readonly string[]): ConfigSources {
  const options = Object.fromEntries(
    ["config", ...Object.values(settings).map(({ name }) => name)].map((name) => [
      name,
      { type: "string" as const },
    ]),
  );
  const { positionals, tokens } = parseArgs({
    args: [...words],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const [stray] = positionals;
  if (stray !== undefined)
    throw new ConfigError(`"${stray}" is one word too many: settings are flags, such as --data.`);
  const flags: Record<string, string> = {};
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (token.name in flags) throw new ConfigError(`--${token.name} was given twice.`);
    if (token.value === undefined && token.name in options)
      throw new ConfigError(`--${token.name} wants a value after it.`);
    flags[token.name] = token.value ?? "";
  }
  const { config: named, ...settingFlags } = flags;
  const path = named ?? process.env.LYCEUM_CONFIG ?? (existsSync("lyceum.json") ? "lyceum.json" : null);
  const file = path === null ? null : readSettingsFile(path);
  const sources = { flags: settingFlags, environment: process.env, file };
  const inFolder = join(dataFolderOf(sources), folderFileName);
  const isSame = path !== null && resolve(path) === resolve(inFolder);
  return isSame || !existsSync(inFolder) ? sources : { ...sources, folderFile: readSettingsFile(inFolder) };
}

function readSettingsFile(path: string): SettingsFile {
  try {
    return { path, text: readFileSync(path, "utf8") };
  } catch (error) {
    throw new ConfigError(
      `The file of settings ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}

function cliParts() {
  const registry = createRegistry(slices);
  return {
    registry,
    nodes: { operation: registry.byName("cluster.getLeader") ?? null, addressesIn: nodeAddresses },
    version,
    nodeCommands,
    agent: `lyceum-cli/${version}`,
    fetch,
    sessions: sessionOperations,
    terminal: {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      environment: process.env,
      wait: (durationMs: number) => new Promise<void>((resolve) => setTimeout(resolve, durationMs)),
      timeLimit: (durationMs: number) => AbortSignal.timeout(durationMs),
      now: () => Date.now(),
    },
  };
}

/** Where the nodes answer, of what `cluster.getLeader` says. */
function nodeAddresses(output: JsonValue): readonly string[] {
  const { nodes = [] } = output as { readonly nodes?: readonly { readonly httpUrl: string | null }[] };
  return nodes.flatMap(({ httpUrl }) => (httpUrl === null ? [] : [httpUrl]));
}

/** What went wrong at the start, as one sentence and an exit status; null for what is a fault of ours. */
function explain(error: unknown): { readonly message: string; readonly status: number } | null {
  if (error instanceof ConfigError) return { message: error.message, status: exits.badConfig };
  if (error instanceof WebBuildFailed) return { message: error.message, status: exits.fault };
  if (error instanceof RestoreRefused || error instanceof ArchiveDamaged)
    return { message: error.message, status: exits.folderRefused };
  if (error instanceof DataFolderRefused) return { message: error.message, status: exits.folderRefused };
  if (!(error instanceof Error) || !("code" in error)) return null;
  const port = "port" in error ? String(error.port) : "";
  switch (error.code) {
    case "EADDRINUSE":
      return {
        message: `Port ${port} is taken by another program. Stop that one, or choose another with --http-port and --grpc-port (0 picks a free one).`,
        status: exits.unavailable,
      };
    case "EADDRNOTAVAIL":
      return { message: "This machine does not have the address in LYCEUM_HOST.", status: exits.badConfig };
    case "EACCES":
      return { message: `${error.message}: this account may not do that.`, status: exits.unavailable };
    case "ENOENT":
      return { message: `${error.message}.`, status: exits.badConfig };
    default:
      return null;
  }
}

// Whoever reads may have enough before the end (`| head`): that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(exits.ok);
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known = explain(error);
  if (known === null) throw error;
  process.stderr.write(`${known.message}\n`);
  process.exitCode = known.status;
}
