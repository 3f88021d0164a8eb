/** The door of the command line as somebody at a shell uses it: words in, text and an exit status out, files in a folder. */
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Readable, Writable } from "node:stream";
import { systemClock } from "#base/clock.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { flagsOf } from "#doors/cli/flags.ts";
import { type CliParts, runCli } from "#doors/cli/program.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import type { TestKernel } from "#kernel/testing.ts";
import { inOrder, type OpenDoor, type Outcome, plain, type Sending, takenFile } from "./door.ts";
import { openHttpServer, sendFile } from "./http-door.ts";

export async function openCommandLine(kernel: TestKernel): Promise<OpenDoor> {
  const { url, close } = await openHttpServer(kernel);
  const home = await mkdtemp(join(tmpdir(), "lyceum-prove-doors-"));
  const run = (
    operation: RegisteredOperation,
    input: JsonObject,
    more: readonly string[],
    token: string | null,
  ) => runWords(kernel, { url, home, token }, operation, { input, more });
  const folder = () => mkdtemp(join(home, "files-"));
  return {
    async close() {
      await close();
      await rm(home, { recursive: true, force: true });
    },
    ask: (operation, input, token) => run(operation, input, [], token),
    async send(operation, input, sending, token) {
      const given = await wordsFor(sending, { url, folder: await folder(), token });
      return "code" in given ? given : run(operation, input, given.words, token);
    },
    async take(operation, input, token) {
      if (operation.returns === "text") {
        const outcome = await run(operation, input, [], token);
        if ("code" in outcome) return outcome;
        const text = String((outcome.output as JsonObject).text);
        return { files: [takenFile("", Buffer.from(text), text)] };
      }
      const place = await folder();
      const outcome = await run(operation, input, ["--output", place], token);
      if ("code" in outcome) return outcome;
      const found = await readdir(place, { recursive: true, withFileTypes: true });
      const files = found
        .filter((each) => each.isFile())
        .map(async ({ parentPath, name }) => takenFile(name, await readFile(join(parentPath, name))));
      return { files: inOrder(await Promise.all(files)) };
    },
    async goOn(operation, input, offset, token) {
      const place = await folder();
      const { output } = (await run(operation, input, ["--output", place], token)) as {
        output: { path: string; sha256: string };
      };
      const whole = await readFile(output.path);
      // As an earlier command left it whose line broke.
      await writeFile(`${output.path}.${output.sha256.slice(0, 16)}.part`, whole.subarray(0, offset));
      await run(operation, input, ["--output", place, "--force"], token);
      return takenFile(basename(output.path), (await readFile(output.path)).subarray(offset));
    },
  };
}

interface Place {
  readonly url: string;
  readonly token: string | null;
}

/** The words that say which file goes along, made in `folder` first. */
async function wordsFor(
  sending: Sending,
  { url, folder, token }: Place & { readonly folder: string },
): Promise<{ readonly words: readonly string[] } | { readonly code: string }> {
  if ("uploadId" in sending) return { words: ["--upload-id", sending.uploadId] };
  const { fileName, content, arriving, announced } = sending;
  if (arriving !== undefined) {
    // Half of it was sent in some other way; the command refers to what is there.
    const upload = await sendFile(url, sending, token);
    return "code" in upload ? upload : { words: ["--upload-id", upload.uploadId] };
  }
  const path = join(folder, fileName);
  await writeFile(path, content);
  // A file with a hole in it: as long as announced, and nothing on the disk.
  if (announced !== undefined) await truncate(path, announced);
  return { words: ["--file", path] };
}

class Sink extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function runWords(
  kernel: TestKernel,
  { url, home, token }: Place & { readonly home: string },
  operation: RegisteredOperation,
  { input, more }: { readonly input: JsonObject; readonly more: readonly string[] },
): Promise<Outcome> {
  const [stdout, stderr] = [new Sink(), new Sink()];
  const { words, secrets } = wordsOf(operation, input);
  const parts: CliParts = {
    registry: kernel.kernel.registry,
    version: "proof",
    nodeCommands: [],
    composedCommands: [],
    agent: "lyceum-cli/proof",
    fetch,
    // A session that a call opens is this proof's to keep, and its output to compare.
    sessions: { opens: [], ends: [] },
    nodes: { operation: null, addressesIn: () => [] },
    terminal: {
      stdin: Readable.from([Buffer.from(secrets.map((secret) => `${secret}\n`).join(""))]),
      stdout,
      stderr,
      environment: { HOME: home, LYCEUM_URL: url, ...(token === null ? {} : { LYCEUM_TOKEN: token }) },
      wait: async () => {},
      timeLimit: () => new AbortController().signal,
      now: () => systemClock.now(),
    },
  };
  const status = await runCli(parts, [...words, ...more]);
  const said = stdout.text === "" ? null : (JSON.parse(stdout.text) as JsonObject);
  if (status === 0) return { output: said };
  const error = said?.error as JsonObject | undefined;
  return { code: error === undefined ? `exit ${status}: ${stderr.text}` : String(error.code) };
}

/** What somebody would type: a flag for each field, the passwords when asked. */
function wordsOf(operation: RegisteredOperation, input: JsonObject) {
  const words: string[] = [...operation.cliCommand, "--json"];
  const secrets: string[] = [];
  for (const flag of flagsOf(operation)) {
    const value = input[flag.field];
    if (value === undefined) continue;
    if (flag.kind === "secret") secrets.push(plain(value));
    else if (value === null || (Array.isArray(value) && value.length === 0))
      words.push(`--clear-${flag.name}`);
    else if (value === true) words.push(`--${flag.name}`);
    else if (value === false) words.push(`--no-${flag.name}`);
    else
      for (const each of flag.list ? (value as JsonValue[]) : [value])
        words.push(`--${flag.name}=${plain(each)}`);
  }
  return { words, secrets };
}
