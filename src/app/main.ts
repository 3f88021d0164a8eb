/**
 * Where every process begins: reads the command line and hands over to what was asked for. What a server is made of is
 * loaded only where one is started, since every command of the command line begins here as well.
 */
import type { JsonValue } from "#base/json.ts";
import { confirm } from "#doors/cli/composed-command.ts";
import { CliFailure } from "#doors/cli/failure.ts";
import { runCli } from "#doors/cli/program.ts";
import { JoinTokenInvalid } from "#engines/peer/join-token.ts";
import { JoinRefused } from "#engines/peer/port.ts";
import { DataFolderRefused } from "#engines/store/folder-refused.ts";
import { createRegistry } from "#kernel/registry.ts";
import { ArchiveDamaged } from "./backup/archive.ts";
import { RestoreRefused } from "./backup/restore.ts";
import { clusterCommands } from "./cluster/commands.ts";
import { helpOf } from "./command-help.ts";
import { readCommandLine, type Takes } from "./command-line.ts";
import { type Config, ConfigError, describeConfig, type Provenance, readConfig } from "./config.ts";
import { NodeRefused } from "./control-socket.ts";
import { exits } from "./run-node.ts";
import { sessionOperations } from "./session-operations.ts";
import { slices } from "./slices.ts";
import { version } from "./version.ts";
import { WebBuildFailed } from "./web-build.ts";

interface NodeCommand {
  readonly name: string;
  readonly summary: string;
  /** What stands beside the settings. */
  readonly takes?: Takes;
  readonly run: (config: Config, given: Given) => Promise<number>;
}

interface Given {
  readonly provenance: Provenance;
  readonly operand: string;
  /** The command's own flags. */
  readonly flags: Readonly<Record<string, string>>;
  /** The settings that stood on the command line itself, by name. */
  readonly given: Readonly<Record<string, string>>;
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
    async run(config, { provenance }) {
      process.stdout.write(`${describeConfig(config, provenance)}\n`);
      return exits.ok;
    },
  },
  {
    name: "backup",
    summary: "Writes everything but the master key into one file, while the node runs.",
    takes: { operand: "file" },
    run: async (config, { operand }) => (await import("./commands/backup.ts")).backup(config, operand, say),
  },
  {
    name: "restore",
    summary: "Makes an empty data folder into the school of a backup, or of a later moment (--to).",
    takes: { operand: "file", flags: { to: "value", "files-from": "value" } },
    async run(config, { operand, flags }) {
      const { restore } = await import("./commands/restore.ts");
      return restore(config, { file: operand, to: flags.to, filesFrom: flags["files-from"] }, say);
    },
  },
  {
    name: "cluster init",
    summary: "Makes the school in the data folder the first node of a cluster.",
    run: async (config, { given }) => (await import("./cluster/init.ts")).init(config, given, say),
  },
  {
    name: "cluster join",
    summary: "Makes an empty data folder another node of a cluster.",
    takes: { operand: "token" },
    run: async (config, { operand, given }) =>
      (await import("./cluster/join.ts")).join(config, operand, given, say),
  },
  {
    name: "cluster leave",
    summary: "Takes the node that runs on the data folder out of its cluster, and stops it.",
    takes: { flags: { yes: true } },
    async run(config, { flags }) {
      const { leave } = await import("./cluster/leave.ts");
      const { stdin, stderr } = process;
      const ask = (question: string) =>
        flags.yes === undefined ? confirm({ stdin, stderr }, question) : Promise.resolve();
      return leave(config, ask, say);
    },
  },
  {
    name: "doctor",
    summary: "Looks over disk, database, files, settings and ports, and says what to do.",
    async run(config, { provenance }) {
      const { doctor } = await import("./commands/doctor.ts");
      return doctor(config, provenance, (text) => void process.stdout.write(text));
    },
  },
];

async function main(words: readonly string[]): Promise<number> {
  const command = nodeCommands.find(({ name }) =>
    name.split(" ").every((word, index) => words[index] === word),
  );
  if (command === undefined) return runCli(cliParts(), words);
  if (words.includes("--help") || words.includes("-h")) {
    process.stdout.write(helpOf(command));
    return exits.ok;
  }
  const rest = words.slice(command.name.split(" ").length);
  const { operand, flags, sources } = readCommandLine(command.name, rest, command.takes ?? {});
  const { config, provenance } = readConfig(sources);
  return command.run(config, { provenance, operand, flags, given: sources.flags });
}

function cliParts() {
  const registry = createRegistry(slices);
  return {
    registry,
    nodes: { operation: registry.byName("cluster.getLeader") ?? null, addressesIn: nodeAddresses },
    version,
    nodeCommands,
    composedCommands: clusterCommands,
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
  if (error instanceof NodeRefused) return { message: error.message, status: exits.unavailable };
  if (error instanceof JoinTokenInvalid || error instanceof JoinRefused)
    return { message: sentence(error.message), status: exits.badConfig };
  if (error instanceof CliFailure)
    return {
      message: [error.message, ...(error.remedy === null ? [] : [error.remedy])].join("\n"),
      status: error.exitStatus,
    };
  if (error instanceof DataFolderRefused) return { message: error.message, status: exits.folderRefused };
  if (!(error instanceof Error) || !("code" in error)) return null;
  const port = "port" in error ? String(error.port) : "";
  switch (error.code) {
    case "EADDRINUSE":
      return {
        message: `Port ${port} is taken by another program. Stop that one, or choose another with --http-port, --grpc-port (0 picks a free one) or --peer-port.`,
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

/** As the engines write their reasons: without a capital and a full stop. */
function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${/[.!?]$/.test(reason) ? "" : "."}`;
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
