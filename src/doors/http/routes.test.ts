import assert from "node:assert/strict";
import test, { after, before, describe } from "node:test";
import { openTestDoor, type TestDoor } from "./test-door.ts";

describe("operations with files over HTTP", () => {
  const bytes = Buffer.from("A text that was handed in.\n");
  let door: TestDoor;
  let ada: Record<string, string>;
  let noteId: string;

  before(async () => {
    door = await openTestDoor();
    ada = await door.as("ada");
    const begun = await door.send("/api/v1/uploads", {
      method: "POST",
      headers: {
        ...ada,
        "tus-resumable": "1.0.0",
        "upload-length": String(bytes.length),
        "upload-metadata": `filename ${Buffer.from("essay.txt").toString("base64")}`,
      },
    });
    assert.equal(begun.status, 201, begun.text);
    const place = new URL(begun.headers.get("location") ?? "", door.url).pathname;
    const sent = await door.send(place, {
      method: "PATCH",
      body: bytes,
      headers: {
        ...ada,
        "tus-resumable": "1.0.0",
        "upload-offset": "0",
        "content-type": "application/offset+octet-stream",
      },
    });
    assert.equal(sent.status, 204, sent.text);
    const uploadId = place.split("/").at(-1);
    const made = await door.post("/api/v1/notes/attach-file", { title: "essay", uploadId }, ada);
    assert.equal(made.status, 200, made.text);
    noteId = String(made.body.id);
  });
  after(() => door.close());

  test("a read that returns a file leads to its bytes", async () => {
    const answer = await door.get(`/api/v1/notes/get-note-file?id=${noteId}`, ada);
    assert.equal(answer.status, 303);
    const file = await door.get(answer.headers.get("location") ?? "");
    assert.equal(file.text, bytes.toString());
    assert.match(file.headers.get("content-disposition") ?? "", /essay\.txt/);
  });

  test("who prefers JSON gets the address and what the file is", async () => {
    const { body } = await door.get(`/api/v1/notes/get-note-file?id=${noteId}`, {
      ...ada,
      accept: "application/json, */*;q=0.5",
    });
    assert.deepEqual(
      { ...body, url: undefined, sha256: undefined },
      {
        fileName: "essay.txt",
        mediaType: body.mediaType,
        bytes: bytes.length,
        url: undefined,
        sha256: undefined,
      },
    );
    assert.equal((await door.get(String(body.url))).text, bytes.toString());
  });

  test("a read that returns a text answers with it, and with 304 to whoever holds it", async () => {
    const at = "/api/v1/notes/export-notes";
    const answer = await door.get(at, ada);
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.text, /^essay$/m);
    assert.equal(answer.headers.get("content-type"), "text/plain; charset=utf-8");
    const tag = answer.headers.get("etag") ?? "";
    assert.equal((await door.get(at, { ...ada, "if-none-match": tag })).status, 304);
    const { body } = await door.get(at, { ...ada, accept: "application/json" });
    assert.deepEqual(body, { fileName: "notes.txt", mediaType: "text/plain", text: answer.text });
  });

  test("an archive is behind an address of its own, made for who asked, while it is sent", async () => {
    const asked = await door.get("/api/v1/notes/download-notes", { ...ada, accept: "application/json" });
    assert.equal((asked.body.entries as unknown[]).length, 2);
    const zip = await fetch(door.url + String(asked.body.url));
    const got = Buffer.from(await zip.arrayBuffer());
    assert.deepEqual(
      [zip.status, zip.headers.get("content-type"), zip.headers.get("content-length")],
      [200, "application/zip", String(got.length)],
    );
    assert.match(zip.headers.get("content-disposition") ?? "", /^attachment; filename="notes.zip"/);
    assert.ok(got.includes(bytes) && got.includes("0/essay.txt") && got.includes("which.csv"));
    const head = await fetch(door.url + String(asked.body.url), { method: "HEAD" });
    assert.equal(head.headers.get("content-length"), String(got.length));
    const redirected = await door.get("/api/v1/notes/download-notes", ada);
    assert.equal(redirected.status, 303);
    assert.equal((await door.get(`${String(asked.body.url)}x`)).status, 404);
    assert.equal((await door.get("/api/v1/notes/download-notes")).status, 401);
  });

  test("each file inside an answer has its address beside it, the same one the next time", async () => {
    const first = await door.get("/api/v1/notes/list-notes", ada);
    const items = first.body.items as { file: { url: string } }[];
    assert.equal((await door.get(items[0]?.file.url ?? "")).text, bytes.toString());
    const again = await door.get("/api/v1/notes/list-notes", {
      ...ada,
      "if-none-match": first.headers.get("etag") ?? "",
    });
    assert.equal(again.status, 304);
  });

  test("a file is refused to everyone else, and an upload is nobody else's", async () => {
    const eve = await door.as("eve");
    assert.equal((await door.get(`/api/v1/notes/get-note-file?id=${noteId}`, eve)).status, 404);
    assert.equal((await door.get("/files/made-up")).status, 404);
    const begin = { method: "POST", headers: { "tus-resumable": "1.0.0", "upload-length": "5" } };
    assert.equal((await door.send("/api/v1/uploads", begin)).status, 401);
  });
});
