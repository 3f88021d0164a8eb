/**
 * The settings of a node. Each has one name, spelt `LYCEUM_HTTP_PORT` in the environment, `http-port` in the file and
 * `--http-port` among the flags. A flag beats the environment, which beats the file, which beats the file in the data
 * folder: that one holds what is this node's own, so that a node of a cluster starts with nothing but `--data`. What is
 * unknown or malformed is an error that names it, because a setting that is quietly ignored is one that somebody relies
 * on.
 */
import { isIP } from "node:net";

export type Source = "flag" | "environment" | "file" | "data folder" | "default";

/** What a setting is called and takes; the reference and `lyceum config` are made from these. */
export interface Setting<Value> {
  /** The name in the file, and with two dashes among the flags. */
  readonly name: string;
  readonly summary: string;
  /** The values that it takes, in words. */
  readonly takes: string;
  readonly fallback: Value;
  /** Gives the value, or null when the text is none. */
  readonly parse: (text: string) => Value | null;
  /** Secrets are named by `lyceum config` but not shown. */
  readonly secret?: true;
}

export const settings = {
  data: setting({
    name: "data",
    summary: "The folder that holds everything the school has.",
    takes: "a path",
    fallback: "./data",
    parse: nonEmpty,
  }),
  host: setting({
    name: "host",
    summary: "The address to listen on. Beyond this machine it wants TLS or a trusted proxy.",
    takes: "an IP address or localhost",
    fallback: "127.0.0.1",
    parse: (text) => (isIP(text) !== 0 || text === "localhost" ? text : null),
  }),
  httpPort: setting({
    name: "http-port",
    summary: "The port of the web app and the HTTP interface; 0 picks a free one.",
    takes: "a whole number from 0 to 65535",
    fallback: 8080,
    parse: port,
  }),
  grpcPort: setting({
    name: "grpc-port",
    summary: "The port of the gRPC interface; 0 picks a free one.",
    takes: "a whole number from 0 to 65535",
    fallback: 50051,
    parse: port,
  }),
  publicUrl: setting<string | null>({
    name: "public-url",
    summary: "The address under which people reach the school, where it is not the one listened on.",
    takes: "an address that begins with http:// or https:// and has no path",
    fallback: null,
    parse: webOrigin,
  }),
  tlsCert: setting<string | null>({
    name: "tls-cert",
    summary: "The certificate, with the chain behind it.",
    takes: "the path of a PEM file",
    fallback: null,
    parse: nonEmpty,
  }),
  tlsKey: setting<string | null>({
    name: "tls-key",
    summary: "The certificate's private key.",
    takes: "the path of a PEM file",
    fallback: null,
    parse: nonEmpty,
  }),
  trustedProxies: setting<readonly string[]>({
    name: "trusted-proxies",
    summary: "The proxies in front of the school, which do TLS and whose X-Forwarded headers are believed.",
    takes: "IP addresses or networks such as 10.0.0.0/8, separated by commas",
    fallback: [],
    parse: networks,
  }),
  webRoot: setting<string | null>({
    name: "web-root",
    summary:
      "A built web app to serve; when not set, the one that comes along, built first where it is stale.",
    takes: "the path of a folder",
    fallback: null,
    parse: nonEmpty,
  }),
  masterKey: setting<string | null>({
    name: "master-key",
    summary:
      "The file with the key that protects the school's secrets; master.key in the data folder when not set. No backup holds it.",
    takes: "a path",
    fallback: null,
    parse: nonEmpty,
  }),
  databaseUrl: setting<string | null>({
    name: "database-url",
    summary: "A PostgreSQL database to use instead of the data folder's own.",
    takes: "an address that begins with postgres:// or postgresql://",
    fallback: null,
    parse: (text) => (/^postgres(ql)?:\/\/./.test(text) ? text : null),
    secret: true,
  }),
  smtpUrl: setting<string | null>({
    name: "smtp-url",
    summary:
      "The server that takes the school's mail; when not set, mails lie as .eml files in the folder outbox in the data folder. The same on every node.",
    takes: "smtp://user:password@host:587, or smtps:// with 465; special characters percent-encoded",
    fallback: null,
    parse: smtpAddress,
    secret: true,
  }),
  mailFrom: setting<string | null>({
    name: "mail-from",
    summary: "From whom the school's mails are; belongs to smtp-url.",
    takes: "an address, or a name with one: Lindenhof School <lyceum@school.example>",
    fallback: null,
    parse: (text) =>
      /^([^<>@\p{Cc}]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u.test(text) ? text : null,
  }),
  nodeName: setting<string | null>({
    name: "node-name",
    summary: "What people call this node of a cluster; when not set, the machine's name.",
    takes: "up to 63 letters, digits, dots and hyphens",
    fallback: null,
    parse: (text) => (/^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/.test(text) ? text : null),
  }),
  peerHost: setting({
    name: "peer-host",
    summary:
      "The address to listen on for the other nodes of the cluster. What passes there is encrypted always, and only nodes of the cluster are let in.",
    takes: "an IP address or localhost",
    fallback: "127.0.0.1",
    parse: (text) => (isIP(text) !== 0 || text === "localhost" ? text : null),
  }),
  peerPort: setting({
    name: "peer-port",
    summary: "The port for the other nodes of the cluster.",
    takes: "a whole number from 1 to 65535",
    fallback: 50061,
    parse: (text) => port(text) || null,
  }),
  peerAddress: setting<string | null>({
    name: "peer-address",
    summary: "Where the other nodes reach this one; when not set, peer-host and peer-port.",
    takes: "a name or an IP address with a port, such as 10.0.0.5:50061",
    fallback: null,
    parse: hostAndPort,
  }),
  nodeUrl: setting<string | null>({
    name: "node-url",
    summary:
      "Under which address clients reach this very node, so that they find it when another one is gone; when not set, public-url, or else the address listened on.",
    takes: "an address that begins with http:// or https:// and has no path",
    fallback: null,
    parse: webOrigin,
  }),
  nodeGrpcAddress: setting<string | null>({
    name: "node-grpc-address",
    summary: "Where gRPC clients reach this very node; when not set, the host of node-url with grpc-port.",
    takes: "a name or an IP address with a port, such as 10.0.0.5:50051",
    fallback: null,
    parse: hostAndPort,
  }),
  electionMs: setting({
    name: "election-ms",
    summary:
      "After so many milliseconds without a word from the leader another one is elected. The same on every node, and at least five times heartbeat-ms.",
    takes: "a whole number from 100 to 60000",
    fallback: 1_000,
    parse: wholeNumber(100, 60_000),
  }),
  heartbeatMs: setting({
    name: "heartbeat-ms",
    summary: "How often the leader tells the others that it is there. The same on every node.",
    takes: "a whole number from 10 to 10000",
    fallback: 100,
    parse: wholeNumber(10, 10_000),
  }),
  logArchive: setting<string | null>({
    name: "log-archive",
    summary:
      "A folder, best on another disk, in which the log of all changes is kept, so that the school can be restored to any moment; it grows, unless log-archive-days is set.",
    takes: "a path",
    fallback: null,
    parse: nonEmpty,
  }),
  logArchiveDays: setting<number | null>({
    name: "log-archive-days",
    summary:
      "After so many days files of the log's archive are deleted: longer than your oldest backup is old. What somebody wrote who was erased is in it until then.",
    takes: "a whole number from 1 to 3650",
    fallback: null,
    parse: wholeNumber(1, 3_650),
  }),
  roles: setting<readonly Role[]>({
    name: "roles",
    summary: "What this node does: web answers people and programs, worker does the work in the background.",
    takes: "web, worker or both, separated by a comma",
    fallback: ["web", "worker"],
    parse: rolesOf,
  }),
  logLevel: setting<LogLevel>({
    name: "log-level",
    summary: "From which weight on things are logged.",
    takes: "info, warn or error",
    fallback: "info",
    parse: (text) => logLevels.find((level) => level === text) ?? null,
  }),
  demoPassword: setting<string | null>({
    name: "demo-password",
    summary: "One password for all accounts of the demo school; made up and printed when not set.",
    takes: "at least 8 characters",
    fallback: null,
    parse: (text) => (text.length >= 8 ? text : null),
    secret: true,
  }),
} as const;

export const roles = ["web", "worker"] as const;
export type Role = (typeof roles)[number];

export const logLevels = ["info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

export type SettingKey = keyof typeof settings;
export type Config = { readonly [Key in SettingKey]: (typeof settings)[Key]["fallback"] };
export type Provenance = { readonly [Key in SettingKey]: Source };

/** A setting is unknown or malformed; the message names it and says what it takes. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export interface ConfigSources {
  /** Names without the dashes; a flag given twice is an error of whoever parsed the command line. */
  readonly flags: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The file's text and path, or null when there is none. */
  readonly file: SettingsFile | null;
  /** The file in the data folder, or null when there is none. */
  readonly folderFile?: SettingsFile | null;
}

export interface SettingsFile {
  readonly path: string;
  readonly text: string;
}

/** Reads the settings in force and where each came from. Throws `ConfigError` with every fault that it found. */
export function readConfig(sources: ConfigSources): { config: Config; provenance: Provenance } {
  const faults: string[] = [];
  const given = gather(sources, faults);
  const config: Record<string, unknown> = {};
  const provenance: Record<string, Source> = {};
  for (const key of settingKeys) {
    const { name, fallback, takes, parse }: Setting<unknown> = settings[key];
    const wish = given.get(name);
    const value = wish === undefined ? fallback : parse(wish.text);
    // An empty text or one of another shape gives null, which no setting takes from outside.
    if (wish !== undefined && value === null)
      faults.push(`${wish.spelling} takes ${takes}, not "${shown(key, wish.text)}".`);
    config[key] = value;
    provenance[key] = wish?.source ?? "default";
  }
  if (faults.length === 0 && (config.tlsCert === null) !== (config.tlsKey === null))
    faults.push("LYCEUM_TLS_CERT and LYCEUM_TLS_KEY belong together: one is set, the other is not.");
  if (faults.length === 0 && config.smtpUrl !== null && config.mailFrom === null)
    faults.push("LYCEUM_SMTP_URL needs LYCEUM_MAIL_FROM: the address that the school's mails come from.");
  if (faults.length === 0 && Number(config.electionMs) < 5 * Number(config.heartbeatMs))
    faults.push(
      `LYCEUM_ELECTION_MS (${config.electionMs}) must be at least five times LYCEUM_HEARTBEAT_MS (${config.heartbeatMs}): a late heartbeat would depose a leader that is well.`,
    );
  if (faults.length > 0) throw new ConfigError(faults.join("\n"));
  return { config: config as Config, provenance: provenance as Provenance };
}

/** The name of the file of settings in a data folder. */
export const folderFileName = "lyceum.json";

/** The data folder that `sources` name, before anything else is read: its own file of settings may lie there. */
export function dataFolderOf(sources: ConfigSources): string {
  const wish = gather({ ...sources, folderFile: null }, []).get(settings.data.name);
  return wish === undefined || wish.text === "" ? settings.data.fallback : wish.text;
}

/** The settings as lines for a person: name, value, where it came from. */
export function describeConfig(config: Config, provenance: Provenance): string {
  const rows = settingKeys.map((key) => {
    const value = config[key];
    const text =
      value === null || (Array.isArray(value) && value.length === 0)
        ? "(not set)"
        : shown(key, String(value));
    return { name: settings[key].name, text, source: provenance[key] };
  });
  const width = (pick: (row: (typeof rows)[number]) => string) =>
    Math.max(...rows.map((row) => pick(row).length));
  const nameWidth = width((row) => row.name);
  const textWidth = width((row) => row.text);
  return rows
    .map(({ name, text, source }) => `${name.padEnd(nameWidth)}  ${text.padEnd(textWidth)}  ${source}`)
    .join("\n");
}

/** `http-port` as the environment spells it. */
export function environmentName(name: string): string {
  return `LYCEUM_${name.replaceAll("-", "_").toUpperCase()}`;
}

const settingKeys = Object.keys(settings) as SettingKey[];
const names: readonly string[] = settingKeys.map((key) => settings[key].name);
/** No settings and no mistakes either: the command line's own, and where the file of settings is. */
const clientNames = ["LYCEUM_URL", "LYCEUM_TOKEN", "LYCEUM_PROFILE", "LYCEUM_CONFIG"];

interface Wish {
  readonly text: string;
  readonly source: Source;
  readonly spelling: string;
}

/** What was given under each name, the strongest source last, so that it wins. */
function gather(sources: ConfigSources, faults: string[]): ReadonlyMap<string, Wish> {
  const { flags, environment, file, folderFile = null } = sources;
  const given = new Map<string, Wish>();
  for (const [source, each] of [["data folder", folderFile] as const, ["file", file] as const]) {
    if (each === null) continue;
    for (const [name, value] of Object.entries(parseFile(each, faults))) {
      const spelling = `"${name}" in ${each.path}`;
      if (!names.includes(name)) faults.push(`${spelling} is no setting.${suggestion(name, names)}`);
      else if (each === folderFile && name === settings.data.name)
        faults.push(`${spelling} has no place there: the folder cannot name another one.`);
      else given.set(name, { text: textOf(value), source, spelling });
    }
  }
  const byVariable = new Map(names.map((name) => [environmentName(name), name]));
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith("LYCEUM_") || text === undefined || clientNames.includes(variable)) continue;
    const name = byVariable.get(variable);
    if (name === undefined)
      faults.push(`${variable} is no setting.${suggestion(variable, [...byVariable.keys()])}`);
    else given.set(name, { text, source: "environment", spelling: variable });
  }
  for (const [name, text] of Object.entries(flags)) {
    const spelling = `--${name}`;
    if (names.includes(name)) given.set(name, { text, source: "flag", spelling });
    else
      faults.push(
        `${spelling} is no setting.${suggestion(
          spelling,
          names.map((each) => `--${each}`),
        )}`,
      );
  }
  return given;
}

function parseFile(
  file: { readonly path: string; readonly text: string },
  faults: string[],
): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(file.text);
    if (value !== null && typeof value === "object" && !Array.isArray(value))
      return value as Record<string, unknown>;
    faults.push(`${file.path} must hold one JSON object of settings.`);
  } catch (error) {
    faults.push(`${file.path} is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  return {};
}

/** A file may write numbers as numbers and lists as lists. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(String).join(",") : JSON.stringify(value);
}

function shown(key: SettingKey, text: string): string {
  const { secret }: Setting<unknown> = settings[key];
  return secret === true ? "(hidden)" : text;
}

function suggestion(wrong: string, known: readonly string[]): string {
  const [nearest] = known
    // `--port` is a part of `--http-port`, however many letters they differ by.
    .map((name) => ({
      name,
      distance: name.endsWith(wrong.replace(/^-*/, "-")) ? 0 : editDistance(wrong, name),
    }))
    .sort((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance <= 3
    ? ` Did you mean ${nearest.name}?`
    : " `lyceum config` lists the settings.";
}

/** How many letters must be added, dropped or changed to turn `from` into `to` (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_each, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

function setting<Value>(spec: Setting<Value>): Setting<Value> {
  return spec;
}

function nonEmpty(text: string): string | null {
  return text === "" ? null : text;
}

function port(text: string): number | null {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null;
}

function wholeNumber(lowest: number, highest: number): (text: string) => number | null {
  return (text) =>
    /^\d{1,9}$/.test(text) && Number(text) >= lowest && Number(text) <= highest ? Number(text) : null;
}

/** `10.0.0.5:50061`, `school.example:50061` or `[::1]:50061`. */
function hostAndPort(text: string): string | null {
  const [, host = "", digits = ""] = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text) ?? [];
  return host !== "" && (port(digits) ?? 0) > 0 ? text : null;
}

function smtpAddress(text: string): string | null {
  if (!/^smtps?:\/\//.test(text) || !URL.canParse(text)) return null;
  const { hostname, pathname, search, hash } = new URL(text);
  return hostname !== "" && ["", "/"].includes(pathname) && search === "" && hash === "" ? text : null;
}

function webOrigin(text: string): string | null {
  const trimmed = text.replace(/\/$/, "");
  return URL.canParse(trimmed) && /^https?:\/\//.test(trimmed) && new URL(trimmed).origin === trimmed
    ? trimmed
    : null;
}

function networks(text: string): readonly string[] | null {
  const parts = text.split(",").map((part) => part.trim());
  return parts.every(isNetwork) ? parts : null;
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function rolesOf(text: string): readonly Role[] | null {
  const parts = text.split(",").map((part) => part.trim());
  const known = roles.filter((role) => parts.includes(role));
  return known.length > 0 && parts.every((part) => known.some((role) => role === part)) ? known : null;
}
