/** What each method does: read the message, call the operation, write the answer; bytes flow beside. */
import type { HandlerContext } from "@connectrpc/connect";
import { present } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { zipStream } from "#engines/blobs/zip-stream.ts";
import type { Archive } from "#kernel/archive.ts";
import type { CallAnswer } from "#kernel/call.ts";
import { invalidField } from "#kernel/errors.ts";
import type { Kernel, Log } from "#kernel/kernel.ts";
import { answerMetadata, callFrame, givenRequestId } from "./call-metadata.ts";
import { type Codec, createCodec, type MessageValue } from "./codec.ts";
import type { GrpcContract } from "./contract.ts";
import { chunksOf, chunksOfBlob, filesIn } from "./downloads.ts";
import { connectErrorOf } from "./failures.ts";
import { callWithUpload, type UploadPart } from "./uploads.ts";
import { packageName, type WireMethod } from "./wire-model.ts";

export interface MethodParts {
  readonly kernel: Kernel;
  readonly contract: GrpcContract;
  readonly log: Log;
  readonly clock: Clock;
  readonly addressOf: (context: HandlerContext) => string | null;
  readonly newRequestId: () => string;
}

type Implementation = (message: never, context: HandlerContext) => unknown;
type PartMessage = { readonly part: { readonly case: string | undefined; readonly value?: unknown } };

/** The implementations of all services, by the service's name and then the method's property. */
export function createMethods(parts: MethodParts): ReadonlyMap<string, Record<string, Implementation>> {
  const codec = createCodec(parts.contract.linked);
  return new Map(
    parts.contract.wire.services.map((service) => {
      const descriptor = present(
        parts.contract.linked.getService(`${packageName}.${service.name}`),
        service.name,
      );
      const methods = service.methods.map((method) => {
        const property = present(
          descriptor.methods.find(({ name }) => name === method.name),
          method.name,
        ).localName;
        return [property, implement(parts, codec, method)] as const;
      });
      return [service.name, Object.fromEntries(methods)];
    }),
  );
}

function implement(parts: MethodParts, codec: Codec, method: WireMethod): Implementation {
  switch (method.shape) {
    case "unary":
      return (message: MessageValue, context) => unary(parts, codec, method, message, context);
    case "upload":
      return (messages: AsyncIterable<PartMessage>, context) =>
        upload(parts, codec, method, messages, context);
    case "download":
      return (message: MessageValue, context) =>
        streamed(parts, method, context, download(parts, codec, method, message, context));
    case "archive":
      return (message: MessageValue, context) =>
        streamed(parts, method, context, archive(parts, codec, method, message, context));
    case "answer with files":
      return (message: MessageValue, context) =>
        streamed(parts, method, context, answerWithFiles(parts, codec, method, message, context));
  }
}

function unary(
  parts: MethodParts,
  codec: Codec,
  method: WireMethod,
  message: MessageValue,
  context: HandlerContext,
) {
  return guarded(parts, method, context, async () => {
    const input = codec.decode(method.input, message);
    const answer = await parts.kernel.call({
      ...frameOf(parts, context),
      operation: method.operation,
      input,
    });
    return tell(codec, method, answer, context);
  });
}

function upload(
  parts: MethodParts,
  codec: Codec,
  method: WireMethod,
  messages: AsyncIterable<PartMessage>,
  context: HandlerContext,
) {
  return guarded(parts, method, context, async () => {
    const request = { ...frameOf(parts, context), operation: method.operation };
    const answer = await callWithUpload(
      parts.kernel,
      request,
      uploadParts(codec, method, messages),
      parts.clock,
    );
    return tell(codec, method, answer, context);
  });
}

async function* uploadParts(
  codec: Codec,
  method: WireMethod,
  messages: AsyncIterable<PartMessage>,
): AsyncIterable<UploadPart> {
  for await (const { part } of messages) {
    if (part.case === "start")
      yield { case: "start", input: codec.decode(method.input, part.value as MessageValue) };
    else if (part.case === "chunk") yield { case: "chunk", bytes: part.value as Uint8Array };
    else throw invalidField("part", "Each message of the stream must hold either the start or a chunk.");
  }
}

async function* download(
  parts: MethodParts,
  codec: Codec,
  method: WireMethod,
  message: MessageValue,
  context: HandlerContext,
) {
  const { offset = 0, ...input } = codec.decode(method.input, message);
  const answer = await parts.kernel.call({ ...frameOf(parts, context), operation: method.operation, input });
  const file = answer.output as { readonly sha256: string; readonly bytes: number };
  const chunks = chunksOfBlob(parts.kernel.services.blobs, file, Number(offset));
  yield { part: { case: "file", value: tell(codec, method, answer, context) } };
  for await (const chunk of chunks) yield { part: { case: "chunk", value: chunk } };
}

async function* archive(
  parts: MethodParts,
  codec: Codec,
  method: WireMethod,
  message: MessageValue,
  context: HandlerContext,
) {
  const input = codec.decode(method.input, message);
  const answer = await parts.kernel.call({ ...frameOf(parts, context), operation: method.operation, input });
  yield { part: { case: "archive", value: tell(codec, method, answer, context) } };
  const { entries } = answer.output as unknown as Archive;
  for await (const chunk of chunksOf(zipStream(parts.kernel.services.blobs, entries).stream))
    yield { part: { case: "chunk", value: chunk } };
}

async function* answerWithFiles(
  parts: MethodParts,
  codec: Codec,
  method: WireMethod,
  message: MessageValue,
  context: HandlerContext,
) {
  const { withoutFiles, ...input } = codec.decode(method.input, message);
  const answer = await parts.kernel.call({ ...frameOf(parts, context), operation: method.operation, input });
  yield { part: { case: "answer", value: tell(codec, method, answer, context) } };
  if (withoutFiles === true) return;
  for (const { path, key, sha256, bytes } of filesIn(answer.output)) {
    let offset = 0;
    const chunkOf = (data: Uint8Array) => {
      const value = { key, path, sha256, offset: BigInt(offset), data, last: offset + data.length === bytes };
      offset += data.length;
      return { part: { case: "chunk", value } };
    };
    for await (const data of chunksOfBlob(parts.kernel.services.blobs, { sha256, bytes }, 0))
      yield chunkOf(data);
    if (bytes === 0) yield chunkOf(new Uint8Array());
  }
}

function frameOf(parts: MethodParts, context: HandlerContext) {
  const caller = { address: parts.addressOf(context), requestId: requestIdOf(parts, context) };
  return { ...callFrame(context.requestHeader, caller), signal: context.signal };
}

const requestIds = new WeakMap<HandlerContext, string>();

/** One id for the call, in the log, the audit trail and the answer. */
function requestIdOf(parts: MethodParts, context: HandlerContext): string {
  const known = requestIds.get(context) ?? givenRequestId(context.requestHeader) ?? parts.newRequestId();
  requestIds.set(context, known);
  return known;
}

/** Sets the metadata of the answer and gives its message. */
function tell(codec: Codec, method: WireMethod, answer: CallAnswer, context: HandlerContext): MessageValue {
  for (const [name, value] of Object.entries(answerMetadata(answer))) context.responseHeader.set(name, value);
  return messageOf(codec, method, answer);
}

/** The message that says what `answer` says. */
export function messageOf(codec: Codec, method: WireMethod, answer: CallAnswer): MessageValue {
  const output: JsonValue = method.outputBoxed
    ? ({ value: answer.output } satisfies JsonObject)
    : answer.output;
  return codec.encode(method.output, output);
}

/** Runs `work`, gives up at the client's deadline, and says failures in gRPC's words. */
async function guarded<T>(
  parts: MethodParts,
  method: WireMethod,
  context: HandlerContext,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await Promise.race([work(), atDeadline(context.signal)]);
  } catch (error) {
    throw failed(parts, method, context, error);
  }
}

async function* streamed<T>(
  parts: MethodParts,
  method: WireMethod,
  context: HandlerContext,
  messages: AsyncIterable<T>,
) {
  try {
    for await (const message of messages) {
      context.signal.throwIfAborted();
      yield message;
    }
  } catch (error) {
    throw failed(parts, method, context, error);
  }
}

function failed(parts: MethodParts, method: WireMethod, context: HandlerContext, error: unknown): unknown {
  if (context.signal.aborted) return context.signal.reason;
  const { log, contract } = parts;
  return connectErrorOf(error, {
    files: contract.linked,
    requestId: requestIdOf(parts, context),
    method: method.operation,
    log,
  });
}

/** A command whose deadline passes may still be done: the client learns by asking again with the same key. */
function atDeadline(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}
