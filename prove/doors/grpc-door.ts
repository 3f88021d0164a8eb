/** The door of gRPC as a program uses it: one message, or a stream of a start and chunks. */
import { type Client, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { present } from "#base/assert.ts";
import { systemClock } from "#base/clock.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { createCodec, type MessageValue } from "#doors/grpc/codec.ts";
import { buildContract } from "#doors/grpc/contract.ts";
import { createGrpcDoor } from "#doors/grpc/door.ts";
import { readFieldNumbers } from "#doors/grpc/field-numbers.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import type { TestKernel } from "#kernel/testing.ts";
import { inOrder, type OpenDoor, type Sending, type TakenFile, takenFile } from "./door.ts";

const chunkBytes = 64 * 1024;

type Part = { readonly part: { readonly case: string; readonly value: unknown } };
type Method = (message: unknown, options: { headers: Record<string, string> }) => unknown;

export async function openGrpc(kernel: TestKernel): Promise<OpenDoor> {
  const door = createGrpcDoor({
    kernel: kernel.kernel,
    log: () => {},
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
  const methodOf = (operation: RegisteredOperation) => {
    const { method, client } = present(methods.get(operation.name), `a method for ${operation.name}`);
    const name = `${method.name.charAt(0).toLowerCase()}${method.name.slice(1)}`;
    return { method, call: present(client[name], name) as unknown as Method };
  };
  const outputOf = (operation: RegisteredOperation, message: MessageValue): JsonValue => {
    const { method } = methodOf(operation);
    const output = codec.decode(method.output, message);
    return method.outputBoxed ? (output.value ?? null) : output;
  };
  /** The parts that a stream gives: what was said first, and the chunks. */
  const partsOf = async (operation: RegisteredOperation, input: JsonObject, token: string | null) => {
    const { method, call } = methodOf(operation);
    const stream = call(codec.encode(method.input, input), bearer(token)) as AsyncIterable<Part>;
    const parts: Part["part"][] = [];
    for await (const { part } of stream) parts.push(part);
    const [first, ...chunks] = parts;
    return { answer: outputOf(operation, present(first, "a first message").value as MessageValue), chunks };
  };
  const oneFile = async (operation: RegisteredOperation, input: JsonObject, token: string | null) => {
    const { answer, chunks } = await partsOf(operation, input, token);
    const content = Buffer.concat(chunks.map(({ value }) => value as Uint8Array));
    return takenFile((answer as { fileName: string }).fileName, content);
  };
  return {
    close: () => door.close(),
    ask: (operation, input, token) =>
      refusable(async () => {
        const { method, call } = methodOf(operation);
        const answer = (await call(codec.encode(method.input, input), bearer(token))) as MessageValue;
        return { output: outputOf(operation, answer) };
      }),
    send: (operation, input, sending, token) =>
      refusable(async () => {
        const { method, call } = methodOf(operation);
        const { start, chunks } = partsToSend(input, sending);
        async function* messages() {
          yield { part: { case: "start", value: codec.encode(method.input, start) } };
          for (const value of chunks) yield { part: { case: "chunk", value } };
        }
        return { output: outputOf(operation, (await call(messages(), bearer(token))) as MessageValue) };
      }),
    take: (operation, input, token) =>
      refusable(async () => {
        if (operation.returns === "text") {
          const { method, call } = methodOf(operation);
          const answer = (await call(codec.encode(method.input, input), bearer(token))) as MessageValue;
          const text = String((outputOf(operation, answer) as JsonObject).text);
          return { files: [takenFile("", Buffer.from(text), text)] };
        }
        if (operation.returns !== "blobs") return { files: [await oneFile(operation, input, token)] };
        const { answer, chunks } = await partsOf(operation, input, token);
        return {
          files: filesAmong(
            answer,
            chunks.map(({ value }) => value as FileChunk),
          ),
        };
      }),
    goOn: (operation, input, offset, token) => oneFile(operation, { ...input, offset }, token),
  };
}

interface FileChunk {
  readonly path: string;
  readonly data: Uint8Array;
}

/** The files that the answer names and the chunks bring. */
function filesAmong(answer: JsonValue, chunks: readonly FileChunk[]): readonly TakenFile[] {
  const contents = Map.groupBy(chunks, ({ path }) => path);
  return inOrder(
    [...contents].map(([path, pieces]) => {
      let at: JsonValue = answer;
      for (const key of path.split(".")) at = (at as JsonObject)[key] ?? null;
      return takenFile(String((at as JsonObject).fileName), Buffer.concat(pieces.map(({ data }) => data)));
    }),
  );
}

function partsToSend(input: JsonObject, sending: Sending) {
  if ("uploadId" in sending) return { start: { ...input, uploadId: sending.uploadId }, chunks: [] };
  const { fileName, content, arriving = content.length, announced = content.length } = sending;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < arriving; at += chunkBytes)
    chunks.push(content.subarray(at, Math.min(at + chunkBytes, arriving)));
  return { start: { ...input, fileName, bytesExpected: announced }, chunks };
}

function bearer(token: string | null): { headers: Record<string, string> } {
  return { headers: token === null ? {} : { authorization: `Bearer ${token}` } };
}

async function refusable<T>(work: () => Promise<T>): Promise<T | { readonly code: string }> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    return { code: error.metadata.get("lyceum-code") ?? error.message };
  }
}
