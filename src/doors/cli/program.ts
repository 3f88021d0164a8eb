/**
 * The command line: a command for every operation of the registry, and a few names that fall to hand more easily.
 * It talks to a server over HTTP and holds no rule of its own.
 */
import { Command, CommanderError, Option } from "commander";
import { systemOnly } from "#kernel/policy.ts";
import type { RegisteredOperation, Registry } from "#kernel/registry.ts";
import { completionScript, shells } from "./completion.ts";
import { addComposed, type ComposedCommand } from "./composed-command.ts";
import { CliFailure, usageExit } from "./failure.ts";
import { type Flag, flagsOf, helpOf, placeholderOf } from "./flags.ts";
import { isPaged } from "./pages.ts";
import { type CommonOptions, type RunParts, runOperation, useProfile } from "./run-operation.ts";
import { watchOf } from "./waiting.ts";

/** Shorter names for what is used most: the alias, the operation, what it is for. */
export const aliases: Readonly<Record<string, string>> = {
  "sign-in": "identity.signIn",
  "sign-out": "identity.logout",
  "who-am-i": "identity.whoAmI",
};

/**
 * Operations that stand for their whole group, with the field that takes the words after it: `lyceum search long shadow`
 * is `lyceum search search --text "long shadow"`.
 */
const groupWords: Readonly<Record<string, string>> = { "search.search": "text" };

/** A command of the node itself (`serve`, `cluster init`), run by the composition root. */
export interface NodeCommand {
  readonly name: string;
  readonly summary: string;
}

export interface CliParts extends RunParts {
  readonly version: string;
  /** Listed in the help and completed; whoever starts the program runs them itself. */
  readonly nodeCommands: readonly NodeCommand[];
  readonly composedCommands: readonly ComposedCommand[];
}

/** Runs one command line (without the program's own name); gives the exit status. */
export async function runCli(parts: CliParts, words: readonly string[]): Promise<number> {
  const { stderr, stdout } = parts.terminal;
  const wantsJson = words.includes("--json");
  let status = 0;
  try {
    const program = buildProgram(parts, (given) => {
      status = given;
    });
    await program.parseAsync([...words], { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExit;
    if (!(error instanceof CliFailure)) throw error;
    if (wantsJson) {
      const { code, message, problems, remedy } = error;
      stdout.write(`${JSON.stringify({ error: { code, message, problems, remedy } })}\n`);
    } else stderr.write(explain(error));
    return error.exitStatus;
  }
}

/** What a person reads when it did not work: which flag, what was wrong, what to do. */
function explain(error: CliFailure): string {
  const problems = error.problems.filter(({ field }) => field !== "");
  const lines =
    problems.length > 0
      ? problems.map(({ field, message }) => `  ${flagFor(field)}: ${message}`)
      : [`  ${error.message}`];
  const head = problems.length > 0 ? "The input does not fit:" : "That did not work:";
  return [head, ...lines, ...(error.remedy === null ? [] : [error.remedy]), ""].join("\n");
}

function flagFor(field: string): string {
  const [first, ...rest] = field.split(".");
  const flag = `--${(first ?? "").replaceAll(/([A-Z])/g, "-$1").toLowerCase()}`;
  return rest.length === 0 ? flag : `${flag} (${field})`;
}

/** Every command that the operations give, by its words. */
export function operationCommands(registry: Registry): readonly RegisteredOperation[] {
  return registry.operations.filter((operation) => operation.policy !== systemOnly);
}

function buildProgram(parts: CliParts, onStatus: (status: number) => void): Command {
  const program = new Command("lyceum")
    .description("Lyceum: courses, materials, assignments and queries from the command line.")
    .version(parts.version)
    // A command's own --version (of a course, of a submission) is not the program's.
    .enablePositionalOptions()
    // Every command has options; that it has need not stand behind each.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .showHelpAfterError("(--help shows what there is)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void parts.terminal.stdout.write(text),
      writeErr: (text) => void parts.terminal.stderr.write(text),
    });
  const groups = new Map<string, Command>();
  for (const slice of parts.registry.slices)
    groups.set(slice.name, program.command(slice.name).description(slice.summary));
  for (const operation of operationCommands(parts.registry)) {
    const [group, name] = operation.cliCommand;
    const parent = groups.get(group);
    if (parent !== undefined) addOperation(parts, parent, { name, operation, onStatus });
  }
  for (const composed of parts.composedCommands) {
    const group = groups.get(composed.words[0]);
    if (group !== undefined) addComposed(parts, group, composed, onStatus);
  }
  for (const [alias, name] of Object.entries(aliases)) {
    const operation = parts.registry.byName(name);
    if (operation !== undefined) addOperation(parts, program, { name: alias, operation, onStatus });
  }
  program
    .command("use")
    .description(
      "Chooses the server (profile) that commands talk to from now on; shows them all when none is named.",
    )
    .argument("[profile]", "its name")
    .option("--server <address>", "makes the profile for this server")
    .action((name: string | undefined, options: { server?: string }) =>
      useProfile(parts, name, options.server),
    );
  program
    .command("completion")
    .description("Prints a script that completes commands and flags in your shell.")
    .addArgument(program.createArgument("<shell>", "your shell").choices([...shells]))
    .action((shell: (typeof shells)[number]) => {
      parts.terminal.stdout.write(completionScript(shell, program, parts.nodeCommands));
    })
    .addHelpText("after", "\nFor instance in ~/.bashrc:\n  source <(lyceum completion bash)\n");
  program.addHelpText("after", nodeHelp(parts.nodeCommands));
  for (const [name, group] of groups) {
    const own = parts.nodeCommands.filter((each) => each.name.startsWith(`${name} `));
    group.addHelpText("after", nodeHelp(own));
  }
  return program;
}

function nodeHelp(commands: readonly NodeCommand[]): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(15)} ${summary}\n`);
  return lines.length === 0 ? "" : `\nOn the node itself:\n${lines.join("")}`;
}

interface Added {
  readonly name: string;
  readonly operation: RegisteredOperation;
  readonly onStatus: (status: number) => void;
}

function addOperation(parts: CliParts, parent: Command, { name, operation, onStatus }: Added): void {
  const wordsField = groupWords[operation.name];
  const flags = flagsOf(operation).map((flag) =>
    flag.field === wordsField ? { ...flag, required: false } : flag,
  );
  const command = parent
    .command(name, { isDefault: wordsField !== undefined })
    .description(operation.summary);
  if (wordsField !== undefined) command.argument("[words...]", `the same as --${wordsField}`);
  for (const flag of flags) for (const option of optionsOf(flag)) command.addOption(option);
  if (operation.accepts === "blob")
    command
      .option("--file <path>", "the file to send")
      .option("--upload-id <id>", "an upload that is finished already, instead of --file");
  if (operation.returns !== null && operation.returns !== "text")
    command
      .option(
        "--output <path>",
        operation.returns === "blob" || operation.returns === "archive"
          ? "where to put the file: a path, a folder, or - for standard output (default: its own name, here)"
          : "a folder to put all the files into; without it only the answer is shown",
      )
      .option("--force", "replaces files that are there already");
  command
    .option(
      "--input <file>",
      "reads the input as JSON from a file, or from standard input with -; flags come on top",
    )
    .option("--json", "gives the answer as JSON")
    .option(
      "--field <path>",
      "gives this field of the answer and nothing else: courseId, items.0.title, items.*.courseId",
    )
    .option("--quiet", "shows no progress")
    .option("--profile <name>", "talks to the server of this profile")
    .option("--server <address>", "talks to this server");
  if (isPaged(operation)) command.option("--all", "gives all the pages as one answer");
  if (watchOf(parts.registry, operation) !== null)
    command.option("--wait", "waits until what was begun is done, or wants a decision");
  if (operation.kind === "command")
    command.option(
      "--idempotency-key <key>",
      "with the same key, it is done at most once, however often you ask",
    );
  command.action(async (...given: unknown[]) => {
    const [words, options] = wordsField === undefined ? [[], given[0]] : [given[0], given[1]];
    const text = (words as readonly string[]).join(" ");
    const all = {
      ...(options as Record<string, unknown> & CommonOptions),
      ...(wordsField === undefined || text === "" ? {} : { [wordsField]: text }),
    };
    onStatus(await runOperation(parts, operation, flags, all));
  });
  const examples = examplesOf(operation, flags, parent.parent === null ? name : `${operation.slice} ${name}`);
  if (examples !== "") command.addHelpText("after", examples);
}

function optionsOf(flag: Flag): Option[] {
  const description = [helpOf(flag), flag.required && flag.kind !== "secret" ? "(required)" : ""]
    .filter((part) => part !== "")
    .join(" ");
  const clear =
    flag.nullable || flag.list ? [new Option(`--clear-${flag.name}`, `sets ${flag.name} to nothing`)] : [];
  if (flag.kind === "secret") return [];
  if (flag.kind === "boolean" && !flag.list)
    return [
      new Option(`--${flag.name}`, description),
      new Option(`--no-${flag.name}`, `the opposite of --${flag.name}`),
      ...clear,
    ];
  const value = flag.list ? `<${placeholderOf(flag)}...>` : `<${placeholderOf(flag)}>`;
  return [new Option(`--${flag.name} ${value}`, description), ...clear];
}

/** The operation's examples as command lines, and a word on times and passwords where it takes any. */
function examplesOf(operation: RegisteredOperation, flags: readonly Flag[], words: string): string {
  const secret = flags.some(({ kind }) => kind === "secret")
    ? "\nPasswords are asked for, or read from standard input, one a line; they never stand on the command line.\n"
    : "";
  const times = flags.some(({ kind }) => kind === "instant")
    ? "\nTimes are typed as 2026-12-01T22:59Z; a day alone is its first moment here.\n"
    : "";
  const lines = operation.examples.map(({ summary, input }) => {
    const given = flags.flatMap((flag) => {
      const value = (input as Record<string, unknown>)[flag.field];
      if (value === undefined || flag.kind === "secret") return [];
      if (value === null || (Array.isArray(value) && value.length === 0)) return [`--clear-${flag.name}`];
      if (typeof value === "boolean") return [value ? `--${flag.name}` : `--no-${flag.name}`];
      const values = (Array.isArray(value) ? value : [value]).map((each) =>
        flag.kind === "instant" && typeof each === "number"
          ? new Date(each).toISOString().replace(/:\d\d\.\d+Z$/, "Z")
          : quoted(typeof each === "object" ? JSON.stringify(each) : String(each)),
      );
      return [`--${flag.name} ${values.join(" ")}`];
    });
    const file = operation.accepts === "blob" ? ["--file essay.pdf"] : [];
    return `  # ${summary}\n  lyceum ${[words, ...given, ...file].join(" ")}\n`;
  });
  return `${lines.length === 0 ? "" : `\nExamples:\n${lines.join("")}`}${times}${secret}`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
