/** The words behind a command of the node itself: settings as flags, flags of the command's own, and one word more. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  ConfigError,
  type ConfigSources,
  dataFolderOf,
  folderFileName,
  type SettingsFile,
  settings,
} from "./config.ts";

/** What a command takes beside the settings. */
export interface Takes {
  /** The word for the help of the one word that must stand there. */
  readonly operand?: string;
  /** Flags of its own, by name: `true` for one without a value. */
  readonly flags?: Readonly<Record<string, true | "value">>;
}

export interface CommandLine {
  /** Empty where the command takes none. */
  readonly operand: string;
  /** The command's own flags that were given; one without a value is "". */
  readonly flags: Readonly<Record<string, string>>;
  readonly sources: ConfigSources;
}

/** Reads `words`; throws `ConfigError` for what cannot be right. */
export function readCommandLine(command: string, words: readonly string[], takes: Takes): CommandLine {
  const own = takes.flags ?? {};
  const valued = ["config", ...Object.values(settings).map(({ name }) => name)];
  const { tokens } = parseArgs({
    args: [...words],
    options: {
      ...Object.fromEntries(valued.map((name) => [name, { type: "string" as const }])),
      ...Object.fromEntries(
        Object.entries(own).map(([name, kind]) => [
          name,
          { type: kind === true ? ("boolean" as const) : ("string" as const) },
        ]),
      ),
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const operands: string[] = [];
  const flags: Record<string, string> = {};
  let unknown: string | null = null;
  for (const token of tokens) {
    if (token.kind === "positional") {
      // The word behind a flag that is none was meant as its value: the flag is what to complain of.
      if (unknown === null) operands.push(token.value);
      else flags[unknown] = token.value;
    }
    unknown = null;
    if (token.kind !== "option") continue;
    if (token.name in flags) throw new ConfigError(`--${token.name} was given twice.`);
    if (token.value === undefined && (valued.includes(token.name) || own[token.name] === "value"))
      throw new ConfigError(`--${token.name} wants a value after it.`);
    flags[token.name] = token.value ?? "";
    if (token.value === undefined && !(token.name in own)) unknown = token.name;
  }
  const operand = takes.operand === undefined ? "" : operands.shift();
  if (operand === undefined)
    throw new ConfigError(`lyceum ${command} wants a ${takes.operand}: lyceum ${command} <${takes.operand}>`);
  const [stray] = operands;
  if (stray !== undefined)
    throw new ConfigError(`"${stray}" is one word too many: settings are flags, such as --data.`);
  const isOwn = ([name]: readonly [string, string]) => name in own;
  const given = Object.entries(flags);
  return {
    operand,
    flags: Object.fromEntries(given.filter(isOwn)),
    sources: sourcesOf(Object.fromEntries(given.filter((each) => !isOwn(each)))),
  };
}

/**
 * Flags, environment, the file that `--config` or LYCEUM_CONFIG names (or else `lyceum.json` where there is one), and
 * the file in the data folder.
 */
function sourcesOf(given: Readonly<Record<string, string>>): ConfigSources {
  const { config: named, ...flags } = given;
  const path = named ?? process.env.LYCEUM_CONFIG ?? (existsSync("lyceum.json") ? "lyceum.json" : null);
  const file = path === null ? null : readSettingsFile(path);
  const sources = { flags, environment: process.env, file };
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
