/**
 * Unary calls straight on HTTP/2 streams: one message in, one out, framed as gRPC says. They are nearly all of the
 * calls, and the library's general way through web headers and async iterators costs several times what the call itself
 * does. Whatever is out of the ordinary (JSON, compressed requests, a deadline that cannot be read) is left to it.
 */
import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { create, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { parseTimeout, setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { compressionGzip } from "@connectrpc/connect-node";
import { present } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import type { Kernel, Log } from "#kernel/kernel.ts";
import { answerMetadata, callFrame, givenRequestId, type MetadataReader } from "./call-metadata.ts";
import { type Codec, createCodec, type MessageValue } from "./codec.ts";
import type { GrpcContract } from "./contract.ts";
import { connectErrorOf } from "./failures.ts";
import { messageOf } from "./methods.ts";
import { withPlainMessage } from "./status-message.ts";
import { packageName, type WireMethod } from "./wire-model.ts";

export interface UnaryCallsParts {
  readonly kernel: Kernel;
  readonly contract: GrpcContract;
  readonly log: Log;
  readonly clock: Clock;
  readonly newRequestId: () => string;
  /** The largest message that is taken. */
  readonly messageBytesMax: number;
}

/** Takes the call that begins on `stream`, or gives false where it is not one of these. */
export type UnaryCalls = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => boolean;

interface UnaryMethod {
  readonly wire: WireMethod;
  readonly input: DescMessage;
  readonly output: DescMessage;
}

const contentType = "application/grpc+proto";
/** Before each message: one byte of flags, four of length. */
const headBytes = 5;
const compressedFlag = 1;
/** As the library does it: less than this does not get smaller by enough. */
const compressBytesMin = 1_024;

export function createUnaryCalls(parts: UnaryCallsParts): UnaryCalls {
  const { linked, wire } = parts.contract;
  const codec = createCodec(linked);
  const methods = new Map<string, UnaryMethod>();
  for (const service of wire.services) {
    const name = `${packageName}.${service.name}`;
    const descriptor = present(linked.getService(name), `descriptor of ${name}`);
    for (const method of service.methods) {
      if (method.shape !== "unary") continue;
      const { input, output } = present(
        descriptor.methods.find((each) => each.name === method.name),
        `descriptor of ${method.name}`,
      );
      methods.set(`/${name}/${method.name}`, { wire: method, input, output });
    }
  }
  return (stream, headers) => {
    const method = methods.get(headers[":path"] ?? "");
    if (method === undefined || !isOrdinary(headers)) return false;
    const { timeoutMs, error } = parseTimeout(one(headers["grpc-timeout"]), Number.POSITIVE_INFINITY);
    if (error !== undefined) return false;
    new UnaryCall({ ...parts, codec }, method, stream, headers).begin(timeoutMs ?? null);
    return true;
  };
}

function isOrdinary(headers: IncomingHttpHeaders): boolean {
  const type = headers["content-type"];
  const encoding = headers["grpc-encoding"];
  return (
    headers[":method"] === "POST" &&
    (type === "application/grpc" || type === contentType) &&
    (encoding === undefined || encoding === "identity")
  );
}

function one(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value.join(", ") : value) ?? null;
}

/** One call, from its first byte to its status. */
class UnaryCall {
  readonly #parts: UnaryCallsParts & { readonly codec: Codec };
  readonly #method: UnaryMethod;
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;
  readonly #metadata: MetadataReader;
  readonly #requestId: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly #abandoned = new AbortController();
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** The answer is on its way, or nobody is there to get one. */
  #over = false;
  #cancelDeadline: () => void = () => {};

  constructor(
    parts: UnaryCallsParts & { readonly codec: Codec },
    method: UnaryMethod,
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
  ) {
    this.#parts = parts;
    this.#method = method;
    this.#stream = stream;
    this.#headers = headers;
    this.#metadata = { get: (name) => one(headers[name]) };
    this.#requestId = givenRequestId(this.#metadata) ?? parts.newRequestId();
  }

  begin(timeoutMs: number | null): void {
    const stream = this.#stream;
    stream.on("data", (chunk: Buffer) => this.#take(chunk));
    stream.on("end", () => this.#received());
    // A stream that breaks is closed as well.
    stream.on("error", () => {});
    stream.on("close", () => this.#closed());
    if (timeoutMs !== null) this.#cancelDeadline = this.#parts.clock.after(timeoutMs, () => this.#late());
  }

  #take(chunk: Buffer): void {
    if (this.#over) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < headBytes) return;
    // Nothing is collected that will be refused.
    const { messageBytesMax } = this.#parts;
    const length = this.#whole().readUInt32BE(1);
    if (length > messageBytesMax)
      this.#fail(
        new ConnectError(
          `This message has ${length} bytes, and one may have ${messageBytesMax}.`,
          Code.ResourceExhausted,
        ),
      );
    else if (this.#bytes > headBytes + length)
      this.#fail(new ConnectError("A unary call takes one message, and more came.", Code.Unimplemented));
  }

  #whole(): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && (this.#chunks.length === 1 || first.length >= headBytes)) return first;
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  #received(): void {
    if (this.#over) return;
    const envelope = this.#chunks.length === 1 ? this.#whole() : Buffer.concat(this.#chunks);
    this.#chunks = [];
    if (envelope.length === 0)
      this.#fail(new ConnectError("A unary call takes one message, and none came.", Code.Unimplemented));
    else if (envelope.length < headBytes || envelope.length < headBytes + envelope.readUInt32BE(1))
      this.#fail(new ConnectError("The message ends before its announced length.", Code.InvalidArgument));
    else if (((envelope[0] ?? 0) & compressedFlag) !== 0)
      this.#fail(
        new ConnectError("This message is compressed, but grpc-encoding does not say how.", Code.Internal),
      );
    else void this.#answer(envelope.subarray(headBytes));
  }

  async #answer(message: Uint8Array): Promise<void> {
    const { kernel, codec } = this.#parts;
    const { wire, input, output } = this.#method;
    try {
      const answer = await kernel.call({
        ...callFrame(this.#metadata, { address: this.#address(), requestId: this.#requestId }),
        signal: this.#abandoned.signal,
        operation: wire.operation,
        input: codec.decode(wire.input, parsed(input, message)),
      });
      const bytes = toBinary(output, create(output, messageOf(codec, wire, answer)));
      await this.#succeed(bytes, answerMetadata(answer));
    } catch (error) {
      this.#fail(error);
    }
  }

  #address(): string | null {
    return this.#stream.session?.socket.remoteAddress ?? null;
  }

  async #succeed(message: Uint8Array, metadata: Readonly<Record<string, string>>): Promise<void> {
    const isCompressed = message.length >= compressBytesMin && acceptsGzip(this.#headers);
    const body = isCompressed ? await compressionGzip.compress(message) : message;
    if (this.#over) return;
    this.#end();
    const stream = this.#stream;
    stream.respond(
      {
        ":status": 200,
        "content-type": contentType,
        ...(isCompressed ? { "grpc-encoding": compressionGzip.name } : {}),
        ...metadata,
      },
      { waitForTrailers: true },
    );
    stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    const envelope = Buffer.allocUnsafe(headBytes + body.length);
    envelope[0] = isCompressed ? compressedFlag : 0;
    envelope.writeUInt32BE(body.length, 1);
    envelope.set(body, headBytes);
    stream.end(envelope);
  }

  /** The whole answer is the status, in one frame. */
  #fail(error: unknown): void {
    if (this.#over) return;
    this.#end();
    const { contract, log } = this.#parts;
    const status = connectErrorOf(error, {
      files: contract.linked,
      requestId: this.#requestId,
      method: this.#method.wire.operation,
      log,
    });
    const stream = this.#stream;
    stream.respond(
      {
        ":status": 200,
        "content-type": contentType,
        ...withPlainMessage(Object.fromEntries(setTrailerStatus(new Headers(), status))),
      },
      { endStream: true },
    );
    // What the client still sends is not read: without a reset the stream would stay open.
    if (!stream.readableEnded) setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
  }

  /** A command whose deadline passes may still be done: the client learns by asking again with the same key. */
  #late(): void {
    this.#fail(new ConnectError("The deadline passed before there was an answer.", Code.DeadlineExceeded));
    this.#abandoned.abort();
  }

  #closed(): void {
    if (this.#over) return;
    this.#end();
    this.#abandoned.abort();
  }

  #end(): void {
    this.#over = true;
    this.#chunks = [];
    this.#cancelDeadline();
  }
}

function parsed(type: DescMessage, bytes: Uint8Array): MessageValue {
  try {
    return fromBinary(type, bytes) as unknown as MessageValue;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConnectError(`This is no message of the type ${type.typeName}: ${why}`, Code.Internal);
  }
}

function acceptsGzip(headers: IncomingHttpHeaders): boolean {
  const accepted = one(headers["grpc-accept-encoding"]) ?? "";
  return accepted.split(",").some((each) => each.trim() === compressionGzip.name);
}
