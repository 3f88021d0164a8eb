/** One command of the command line: gather the input, move the files, call, show the answer, keep the session. */
import { randomUUID } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { cleanFileName } from "#engines/blobs/file-name.ts";
import type { Archive } from "#kernel/archive.ts";
import { failureTable, Refusal } from "#kernel/errors.ts";
import type { FileReference } from "#kernel/held-blobs.ts";
import { parseInput } from "#kernel/problems.ts";
import type { RegisteredOperation, Registry } from "#kernel/registry.ts";
import type { TextFile } from "#kernel/text-file.ts";
import { type CallResult, type ClientParts, callOperation, type Session } from "./client.ts";
import { CliFailure, failureOf, fileExit, usage } from "./failure.ts";
import { type Flag, readJson, readValue } from "./flags.ts";
import { oneField } from "./one-field.ts";
import { moreHint, nextCursorOf, withAllPages } from "./pages.ts";
import { configFolder, defaultServer, openProfiles, type Profile, type Profiles } from "./profiles.ts";
import { render } from "./render.ts";
import { createServers, sisters } from "./servers.ts";
import { askSecrets, columnsOf, readAll, type Terminal } from "./terminal.ts";
import { downloadArchive, downloadFile, forgetUpload, type TransferParts, uploadFile } from "./transfers.ts";
import { hasFailed, waitFor, watchOf } from "./waiting.ts";

export interface RunParts {
  readonly registry: Registry;
  readonly terminal: Terminal;
  readonly fetch: typeof fetch;
  /** What the command line calls itself. */
  readonly agent: string;
  readonly sessions: {
    /** Operations whose output has the session's `token`. */
    readonly opens: readonly string[];
    /** Operations after which the session is gone. */
    readonly ends: readonly string[];
    /** What takes the answer where an operation that opens gives a challenge in place of a token. */
    readonly completes?: { readonly operation: string; readonly challenge: string; readonly code: string };
  };
  /** The read that tells where the school's nodes answer, or null where there is none, and how to read its answer. */
  readonly nodes: {
    readonly operation: RegisteredOperation | null;
    readonly addressesIn: (output: JsonValue) => readonly string[];
  };
}

export interface CommonOptions {
  readonly input?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly profile?: string;
  readonly server?: string;
  readonly idempotencyKey?: string;
  readonly file?: string;
  readonly uploadId?: string;
  readonly output?: string;
  readonly force?: true;
  readonly field?: string;
  readonly all?: true;
  readonly wait?: true;
}

export interface Run {
  readonly profiles: Profiles;
  readonly profileName: string;
  /** The address that the user named, under which the profile is kept. */
  readonly server: string;
  readonly session: Session;
  readonly client: ClientParts;
  readonly transfer: TransferParts;
}

/** Does what the user asked for with one command; gives the exit status. */
export async function runOperation(
  parts: RunParts,
  operation: RegisteredOperation,
  flags: readonly Flag[],
  options: Record<string, unknown> & CommonOptions,
): Promise<number> {
  const { terminal } = parts;
  const run = await openRun(parts, options, parts.sessions.opens.includes(operation.name));
  const input = await gatherInput(parts, operation, flags, options);
  recallDevice(parts, run, operation, input);
  const idempotencyKey = options.idempotencyKey ?? randomUUID();
  checkInput(operation, input, options);
  if (options.uploadId !== undefined) input.uploadId = options.uploadId;
  const result =
    options.file === undefined
      ? await callOperation(run.client, run.session, operation, { input, idempotencyKey })
      : await callWithFile(run, operation, options.file, { input, idempotencyKey });
  const answer = await keepSession(
    parts,
    run,
    operation,
    await withSecondStep(parts, run, operation, result),
  );
  const output = await withWhatFollows(parts, run, operation, { input, answer, options });
  const status = options.wait === true && hasFailed(output) ? failureTable.failed_precondition.exit : 0;
  const show = (value: JsonValue, text: string) => {
    if (options.field !== undefined) terminal.stdout.write(oneField(value, options.field));
    else terminal.stdout.write(options.json === true ? `${JSON.stringify(value, null, 2)}\n` : text);
  };
  if (operation.returns === "blob") {
    const file = output as FileReference & { readonly url: string };
    const at = await downloadFile(run.transfer, {
      file,
      output: options.output ?? cleanFileName(file.fileName),
      force: options.force === true,
    });
    if (at !== "-")
      show(
        { path: at, bytes: file.bytes, sha256: file.sha256, mediaType: file.mediaType },
        `Saved as ${at}\n`,
      );
    return status;
  }
  if (operation.returns === "archive") {
    const { url, fileName, entries } = output as unknown as Archive & { readonly url: string };
    const at = await downloadArchive(run.transfer, {
      file: { url, fileName },
      output: options.output ?? cleanFileName(fileName),
      force: options.force === true,
    });
    if (at !== "-") show({ path: at, entries: entries.length }, `Saved as ${at}\n`);
    return status;
  }
  const cursor = options.json === true || options.field !== undefined ? null : nextCursorOf(output);
  if (operation.returns === "text") {
    show(output, (output as unknown as TextFile).text);
    // Beside the text, which goes into a file.
    if (cursor !== null) terminal.stderr.write(moreHint(cursor));
    return status;
  }
  const paths =
    operation.returns === "blobs" && options.output !== undefined
      ? await saveAll(run.transfer, output, options.output, options.force === true)
      : [];
  show(output, output === null || isEmpty(output) ? "Done.\n" : render(output, columnsOf(terminal)));
  if (cursor !== null) terminal.stdout.write(`\n${moreHint(cursor)}`);
  if (options.json !== true) for (const path of paths) terminal.stdout.write(`Saved as ${path}\n`);
  return status;
}

/** What comes after the first answer, where it is asked for: the other pages, or the end of what it began. */
async function withWhatFollows(
  parts: RunParts,
  { client, session }: Run,
  operation: RegisteredOperation,
  given: { readonly input: JsonObject; readonly answer: JsonValue; readonly options: CommonOptions },
): Promise<JsonValue> {
  const { input, answer, options } = given;
  const ask = async (read: RegisteredOperation, asked: JsonObject) =>
    (await callOperation(client, session, read, { input: asked, idempotencyKey: "" })).output;
  if (options.all === true) return withAllPages(answer, (cursor) => ask(operation, { ...input, cursor }));
  const watch = options.wait === true ? watchOf(parts.registry, operation) : null;
  if (watch === null) return answer;
  return waitFor(answer, (output) => ask(watch.read, watch.inputOf(output)), parts.terminal.wait);
}

/** Tells a server at which somebody signed in from here before that this is the same device. */
function recallDevice(
  { sessions }: RunParts,
  { profiles, profileName, server }: Run,
  operation: RegisteredOperation,
  input: JsonObject,
): void {
  const kept = profiles.get(profileName);
  if (kept?.deviceToken === undefined || kept.server !== server) return;
  const takes = sessions.opens.includes(operation.name) && "deviceToken" in operation.input.shape;
  if (takes && input.deviceToken === undefined) input.deviceToken = kept.deviceToken;
}

/**
 * Sends the file, then the command that takes it. An upload lives on the node that took it: when that one is gone
 * before the command is done, both go to another. The key stays, and the file counts by its content, so the command is
 * still done once.
 */
async function callWithFile(
  { client, session, transfer }: Run,
  operation: RegisteredOperation,
  file: string,
  call: { readonly input: JsonObject; readonly idempotencyKey: string },
): Promise<CallResult> {
  const { servers } = session;
  for (let left = servers.all.length; ; left--) {
    const uploadId = await uploadFile(transfer, file);
    const takenBy = servers.current;
    try {
      const result = await callOperation(client, session, operation, {
        ...call,
        input: { ...call.input, uploadId },
      });
      await forgetUpload(transfer, uploadId);
      return result;
    } catch (error) {
      const isElsewhere =
        error instanceof CliFailure &&
        servers.current !== takenBy &&
        error.problems.some(({ field }) => field === "uploadId");
      if (!isElsewhere || left <= 1) throw error;
    }
  }
}

/** Shows the profiles, or chooses one. */
export async function useProfile(
  parts: RunParts,
  name: string | undefined,
  server: string | undefined,
): Promise<void> {
  const { terminal } = parts;
  const profiles = await openProfiles(configFolder(terminal.environment));
  if (name === undefined) {
    const names = profiles.names();
    const lines = names.map(
      (each) => `${each === profiles.current ? "*" : " "} ${each}  ${profiles.get(each)?.server}\n`,
    );
    terminal.stdout.write(
      names.length === 0 ? "There are none yet: lyceum sign-in --server <address>\n" : lines.join(""),
    );
    return;
  }
  const known = profiles.get(name);
  if (known === null && server === undefined)
    throw usage(`There is no profile "${name}".`, `Make it with: lyceum use ${name} --server <address>`);
  const moved = server === undefined || known?.server === address(server) ? known : null;
  await profiles.keep(
    name,
    moved ?? { server: address(server ?? defaultServer), token: null, position: null },
    true,
  );
  terminal.stdout.write(`Commands now talk to ${profiles.get(name)?.server}.\n`);
}

/**
 * The profile and the server that `options` name, ready to be called. A profile that is not there yet is made by signing
 * in, or goes to a server that is named beside it; elsewhere its name is a slip.
 */
export async function openRun(parts: RunParts, options: CommonOptions, makesProfile = false): Promise<Run> {
  const { environment, wait, timeLimit, now } = parts.terminal;
  const folder = configFolder(environment);
  const profiles = await openProfiles(folder);
  const profileName = options.profile ?? environment.LYCEUM_PROFILE ?? profiles.current;
  const kept = profiles.get(profileName);
  const named = options.server ?? environment.LYCEUM_URL;
  if (kept === null && named === undefined && profileName !== profiles.current && !makesProfile)
    throw usage(
      `There is no profile "${profileName}".`,
      `Sign in with it: lyceum sign-in --profile ${profileName} --server <address>. Those there are: lyceum use`,
    );
  const server = address(named ?? kept?.server ?? defaultServer);
  // A token goes only to the server that gave it.
  const own: Profile | null = kept !== null && kept.server === server ? kept : null;
  const session: Session = {
    servers: createServers(server, own?.others ?? []),
    token: environment.LYCEUM_TOKEN ?? own?.token ?? null,
    position: own?.position ?? null,
  };
  const client: ClientParts = { fetch: parts.fetch, wait, timeLimit, now, agent: parts.agent };
  const transfer = {
    ...client,
    terminal: parts.terminal,
    session,
    folder,
    quiet: options.quiet === true || options.json === true,
  };
  return { profiles, profileName, server, session, client, transfer };
}

function address(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol))
    throw usage(
      `"${text}" is no address of a server.`,
      "It looks like https://school.example or http://127.0.0.1:8080.",
    );
  return url.origin;
}

/** The input: first the JSON document, then the flags on top, then the passwords. */
async function gatherInput(
  parts: RunParts,
  operation: RegisteredOperation,
  flags: readonly Flag[],
  options: Record<string, unknown> & CommonOptions,
): Promise<JsonObject> {
  const { terminal } = parts;
  const input = options.input === undefined ? {} : await readInput(terminal, options.input);
  for (const flag of flags) {
    const given = options[optionName(flag.name)];
    if (options[optionName(`clear-${flag.name}`)] === true) {
      if (given !== undefined) throw usage(`Give either --${flag.name} or --clear-${flag.name}, not both.`);
      input[flag.field] = flag.list ? [] : null;
    }
    if (given === undefined || flag.kind === "secret") continue;
    if (typeof given === "boolean") input[flag.field] = given;
    else if (Array.isArray(given)) input[flag.field] = given.map((each) => readValue(flag, String(each)));
    else input[flag.field] = readValue(flag, String(given));
  }
  const secrets = flags.filter(
    ({ kind, field, required }) => kind === "secret" && required && input[field] === undefined,
  );
  if (secrets.length > 0 && options.input === "-")
    throw usage("Standard input holds the --input document, so the passwords must stand in it.");
  const answers = await askSecrets(
    terminal,
    secrets.map(({ name }) => `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("-", " ")}`),
  );
  for (const [index, { field }] of secrets.entries()) input[field] = answers[index] ?? "";
  if (operation.accepts === "blob" && (options.file === undefined) === (options.uploadId === undefined))
    throw usage("Give the file to send with --file <path> (or a finished upload with --upload-id <id>).");
  return input;
}

/** As commander names what it read of `--course-id`. */
function optionName(flagName: string): string {
  return flagName.replaceAll(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

async function readInput(terminal: Terminal, path: string): Promise<JsonObject> {
  const text =
    path === "-"
      ? await readAll(terminal.stdin)
      : await readFile(path, "utf8").catch((error: Error) => {
          throw new CliFailure(`${path} cannot be read: ${error.message}.`, {
            exitStatus: fileExit,
            code: "file_unreadable",
          });
        });
  const value = readJson(text);
  if (value === undefined || value === null || typeof value !== "object" || Array.isArray(value))
    throw usage(`${path === "-" ? "Standard input" : path} holds no JSON object.`);
  return value;
}

/** What the server would refuse is said at once, before any file is sent. */
function checkInput(operation: RegisteredOperation, input: JsonObject, options: CommonOptions): void {
  try {
    parseInput(
      operation.input,
      operation.accepts === "blob" ? { ...input, uploadId: options.uploadId ?? "pending" } : input,
    );
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { kind, code, message, problems } = error;
    throw failureOf(kind, { code, message, problems });
  }
}

/** Where signing in takes a second step, asks for the code and completes it. */
async function withSecondStep(
  parts: RunParts,
  { client, session }: Run,
  operation: RegisteredOperation,
  result: CallResult,
): Promise<CallResult> {
  const { completes, opens } = parts.sessions;
  const { output } = result;
  const completing = completes === undefined ? undefined : parts.registry.byName(completes.operation);
  if (completes === undefined || completing === undefined || !opens.includes(operation.name)) return result;
  if (output === null || typeof output !== "object" || Array.isArray(output)) return result;
  const challenge = output[completes.challenge];
  if (typeof challenge !== "string") return result;
  const [code = ""] = await askSecrets(parts.terminal, ["Code of the app, or a recovery code"]);
  return callOperation(client, session, completing, {
    input: { [completes.challenge]: challenge, [completes.code]: code },
    idempotencyKey: randomUUID(),
  });
}

/** Keeps a new session's token and the position; gives the output without the token, which is nobody's to read. */
async function keepSession(
  parts: RunParts,
  run: Run,
  operation: RegisteredOperation,
  result: CallResult,
): Promise<JsonValue> {
  const { profiles, profileName, server, session } = run;
  const kept = profiles.get(profileName);
  const ours = kept !== null && kept.server === server ? kept : null;
  const position = Math.max(result.position ?? 0, ours?.position ?? 0) || null;
  const opens = parts.sessions.opens.includes(operation.name);
  const ends = parts.sessions.ends.includes(operation.name);
  const { output } = result;
  if (
    opens &&
    typeof output === "object" &&
    output !== null &&
    !Array.isArray(output) &&
    typeof output.token === "string" &&
    output.token !== ""
  ) {
    const { token, deviceToken: given, ...rest } = output;
    const deviceToken = typeof given === "string" && given !== "" ? given : ours?.deviceToken;
    const others = await otherNodes(parts, run);
    await profiles.keep(
      profileName,
      {
        ...{ server, others, token: String(token), position: result.position },
        ...(deviceToken === undefined ? {} : { deviceToken }),
      },
      true,
    );
    return rest;
  }
  if (ours === null) return output;
  // Another node has answered than the one that was named: nodes have come or gone.
  const others = session.servers.current === server ? ours.others : await otherNodes(parts, run);
  if (ends || position !== ours.position || others !== ours.others)
    await profiles.keep(
      profileName,
      { ...ours, ...(others === undefined ? {} : { others }), token: ends ? null : ours.token, position },
      false,
    );
  return output;
}

/** Where the school's other nodes answer, so that the next command finds one when this one is gone. */
async function otherNodes(parts: RunParts, { client, server, session }: Run): Promise<readonly string[]> {
  const { operation, addressesIn } = parts.nodes;
  const known = session.servers.all.filter((each) => each !== server);
  if (operation === null) return known;
  try {
    const { output } = await callOperation(client, session, operation, { input: {}, idempotencyKey: "" });
    return sisters(server, addressesIn(output));
  } catch (error) {
    // What the user asked for is done; whom else to ask is a question for another time.
    if (error instanceof CliFailure) return known;
    throw error;
  }
}

/** Puts every file of an answer under `folder`, in a folder for each key of the answer's map. */
async function saveAll(
  transfer: TransferParts,
  output: JsonValue,
  folder: string,
  force: boolean,
): Promise<string[]> {
  const facts = await stat(folder).catch(() => null);
  if (facts !== null && !facts.isDirectory())
    throw usage(`${folder} is a file; --output must be a folder here.`);
  const paths: string[] = [];
  for (const { keys, file } of filesIn(output, [])) {
    const place = join(folder, ...keys.map(cleanFileName), cleanFileName(file.fileName));
    paths.push(await downloadFile(transfer, { file, output: place, force }));
  }
  return paths;
}

type LinkedFile = FileReference & { readonly url: string };

function filesIn(
  value: JsonValue,
  keys: readonly string[],
): { readonly keys: readonly string[]; readonly file: LinkedFile }[] {
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value))
    return value.flatMap((each, index) => filesIn(each, [...keys, String(index + 1)]));
  const { url, sha256, fileName, bytes } = value;
  if (
    typeof url === "string" &&
    typeof sha256 === "string" &&
    typeof fileName === "string" &&
    typeof bytes === "number"
  )
    return [{ keys, file: value as unknown as LinkedFile }];
  // Ids tell files apart; the names of fields do not.
  return Object.entries(value).flatMap(([name, each]) =>
    filesIn(each, /^[a-z][A-Za-z]*$/.test(name) ? keys : [...keys, name]),
  );
}

function isEmpty(output: JsonValue): boolean {
  return typeof output === "object" && output !== null && Object.keys(output).length === 0;
}
