/** The same school three times, to the id, each behind another door: HTTP, gRPC, the command line. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { type Client, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { sessionOperations } from "#app/session-operations.ts";
import { slices } from "#app/slices.ts";
import { present } from "#base/assert.ts";
import { systemClock } from "#base/clock.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import { flagsOf } from "#doors/cli/flags.ts";
import { type CliParts, runCli } from "#doors/cli/program.ts";
import { createCodec, type MessageValue } from "#doors/grpc/codec.ts";
import { buildContract } from "#doors/grpc/contract.ts";
import { createGrpcDoor } from "#doors/grpc/door.ts";
import { readFieldNumbers } from "#doors/grpc/field-numbers.ts";
import { createHttpDoor } from "#doors/http/server.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import { openTestKernel, type TestKernel } from "#kernel/testing.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import { fixturePassword } from "#slices/identity/fixtures.ts";
import { buildMatrixSchool } from "../../house/matrix-school.ts";

/** What a call came to: the output, or the code of what was refused. */
export type Outcome = { readonly output: JsonValue } | { readonly code: string };

export const askers = ["teacher", "student", "admin", "nobody"] as const;
export type Asker = (typeof askers)[number];

type Ask = (operation: RegisteredOperation, input: JsonObject, token: string | null) => Promise<Outcome>;

export interface SchoolBehindDoor {
  readonly door: string;
  readonly operations: readonly RegisteredOperation[];
  ask(operation: RegisteredOperation, asker: Asker): Promise<Outcome>;
  close(): Promise<void>;
}

interface OpenDoor {
  readonly ask: Ask;
  close(): Promise<void>;
}

export async function openSchools(): Promise<readonly SchoolBehindDoor[]> {
  const doors = [
    ["HTTP", openHttp],
    ["gRPC", openGrpc],
    ["command line", openCommandLine],
  ] as const;
  const schools: SchoolBehindDoor[] = [];
  for (const [door, open] of doors) schools.push(await openSchool(door, open));
  return schools;
}

async function openSchool(
  door: string,
  open: (kernel: TestKernel) => Promise<OpenDoor>,
): Promise<SchoolBehindDoor> {
  const kernel = await openTestKernel({ slices, authenticator: createAuthenticator });
  const school = await buildMatrixSchool(kernel);
  await kernel.kernel.settle();
  /** Null once a call before has changed the password, or shut them out. */
  const signIn = async (email: string) => {
    const result = await kernel.call(null, "identity.signIn", { email, password: fixturePassword });
    return "output" in result ? String((result.output as JsonObject).token) : null;
  };
  const { people } = school;
  const opened = await open(kernel);
  const tokens = new Map<Asker, string | null>([["nobody", null]]);
  return {
    door,
    operations: kernel.kernel.registry.operations,
    async ask(operation, asker) {
      const input = present(school.inputs[operation.name], `an input of ${operation.name}`)();
      if (!tokens.has(asker) && asker !== "nobody")
        tokens.set(asker, await signIn(present(people[asker], asker).email));
      const outcome = await opened.ask(operation, input, tokens.get(asker) ?? null);
      // Some calls end the session that they are made with.
      if (asker !== "nobody" && operation.kind === "command" && "output" in outcome) tokens.delete(asker);
      return outcome;
    },
    async close() {
      await opened.close();
      await kernel.close();
    },
  };
}

const silent = () => {};

async function openHttpDoor(kernel: TestKernel) {
  const noLimit = 1e9;
  const door = await createHttpDoor({
    kernel: kernel.kernel,
    log: silent,
    clock: systemClock,
    random: seededRandom(7),
    version: "proof",
    webRoot: null,
    sessions: sessionOperations,
    settings: {
      host: "127.0.0.1",
      port: 0,
      publicUrl: null,
      tls: null,
      trustedProxies: [],
      limits: { sessionPerMinuteMax: noLimit, anonymousPerMinuteMax: noLimit, addressPerMinuteMax: noLimit },
    },
  });
  return { url: (await door.listen()).url, close: () => door.close() };
}

async function openHttp(kernel: TestKernel): Promise<OpenDoor> {
  const { url, close } = await openHttpDoor(kernel);
  return {
    close,
    async ask({ method, path, kind }, input, token) {
      const isRead = kind === "read" && method === "GET";
      const query = new URLSearchParams(
        Object.entries(input).flatMap(([name, value]) => parametersOf(name, value)),
      );
      const response = await fetch(`${url}${path}${isRead ? `?${query}` : ""}`, {
        method,
        headers: {
          accept: "application/json",
          ...(isRead ? {} : { "content-type": "application/json" }),
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(isRead ? {} : { body: JSON.stringify(input) }),
      });
      const text = await response.text();
      if (!response.ok) return { code: String((JSON.parse(text) as { code: string }).code) };
      const isJson = (response.headers.get("content-type") ?? "").includes("json");
      return { output: text === "" ? {} : isJson ? (JSON.parse(text) as JsonValue) : text };
    },
  };
}

function parametersOf(name: string, value: JsonValue): [string, string][] {
  if (Array.isArray(value)) return value.map((each) => [name, plain(each)]);
  return value === null ? [] : [[name, plain(value)]];
}

const plain = (value: JsonValue) => (typeof value === "string" ? value : JSON.stringify(value));

async function openGrpc(kernel: TestKernel): Promise<OpenDoor> {
  const door = createGrpcDoor({
    kernel: kernel.kernel,
    log: silent,
    clock: systemClock,
    host: "127.0.0.1",
    port: 0,
  });
  const { host, port } = await door.start();
  const transport = createGrpcTransport({ baseUrl: `http://${host}:${port}` });
  const contract = buildContract(kernel.kernel.registry, readFieldNumbers());
  const codec = createCodec(contract.linked);
  const methods = new Map(
    contract.wire.services.flatMap((service) => {
      const descriptor = present(contract.linked.getService(`lyceum.v1.${service.name}`), service.name);
      const client: Client<typeof descriptor> = createClient(descriptor, transport);
      return service.methods.map((method) => [method.operation, { method, client }] as const);
    }),
  );
  return {
    close: () => door.close(),
    async ask(operation, input, token) {
      const { method, client } = present(methods.get(operation.name), `a method for ${operation.name}`);
      const name = `${method.name.charAt(0).toLowerCase()}${method.name.slice(1)}`;
      const call = present(client[name], name) as unknown as (
        message: MessageValue,
        options: { headers: Record<string, string> },
      ) => Promise<MessageValue>;
      const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
      try {
        const output = codec.decode(
          method.output,
          await call(codec.encode(method.input, input), { headers }),
        );
        return { output: method.outputBoxed ? (output.value ?? null) : output };
      } catch (error) {
        if (!(error instanceof ConnectError)) throw error;
        return { code: error.metadata.get("lyceum-code") ?? error.message };
      }
    },
  };
}

class Sink extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

async function openCommandLine(kernel: TestKernel): Promise<OpenDoor> {
  const { url, close } = await openHttpDoor(kernel);
  const home = await mkdtemp(join(tmpdir(), "lyceum-prove-doors-"));
  return {
    async close() {
      await close();
      await rm(home, { recursive: true, force: true });
    },
    async ask(operation, input, token) {
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
          now: () => 0,
        },
      };
      const status = await runCli(parts, words);
      const said = stdout.text === "" ? null : (JSON.parse(stdout.text) as JsonObject);
      if (status === 0) return { output: said };
      const error = said?.error as JsonObject | undefined;
      return { code: error === undefined ? `exit ${status}: ${stderr.text}` : String(error.code) };
    },
  };
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
