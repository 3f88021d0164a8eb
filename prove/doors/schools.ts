/** The same school three times, to the id, each behind another door: HTTP, gRPC, the command line. */
import { slices } from "#app/slices.ts";
import { present } from "#base/assert.ts";
import type { JsonObject } from "#base/json.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import { openTestKernel, type TestKernel } from "#kernel/testing.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import { fixturePassword } from "#slices/identity/fixtures.ts";
import { buildMatrixSchool } from "../../house/matrix-school.ts";
import { openCommandLine } from "./cli-door.ts";
import type { OpenDoor, Outcome, Sending, Taken, TakenFile } from "./door.ts";
import { openGrpc } from "./grpc-door.ts";
import { openHttp } from "./http-door.ts";

/** The first four are everybody of whom the answers differ most; the others stand around the course. */
export const askers = [
  "teacher",
  "student",
  "admin",
  "nobody",
  "assistant",
  "classmate",
  "observer",
  "colleague",
  "outsider",
] as const;
export type Asker = (typeof askers)[number];

export interface SchoolBehindDoor {
  readonly door: string;
  readonly operations: readonly RegisteredOperation[];
  /** The input by which the matrix asks. */
  inputOf(operation: string): JsonObject;
  ask(operation: RegisteredOperation, asker: Asker): Promise<Outcome>;
  send(operation: RegisteredOperation, asker: Asker, what: Sent): Promise<Outcome>;
  take(operation: RegisteredOperation, asker: Asker, input: JsonObject): Promise<Taken>;
  goOn(operation: RegisteredOperation, asker: Asker, from: From): Promise<TakenFile>;
  /** Calls the kernel itself, past the door, and lets what comes of it be done: to have something to ask for. */
  must<Output>(asker: Asker, operation: string, input: JsonObject): Promise<Output>;
  /** A finished upload of somebody's, made past the door. */
  upload(asker: Asker, fileName: string, content: Uint8Array): Promise<string>;
  close(): Promise<void>;
}

interface Sent {
  readonly input: JsonObject;
  readonly sending: Sending;
}

interface From {
  readonly input: JsonObject;
  readonly offset: number;
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
  const { people } = school;
  const personOf = (asker: Asker) => present(people[asker], asker);
  /** Null once a call before has changed the password, or shut them out. */
  const signIn = async (email: string) => {
    const result = await kernel.call(null, "identity.signIn", { email, password: fixturePassword });
    return "output" in result ? String((result.output as JsonObject).token) : null;
  };
  const opened = await open(kernel);
  const tokens = new Map<Asker, string | null>([["nobody", null]]);
  const tokenOf = async (asker: Asker) => {
    if (!tokens.has(asker)) tokens.set(asker, await signIn(personOf(asker).email));
    return tokens.get(asker) ?? null;
  };
  const inputOf = (operation: string) => present(school.inputs[operation], `an input of ${operation}`)();
  return {
    door,
    operations: kernel.kernel.registry.operations,
    inputOf,
    async ask(operation, asker) {
      const outcome = await opened.ask(operation, inputOf(operation.name), await tokenOf(asker));
      // Some calls end the session that they are made with.
      if (asker !== "nobody" && operation.kind === "command" && "output" in outcome) tokens.delete(asker);
      return outcome;
    },
    send: async (operation, asker, { input, sending }) =>
      opened.send(operation, input, sending, await tokenOf(asker)),
    take: async (operation, asker, input) => opened.take(operation, input, await tokenOf(asker)),
    goOn: async (operation, asker, { input, offset }) =>
      opened.goOn(operation, input, offset, await tokenOf(asker)),
    async must<Output>(asker: Asker, operation: string, input: JsonObject) {
      const output = await kernel.must<Output>(await tokenOf(asker), operation, input);
      await kernel.kernel.settle();
      return output;
    },
    upload: (asker, fileName, content) => kernel.upload(`person:${personOf(asker).id}`, fileName, content),
    async close() {
      await opened.close();
      await kernel.close();
    },
  };
}
