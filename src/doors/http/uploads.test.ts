/** Uploads as real clients make them: with tus-js-client, with lines that break, and with requests made by hand. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Upload } from "tus-js-client";
import { seededRandom } from "#base/random.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import { openTestKernel } from "#kernel/testing.ts";
import { openTestFilesDoor } from "./test-files-door.ts";
import { uploadsPath } from "./uploads.ts";

const bytes = Buffer.from(seededRandom(1).bytes(3_000_000));
const sha256 = createHash("sha256").update(bytes).digest("hex");
const tus = { "tus-resumable": "1.0.0" };
const ada = { ...tus, authorization: "Bearer ada" };
const patch = { ...ada, "content-type": "application/offset+octet-stream" };

async function setUp(t: TestContext) {
  const kernel = await openTestKernel({ slices: [] });
  const { blobs } = kernel.kernel.services;
  const door = await openTestFilesDoor(kernel, blobs);
  t.after(async () => {
    assert.deepEqual(door.bugs, []);
    await door.close();
    await kernel.close();
  });
  const begin = async (size: number, headers: Record<string, string> = {}) => {
    const begun = await fetch(door.url + uploadsPath, {
      method: "POST",
      headers: { ...ada, "upload-length": String(size), ...headers },
    });
    assert.equal(begun.status, 201, await begun.text());
    const location = begun.headers.get("location") ?? "";
    return { url: door.url + location, id: location.slice(uploadsPath.length + 1), begun };
  };
  return { kernel, door, blobs, begin };
}

/** Sends `bytes` with tus-js-client; gives the upload's id. */
function send(options: {
  readonly endpoint: string;
  readonly uploadUrl?: string;
  readonly onProgress?: (sent: number) => void;
}): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload: Upload = new Upload(bytes, {
      endpoint: options.endpoint,
      ...(options.uploadUrl === undefined ? {} : { uploadUrl: options.uploadUrl }),
      headers: { authorization: "Bearer ada" },
      metadata: { filename: "Übung ١ 😀.pdf" },
      retryDelays: [0, 0, 0],
      onProgress: (sent) => options.onProgress?.(sent),
      onSuccess: () => resolve(upload.url?.split("/").at(-1) ?? ""),
      onError: reject,
    });
    upload.start();
  });
}

test("tus-js-client sends a file, and its name and type arrive", async (t) => {
  const { door, blobs } = await setUp(t);
  const upload = await blobs.upload(await send({ endpoint: door.url + uploadsPath }));
  assert.equal(upload?.finished?.sha256, sha256);
  assert.equal(upload?.owner, "person:ada");
  assert.equal(upload?.fileName, "Übung ١ 😀.pdf");
});

test("a line that breaks in the middle is taken up again where it broke", async (t) => {
  const { door, blobs } = await setUp(t);
  const lines: Promise<number>[] = [];
  let cuts = 0;
  door.app.server.on("connection", (socket) =>
    lines.push(new Promise((resolve) => socket.on("close", () => resolve(socket.bytesRead)))),
  );
  const cut = (sent: number) => {
    if (cuts > 0 || sent < 1_000_000) return;
    cuts++;
    door.app.server.closeAllConnections();
  };
  const id = await send({ endpoint: door.url + uploadsPath, onProgress: cut });
  door.app.server.closeAllConnections();
  assert.equal(cuts, 1);
  const received = (await Promise.all(lines)).reduce((sum, each) => sum + each, 0);
  assert.equal((await blobs.upload(id))?.finished?.sha256, sha256);
  assert.ok(
    received < bytes.byteLength + 1_000_000,
    `${received} bytes were received for ${bytes.byteLength}`,
  );
});

test("a server that was restarted in the middle goes on", async (t) => {
  const { kernel, door, blobs, begin } = await setUp(t);
  const { url, id } = await begin(bytes.byteLength);
  const first = await fetch(url, {
    method: "PATCH",
    headers: { ...patch, "upload-offset": "0" },
    body: bytes.subarray(0, 1_234_567),
  });
  assert.deepEqual([first.status, first.headers.get("upload-offset")], [204, "1234567"]);
  assert.ok(first.headers.get("upload-expires"));
  await blobs.close();
  const { clock } = kernel;
  const reopened = await openLocalBlobStore({
    folder: join(kernel.folder, "blobs"),
    clock,
    random: seededRandom(2),
  });
  const restarted = await openTestFilesDoor(kernel, reopened);
  assert.equal(
    await send({ endpoint: restarted.url + uploadsPath, uploadUrl: `${restarted.url}${uploadsPath}/${id}` }),
    id,
  );
  assert.equal((await reopened.upload(id))?.finished?.sha256, sha256);
  await restarted.close();
  await reopened.close();
  assert.equal(door.bugs.length, 0);
});

test("whoever comes back while the old line still hangs takes over from it", async (t) => {
  const { door, begin } = await setUp(t);
  const { url } = await begin(bytes.byteLength);
  const { port, pathname } = new URL(url);
  const hanging = connect(Number(port), "127.0.0.1");
  hanging.on("error", () => {});
  // Resolves when the door has taken bytes from the line; listening for them would take them away from it.
  const taken = new Promise<void>((resolve) =>
    door.app.server.once("request", (request) => {
      const read = request.read.bind(request);
      request.read = (size?: number) => {
        const chunk: unknown = read(size);
        if (chunk !== null) resolve();
        return chunk;
      };
    }),
  );
  const beginning =
    `PATCH ${pathname} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ada\r\nTus-Resumable: 1.0.0\r\n` +
    "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n" +
    `Content-Length: ${bytes.byteLength}\r\n\r\n`;
  hanging.write(Buffer.concat([Buffer.from(beginning), bytes.subarray(0, 1_000)]));
  await taken;
  const head = await fetch(url, { method: "HEAD", headers: ada });
  const offset = Number(head.headers.get("upload-offset"));
  assert.equal(offset, 1_000);
  assert.equal(head.headers.get("upload-length"), String(bytes.byteLength));
  const rest = await fetch(url, {
    method: "PATCH",
    headers: { ...patch, "upload-offset": String(offset) },
    body: bytes.subarray(offset),
  });
  assert.equal(rest.headers.get("upload-offset"), String(bytes.byteLength));
});

test("another's upload is not there, and nobody sends without a session", async (t) => {
  const { begin, door } = await setUp(t);
  const { url } = await begin(10);
  const eve = { ...patch, authorization: "Bearer eve" };
  for (const method of ["HEAD", "PATCH", "DELETE"]) {
    const body =
      method === "PATCH" ? { body: "x", headers: { ...eve, "upload-offset": "0" } } : { headers: eve };
    assert.equal((await fetch(url, { method, ...body })).status, 404, method);
  }
  const nobody = await fetch(door.url + uploadsPath, {
    method: "POST",
    headers: { ...tus, "upload-length": "1" },
  });
  assert.equal(nobody.status, 401);
  assert.equal((await fetch(url, { method: "HEAD", headers: ada })).status, 200);
});

test("what does not fit is said as a problem document", async (t) => {
  const { begin, door } = await setUp(t);
  const problemOf = async (response: Response) => {
    assert.equal(response.headers.get("content-type"), "application/problem+json; charset=utf-8");
    const { status, code } = (await response.json()) as { status: number; code: string };
    assert.equal(response.status, status);
    return [status, code];
  };
  const post = (headers: Record<string, string>) =>
    fetch(door.url + uploadsPath, { method: "POST", headers });
  assert.deepEqual(await problemOf(await post({ ...ada, "upload-length": "9999999999999" })), [
    413,
    "too_large",
  ]);
  assert.deepEqual(await problemOf(await post(ada)), [400, "invalid_upload"]);
  assert.deepEqual(await problemOf(await post({ authorization: "Bearer ada", "upload-length": "1" })), [
    412,
    "invalid_upload",
  ]);
  const { url } = await begin(10);
  const send = (offset: string, body: string) =>
    fetch(url, { method: "PATCH", headers: { ...patch, "upload-offset": offset }, body });
  assert.deepEqual(await problemOf(await send("5", "hello")), [409, "offset_mismatch"]);
  assert.deepEqual(await problemOf(await send("0", "far more than ten")), [413, "invalid_upload"]);
  assert.equal((await fetch(url, { method: "DELETE", headers: ada })).status, 204);
  assert.deepEqual(await problemOf(await send("0", "hello")), [404, "not_found"]);
});

test("a small file goes with its beginning, in one request; an empty one needs no more", async (t) => {
  const { begin, blobs, door } = await setUp(t);
  const response = await fetch(door.url + uploadsPath, {
    method: "POST",
    headers: { ...patch, "upload-length": "5" },
    body: "hello",
  });
  assert.deepEqual([response.status, response.headers.get("upload-offset")], [201, "5"]);
  const id = response.headers.get("location")?.split("/").at(-1) ?? "";
  assert.equal((await blobs.upload(id))?.finished?.mediaType, "text/plain");
  assert.equal((await blobs.upload((await begin(0)).id))?.finished?.bytes, 0);
  const options = await fetch(door.url + uploadsPath, { method: "OPTIONS" });
  assert.match(options.headers.get("tus-extension") ?? "", /creation-with-upload/);
});
