/** The door from outside: a real @grpc/grpc-js client that knows nothing but the generated `.proto` files. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { connect as connectSocket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { connect as connectSecurely } from "node:tls";
import { credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { present } from "#base/assert.ts";
import { systemClock } from "#base/clock.ts";
import { createRegistry } from "#kernel/registry.ts";
import { openTestKernel, personToken, type TestKernel } from "#kernel/testing.ts";
import { buildContract, generatedFiles } from "./contract.ts";
import { createGrpcDoor, type GrpcDoor } from "./door.ts";
import { withPlainMessage } from "./status-message.ts";
import { type Answer, connect, type GrpcClient } from "./test-client.ts";
import { everyShape, notesSlice } from "./test-slice.ts";

const ada = personToken("ada", "student");
let folder: string;
let opened: TestKernel;
let door: GrpcDoor;
let client: GrpcClient;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "lyceum-grpc-"));
  for (const [name, text] of generatedFiles(buildContract(createRegistry([notesSlice]), {}))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  opened = await openTestKernel({ slices: [notesSlice] });
  door = createGrpcDoor({
    kernel: opened.kernel,
    host: "127.0.0.1",
    port: 0,
    log: () => {},
    clock: opened.clock,
    fieldNumbers: {},
  });
  const { port } = await door.start();
  client = connect(folder, `127.0.0.1:${port}`, credentials.createInsecure(), [
    "lyceum/v1/notes_service.proto",
    "grpc/health/v1/health.proto",
    "grpc/reflection/v1/reflection.proto",
    "google/rpc/status.proto",
    "google/rpc/error_details.proto",
  ]);
});

after(async () => {
  client.close();
  await door.close();
  await opened.close();
  await rm(folder, { recursive: true, force: true });
});

const notes = "lyceum.v1.NotesService";

function call(method: string, input: object, metadata: Record<string, string> = {}): Promise<Answer> {
  return client.unary(notes, method, input, metadataOf(metadata));
}

function metadataOf(fields: Record<string, string>): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${ada}`);
  for (const [name, value] of Object.entries(fields)) metadata.set(name, value);
  return metadata;
}

async function refused(promise: Promise<unknown>): Promise<ServiceError> {
  const outcome = await promise.then(
    () => assert.fail("this should have been refused"),
    (error: ServiceError) => error,
  );
  return outcome;
}

async function makeNote(title: string, key?: string): Promise<Answer> {
  return call("MakeNote", { title }, key === undefined ? {} : { "idempotency-key": key });
}

describe("unary calls", () => {
  test("a command answers with its noun, a position, and the same again for the same key", async () => {
    const first = await makeNote("first", "key-1");
    assert.equal(first.message.title, "first");
    assert.equal(first.message.state, "NOTE_STATE_OPEN");
    const position = Number(first.metadata.get("lyceum-position")[0]);
    assert.ok(position > 0);
    const again = await makeNote("first", "key-1");
    assert.deepEqual(again.message, first.message);
    assert.equal(again.metadata.get("idempotency-replayed")[0], "true");
    const read = await call("Echo", { count: 1 }, { "lyceum-position": String(position) });
    assert.ok(Number(read.metadata.get("lyceum-position")[0]) >= position);
  });

  test("every shape arrives as it was sent: lists that are empty, records, nulls, large numbers", async () => {
    const { message } = await call("Echo", {
      ...everyShape,
      only: { values: [] },
      byName: { values: { x: -1 } },
      states: ["NOTE_STATE_HANDED_IN", "NOTE_STATE_OPEN"],
      kind: "KIND_LONG_ANSWER",
    });
    assert.deepEqual(JSON.parse(String(message.json)), everyShape);
    const { message: bare } = await call("Echo", { count: 0 });
    assert.deepEqual(JSON.parse(String(bare.json)), { count: 0, all: [], rows: [], states: [] });
  });

  test("a method may bear the name of the message that it gives", async () => {
    assert.equal((await call("WhoAmI", {})).message.personId, "ada");
  });

  test("leaving a field out keeps it; its clear field sets it to nothing; both at once are refused", async () => {
    const { message: note } = await call("MakeNote", { title: "due", dueAt: 5_000_000_000 });
    assert.equal(note.dueAt, 5_000_000_000);
    const { message: kept } = await call("ChangeNote", { id: note.id, title: "due later" });
    assert.equal(kept.dueAt, 5_000_000_000);
    const { message: cleared } = await call("ChangeNote", { id: note.id, clearDueAt: true });
    assert.ok(!("dueAt" in cleared) || cleared.dueAt === null || cleared._dueAt === undefined);
    const error = await refused(call("ChangeNote", { id: note.id, dueAt: 1, clearDueAt: true }));
    assert.match(error.details, /either due_at or clear_due_at/);
  });
});

describe("refusals", () => {
  test("what is missing or does not fit is named, field by field, in the standard details", async () => {
    const error = await refused(
      call("MakeNote", { state: "NOTE_STATE_UNSPECIFIED", tags: { values: ["much too long"] } }),
    );
    assert.equal(error.code, 3);
    assert.equal(error.metadata.get("lyceum-code")[0], "invalid_input");
    const details = client.detailsOf(error);
    assert.deepEqual(
      (present(details["google.rpc.BadRequest"], "details").fieldViolations as { field: string }[]).map(
        ({ field }) => field,
      ),
      ["title", "tags.0"],
    );
    assert.equal(details["google.rpc.ErrorInfo"]?.reason, "invalid_input");
  });

  test("the text reaches @grpc/grpc-js as it was written, from calls of one answer and from streams", async () => {
    const told = "title: This is required: a text.";
    assert.equal((await refused(call("MakeNote", {}))).details, told);
    const stream = client.upload(notes, "AttachFile", [{ start: { fileName: "a" } }], metadataOf({}));
    assert.equal((await refused(stream)).details, "noteId: This is required: a text.");
    // What must be encoded still is: a percent sign, a line break, an umlaut.
    const title = "100%: one,\ntwo ü %2C";
    const wide = withPlainMessage({ "grpc-status": "3", "grpc-message": encodeURIComponent(title) });
    assert.deepEqual(wide, { "grpc-status": "3", "grpc-message": "100%25: one,%0Atwo %C3%BC %252C" });
    assert.equal(decodeURIComponent(String(wide["grpc-message"])), title);
  });

  test("a field that the server does not know is refused, not ignored", async () => {
    const unknown = Buffer.from([0x0a, 0x01, 0x61, 0xfa, 0x01, 0x01, 0x62]);
    const error = await refused(client.raw(`/${notes}/MakeNote`, unknown, metadataOf({})));
    assert.equal(error.code, 3);
    assert.match(error.details, /no field with the number 31 in MakeNoteRequest/);
  });

  test("codes are those of the one table: conflict, no session, a malformed token or position", async () => {
    await makeNote("twice");
    assert.equal((await refused(makeNote("twice"))).code, 10);
    const nobody = await refused(client.unary(notes, "MakeNote", { title: "x" }, new Metadata()));
    assert.equal(nobody.code, 16);
    assert.equal((await refused(call("MakeNote", { title: "x" }, { authorization: "Basic abc" }))).code, 16);
    assert.equal((await refused(call("Echo", { count: 1 }, { "lyceum-position": "-1" }))).code, 3);
    assert.equal((await refused(call("Echo", { count: 1 }, { "lyceum-consistency": "weak" }))).code, 3);
    assert.ok(await call("Echo", { count: 1 }, { "lyceum-consistency": "strong" }));
    const reused = await refused(
      (async () => {
        await makeNote("key one", "key-2");
        await makeNote("key two", "key-2");
      })(),
    );
    assert.equal(reused.metadata.get("lyceum-code")[0], "idempotency_key_reused");
  });

  test("a message over the limit and an unknown method are refused", async () => {
    assert.equal((await refused(call("MakeNote", { title: "x".repeat(3 * 1024 * 1024) }))).code, 8);
    assert.equal((await refused(client.raw(`/${notes}/Nothing`, Buffer.alloc(0), metadataOf({})))).code, 12);
  });

  test("a deadline that has passed ends the call with the standard code", async () => {
    const error = await refused(
      client.unary(notes, "Echo", { count: 1 }, metadataOf({}), { deadline: Date.now() - 1 }),
    );
    assert.equal(error.code, 4);
  });
});

describe("files", () => {
  const bytes = randomBytes(3_000_000);
  const sha256 = createHash("sha256").update(bytes).digest("hex");

  async function attach(start: object, chunks: readonly Uint8Array[], metadata: Record<string, string> = {}) {
    return client.upload(
      notes,
      "AttachFile",
      [{ start }, ...chunks.map((chunk) => ({ chunk }))],
      metadataOf(metadata),
    );
  }

  function pieces(size: number): Uint8Array[] {
    return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
  }

  test("a file goes up in chunks, comes down whole, and again from the middle", async () => {
    const noteId = String((await makeNote("with file")).message.id);
    const start = { noteId, fileName: "essay.bin", bytesExpected: bytes.length, sha256 };
    const { message } = await attach(start, pieces(700_000));
    assert.deepEqual(
      { ...(message.file as object), mediaType: "" },
      { fileName: "essay.bin", mediaType: "", bytes: bytes.length, sha256 },
    );
    const whole = await client.download(notes, "GetFile", { noteId }, metadataOf({}));
    assert.equal((present(whole[0], "an answer").file as { sha256: string }).sha256, sha256);
    assert.ok(Buffer.concat(whole.slice(1).map(({ chunk }) => chunk as Buffer)).equals(bytes));
    const rest = await client.download(notes, "GetFile", { noteId, offset: 2_000_000 }, metadataOf({}));
    assert.ok(
      Buffer.concat(rest.slice(1).map(({ chunk }) => chunk as Buffer)).equals(bytes.subarray(2_000_000)),
    );
    const beyond = await refused(
      client.download(notes, "GetFile", { noteId, offset: bytes.length + 1 }, metadataOf({})),
    );
    assert.equal(beyond.code, 3);
  });

  test("a retry with the same key sends the file again and is answered from the receipt", async () => {
    const noteId = String((await makeNote("retried")).message.id);
    const first = await attach({ noteId, fileName: "a.bin" }, pieces(1_000_000), {
      "idempotency-key": "key-3",
    });
    const again = await attach({ noteId, fileName: "a.bin" }, pieces(500_000), {
      "idempotency-key": "key-3",
    });
    assert.deepEqual(again.message, first.message);
    assert.equal(again.metadata.get("idempotency-replayed")[0], "true");
  });

  test("an answer with files gives all of it first, then each file's bytes with its owner", async () => {
    const noteId = String((await makeNote("listed")).message.id);
    await attach({ noteId, fileName: "listed.bin" }, pieces(1_000_000));
    const messages = await client.download(notes, "ListNotes", {}, metadataOf({}));
    assert.deepEqual(Object.keys((present(messages[0], "an answer").answer as { notes: object }).notes), [
      "ada",
    ]);
    const chunks = messages
      .slice(1)
      .map(({ chunk }) => chunk as { key: string; path: string; data: Buffer; last: boolean });
    assert.ok(chunks.every(({ path }) => path === "notes.ada.file"));
    assert.deepEqual(chunks.map(({ last }) => last).lastIndexOf(true), chunks.length - 1);
    const got = createHash("sha256")
      .update(Buffer.concat(chunks.map(({ data }) => data)))
      .digest("hex");
    const named = (
      present(messages[0], "an answer").answer as { notes: { ada: { file: { sha256: string } } } }
    ).notes.ada.file.sha256;
    assert.equal(got, named);
    assert.equal(
      (await client.download(notes, "ListNotes", { withoutFiles: true }, metadataOf({}))).length,
      1,
    );
  });

  test("an archive says what is inside, then gives the zip", async () => {
    const noteId = String((await makeNote("zipped")).message.id);
    await attach({ noteId, fileName: "zipped.bin" }, pieces(1_000_000));
    const messages = await client.download(notes, "DownloadNotes", {}, metadataOf({}));
    const { entries } = present(messages[0], "an answer").archive as { entries: { path: string }[] };
    const zip = Buffer.concat(messages.slice(1).map(({ chunk }) => chunk as Buffer));
    assert.ok(entries.length > 0 && entries.every(({ path }) => zip.includes(path)));
    assert.ok(zip.includes(bytes));
  });

  test("nobody uploads without a session, and a bad start is refused before the bytes", async () => {
    const nobody = client.upload(
      notes,
      "AttachFile",
      [{ start: { noteId: "n", fileName: "a" } }],
      new Metadata(),
    );
    assert.equal((await refused(nobody)).code, 16);
    const unnamed = await refused(attach({ fileName: "a" }, []));
    assert.match(unnamed.details, /noteId/);
    assert.equal((await refused(attach({ noteId: "n", fileName: "a", bytesExpected: 1e15 }, []))).code, 11);
    assert.match(
      (
        await refused(
          client.upload(notes, "AttachFile", [{ chunk: bytes.subarray(0, 1_000_000) }], metadataOf({})),
        )
      ).details,
      /first message/,
    );
    const wrong = { noteId: "n", fileName: "a", sha256: "0".repeat(64) };
    assert.match(
      (await refused(attach(wrong, [bytes.subarray(0, 1_000_000)]))).details,
      /changed on its way/,
    );
  });

  test("a message over the limit ends the stream, and what the client still sends is not waited for", async () => {
    const stream = client.upload(notes, "AttachFile", [{ chunk: bytes }, { chunk: bytes }], metadataOf({}));
    assert.equal((await refused(stream)).code, 8);
  });

  test("a stream that is cut in the middle leaves nothing behind", async () => {
    const noteId = String((await makeNote("cut")).message.id);
    const before = await uploadsAndBlobs();
    await client.cutUpload(
      notes,
      "AttachFile",
      [{ start: { noteId, fileName: "cut.bin" } }, { chunk: bytes.subarray(0, 900_000) }],
      metadataOf({}),
    );
    await waitUntilEqual(uploadsAndBlobs, before);
    assert.equal((await refused(client.download(notes, "GetFile", { noteId }, metadataOf({})))).code, 5);
  });

  /** The number of files under the blob store's folder. */
  async function uploadsAndBlobs(): Promise<number> {
    const entries = await readdir(join(opened.folder, "blobs"), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  }
});

describe("the protocols of gRPC itself", () => {
  test("health says that the server and its services take calls, and knows no others", async () => {
    const health = "grpc.health.v1.Health";
    for (const service of ["", notes]) {
      const { message } = await client.unary(health, "Check", { service }, new Metadata());
      assert.equal(message.status, "SERVING");
    }
    assert.equal((await refused(client.unary(health, "Check", { service: "x" }, new Metadata()))).code, 5);
  });

  test("reflection gives the contract that the committed files hold", async () => {
    const reflection = "grpc.reflection.v1.ServerReflection";
    const [list, file, missing] = await client.converse(reflection, "ServerReflectionInfo", [
      { listServices: "" },
      { fileContainingSymbol: `${notes}.MakeNote` },
      { fileByFilename: "nothing.proto" },
    ]);
    const names = (
      present(list, "an answer").listServicesResponse as { service: { name: string }[] }
    ).service.map(({ name }) => name);
    assert.deepEqual(names, ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", notes]);
    const files = (present(file, "an answer").fileDescriptorResponse as { fileDescriptorProto: Buffer[] })
      .fileDescriptorProto;
    assert.equal(files.length, 2);
    assert.equal((present(missing, "an answer").errorResponse as { errorCode: number }).errorCode, 5);
  });

  test("over TLS the same calls are answered, and whoever speaks in clear text is not", async () => {
    const testdata = join(import.meta.dirname, "testdata");
    // A certificate for localhost whose key everybody knows; good for tests and for nothing else.
    const [cert, key] = await Promise.all([
      readFile(join(testdata, "localhost.crt")),
      readFile(join(testdata, "localhost.key")),
    ]);
    const secure = createGrpcDoor({
      kernel: opened.kernel,
      tls: { cert, key },
      host: "127.0.0.1",
      port: 0,
      log: () => {},
      clock: opened.clock,
      fieldNumbers: {},
    });
    const { port } = await secure.start();
    const files = ["lyceum/v1/notes_service.proto"];
    const trusting = connect(folder, `localhost:${port}`, credentials.createSsl(cert), files);
    assert.equal((await trusting.unary(notes, "WhoAmI", {}, metadataOf({}))).message.personId, "ada");
    const clear = connect(folder, `localhost:${port}`, credentials.createInsecure(), files);
    assert.equal((await refused(clear.unary(notes, "WhoAmI", {}, metadataOf({})))).code, 14);
    trusting.close();
    clear.close();
    await secure.close();
  });

  test("connections that ask nothing do not hold up a stop", { timeout: 8_000 }, async () => {
    const read = (name: string) => readFile(join(import.meta.dirname, "testdata", name));
    const tls = { cert: await read("localhost.crt"), key: await read("localhost.key") };
    const clear = { kernel: opened.kernel, host: "127.0.0.1", port: 0, log: () => {}, clock: systemClock };
    const doors = [createGrpcDoor(clear), createGrpcDoor({ ...clear, tls })];
    const [clearAt, secureAt] = await Promise.all(doors.map((each) => each.start()));
    const secure = { ...present(secureAt, "where it listens"), ca: tls.cert, servername: "localhost" };
    const sockets = [
      { socket: connectSocket(present(clearAt, "where it listens")), opens: "connect" },
      { socket: connectSocket(secure), opens: "connect" },
      { socket: connectSecurely(secure), opens: "secureConnect" },
      { socket: connectSecurely({ ...secure, ALPNProtocols: ["h2"] }), opens: "secureConnect" },
    ];
    for (const { socket } of sockets) socket.on("error", () => {}).resume();
    await Promise.all(sockets.map(({ socket, opens }) => once(socket, opens)));
    const ended = sockets.map(({ socket }) => once(socket, "close"));
    await Promise.all(doors.map((each) => each.close()));
    await Promise.all(ended);
  });

  test("in clear text it opens on loopback only", () => {
    const open = () =>
      createGrpcDoor({
        kernel: opened.kernel,
        host: "0.0.0.0",
        port: 0,
        log: () => {},
        clock: opened.clock,
        fieldNumbers: {},
      });
    assert.throws(open, /loopback only/);
  });
});

/** Waits, turn by turn of the event loop, until `value` gives `wanted`; the runner's time limit ends a wait in vain. */
async function waitUntilEqual(value: () => Promise<number>, wanted: number): Promise<void> {
  while ((await value()) !== wanted) await new Promise((resolve) => setImmediate(resolve));
}
