/** Unary calls byte by byte: what well-behaved clients never send, and what proxies make of what they do send. */
import assert from "node:assert/strict";
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from "node:http2";
import { after, before, describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { present } from "#base/assert.ts";
import { openTestKernel, personToken, type TestKernel } from "#kernel/testing.ts";
import { buildContract, type GrpcContract } from "./contract.ts";
import { createGrpcDoor, type GrpcDoor } from "./door.ts";
import { notesSlice } from "./test-slice.ts";

const makeNote = "/lyceum.v1.NotesService/MakeNote";
const ada = personToken("ada", "student");
let opened: TestKernel;
let door: GrpcDoor;
let contract: GrpcContract;
let session: ClientHttp2Session;

before(async () => {
  opened = await openTestKernel({ slices: [notesSlice] });
  contract = buildContract(opened.kernel.registry, {});
  door = createGrpcDoor({
    kernel: opened.kernel,
    host: "127.0.0.1",
    port: 0,
    log: () => {},
    clock: opened.clock,
    fieldNumbers: {},
  });
  const { port } = await door.start();
  session = http2.connect(`http://127.0.0.1:${port}`);
});

after(async () => {
  session.close();
  await door.close();
  await opened.close();
});

interface Told {
  readonly headers: IncomingHttpHeaders;
  /** The status and what is beside it, from wherever it came. */
  readonly status: IncomingHttpHeaders;
  readonly body: Buffer;
}

function begin(headers: Record<string, string> = {}): { stream: ClientHttp2Stream; told: Promise<Told> } {
  const stream = session.request({
    ":method": "POST",
    ":path": makeNote,
    "content-type": "application/grpc",
    te: "trailers",
    authorization: `Bearer ${ada}`,
    ...headers,
  });
  const told = new Promise<Told>((resolve, reject) => {
    let answered: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders | null = null;
    const chunks: Buffer[] = [];
    stream.on("response", (given) => {
      answered = given;
    });
    stream.on("trailers", (given) => {
      trailers = given;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("close", () =>
      resolve({ headers: answered, status: trailers ?? answered, body: Buffer.concat(chunks) }),
    );
  });
  return { stream, told };
}

function typeOf(name: string) {
  return present(contract.linked.getMessage(`lyceum.v1.${name}`), name);
}

function framed(message: Uint8Array, flags = 0): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function noteBytes(title: string): Uint8Array {
  const type = typeOf("MakeNoteRequest");
  return toBinary(type, create(type, { title }));
}

function titleIn(message: Uint8Array): unknown {
  return (fromBinary(typeOf("Note"), message) as unknown as { title: string }).title;
}

async function sent(bytes: Buffer, headers: Record<string, string> = {}): Promise<Told> {
  const { stream, told } = begin(headers);
  stream.end(bytes);
  return told;
}

describe("a message on its way in", () => {
  test("arrives whole although it comes in pieces of one byte", async () => {
    const { stream, told } = begin();
    for (const byte of framed(noteBytes("in pieces")))
      await new Promise((resolve) => stream.write(Buffer.of(byte), resolve));
    stream.end();
    const { headers, status, body } = await told;
    assert.equal(status["grpc-status"], "0");
    assert.equal(headers["content-type"], "application/grpc+proto");
    assert.equal(titleIn(body.subarray(5)), "in pieces");
  });

  test("is refused where there is none, more than one, or less than was announced", async () => {
    const message = framed(noteBytes("twice in one"));
    assert.equal((await sent(Buffer.alloc(0))).status["grpc-status"], "12");
    assert.equal((await sent(Buffer.concat([message, message]))).status["grpc-status"], "12");
    assert.equal((await sent(message.subarray(0, 3))).status["grpc-status"], "3");
    assert.equal((await sent(message.subarray(0, -1))).status["grpc-status"], "3");
    assert.equal((await sent(framed(Buffer.from([0x0a, 0x7f])))).status["grpc-status"], "13");
  });

  test("that is announced as too large is refused before it has come", async () => {
    const head = Buffer.from([0, 0xff, 0xff, 0xff, 0xff]);
    const { stream, told } = begin();
    stream.write(head);
    const { status } = await told;
    assert.equal(status["grpc-status"], "8");
    assert.match(decodeURIComponent(String(status["grpc-message"])), /4294967295 bytes/);
  });

  test("may be compressed where it says how, and is refused where it does not", async () => {
    const packed = framed(gzipSync(noteBytes("packed")), 1);
    assert.equal((await sent(packed, { "grpc-encoding": "gzip" })).status["grpc-status"], "0");
    assert.equal((await sent(packed)).status["grpc-status"], "13");
  });

  test("may be JSON", async () => {
    const text = framed(Buffer.from(JSON.stringify({ title: "as JSON" })));
    const { headers, body } = await sent(text, { "content-type": "application/grpc+json" });
    assert.equal(headers["content-type"], "application/grpc+json");
    assert.equal(JSON.parse(body.subarray(5).toString()).title, "as JSON");
  });
});

describe("an answer", () => {
  const largeInput = () => {
    const type = typeOf("EchoRequest");
    return framed(toBinary(type, create(type, { count: 1n, all: ["x".repeat(4_000)] })));
  };

  test("that is large goes compressed to a client that takes it so, and plain to others", async () => {
    const path = { ":path": "/lyceum.v1.NotesService/Echo" };
    const plain = await sent(largeInput(), path);
    assert.equal(plain.headers["grpc-encoding"], undefined);
    const packed = await sent(largeInput(), { ...path, "grpc-accept-encoding": "identity,deflate,gzip" });
    assert.equal(packed.headers["grpc-encoding"], "gzip");
    assert.equal(packed.body[0], 1);
    assert.ok(packed.body.length < 1_000);
    assert.deepEqual(gunzipSync(packed.body.subarray(5)), plain.body.subarray(5));
  });

  test("bears the client's own request id where it is refused", async () => {
    const { status } = await sent(framed(noteBytes("")), { "x-request-id": "my-own-id" });
    assert.equal(status["lyceum-request-id"], "my-own-id");
    assert.equal(status["grpc-status"], "3");
  });
});

describe("a call that nobody waits for", () => {
  test("ends at its deadline by the clock of the server, also before its message is there", async () => {
    const { stream, told } = begin({ "grpc-timeout": "200m" });
    await arrived(stream, framed(noteBytes("never whole")).subarray(0, 4));
    opened.clock.advance(200);
    const { status } = await told;
    assert.equal(status["grpc-status"], "4");
  });

  test("with a deadline that cannot be read is refused", async () => {
    const { status } = await sent(framed(noteBytes("soon")), { "grpc-timeout": "soon" });
    assert.equal(status["grpc-status"], "3");
  });

  test("may be given up by the client, and others go on on the same connection", async () => {
    const { stream, told } = begin();
    await arrived(stream, framed(noteBytes("given up")).subarray(0, 4));
    stream.close(http2.constants.NGHTTP2_CANCEL);
    await told;
    assert.equal((await sent(framed(noteBytes("goes on")))).status["grpc-status"], "0");
  });

  /** Writes `bytes` and waits until the server has them: the connection keeps the order of frames. */
  async function arrived(stream: ClientHttp2Stream, bytes: Buffer): Promise<void> {
    await new Promise((resolve) => stream.write(bytes, resolve));
    await new Promise<void>((resolve, reject) => {
      session.ping((error) => (error === null ? resolve() : reject(error)));
    });
  }
});
