/** What a browser, and pdf.js in it, gets at the signed address of a file. */
import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import { type TestContext, test } from "node:test";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { seededRandom } from "#base/random.ts";
import { samplePdf } from "#engines/inspector/sample-pdfs.ts";
import { openTestKernel } from "#kernel/testing.ts";
import { rangeOf } from "./byte-range.ts";
import { contentDisposition } from "./content-disposition.ts";
import { fileUrl } from "./files.ts";
import { openTestFilesDoor } from "./test-files-door.ts";

async function setUp(t: TestContext) {
  const kernel = await openTestKernel({ slices: [] });
  const { services } = kernel.kernel;
  const door = await openTestFilesDoor(kernel, services.blobs);
  t.after(async () => {
    await door.close();
    await kernel.close();
  });
  const serve = async (bytes: Uint8Array, fileName: string) => {
    const upload = await services.blobs.upload(await kernel.upload("person:ada", fileName, bytes));
    assert.ok(upload?.finished);
    const path = await fileUrl(
      services,
      { ...upload.finished, fileName: upload.fileName },
      kernel.clock.now(),
    );
    return { ...upload.finished, url: door.url + path };
  };
  return { kernel, door, services, serve };
}

test("a PDF is shown whole or in parts, and asked for again only when it changed", async (t) => {
  const { serve } = await setUp(t);
  const bytes = samplePdf(2, 50_000);
  const { url, sha256 } = await serve(bytes, "Blatt 1.pdf");
  const whole = await fetch(url);
  assert.equal(whole.status, 200);
  assert.ok(Buffer.from(await whole.arrayBuffer()).equals(bytes));
  const header = (name: string) => whole.headers.get(name);
  assert.equal(header("content-type"), "application/pdf");
  assert.equal(header("content-length"), String(bytes.byteLength));
  assert.equal(header("accept-ranges"), "bytes");
  assert.equal(header("etag"), `"${sha256}"`);
  assert.equal(header("x-content-type-options"), "nosniff");
  assert.match(header("content-security-policy") ?? "", /sandbox/);
  assert.match(header("content-disposition") ?? "", /^inline; /);
  assert.equal(header("set-cookie"), null);

  const part = await fetch(url, { headers: { range: "bytes=10-19", "if-range": `"${sha256}"` } });
  assert.deepEqual(
    [part.status, part.headers.get("content-range")],
    [206, `bytes 10-19/${bytes.byteLength}`],
  );
  assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 20)));
  const changed = await fetch(url, { headers: { range: "bytes=10-19", "if-range": '"other"' } });
  assert.deepEqual([changed.status, (await changed.arrayBuffer()).byteLength], [200, bytes.byteLength]);
  const beyond = await fetch(url, { headers: { range: `bytes=${bytes.byteLength}-` } });
  assert.deepEqual(
    [beyond.status, beyond.headers.get("content-range")],
    [416, `bytes */${bytes.byteLength}`],
  );
  const head = await fetch(url, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-length")], [200, String(bytes.byteLength)]);
  const known = await fetch(url, { headers: { "if-none-match": `W/"x", "${sha256}"` } });
  assert.deepEqual([known.status, await known.text()], [304, ""]);
  const saved = await fetch(`${url}?download`);
  assert.match(saved.headers.get("content-disposition") ?? "", /^attachment; /);
  await saved.body?.cancel();
});

test("what could be run in a browser is saved, never shown, whatever it is called", async (t) => {
  const { serve } = await setUp(t);
  for (const [content, name] of [
    ["<!doctype html><script>alert(1)</script>", "notes.pdf"],
    ['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "x.png"],
  ] as const) {
    const { headers } = await fetch((await serve(Buffer.from(content), name)).url);
    assert.match(headers.get("content-disposition") ?? "", /^attachment; /);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
  }
  const text = await fetch((await serve(Buffer.from("مرحبا\n"), "a.txt")).url);
  assert.equal(text.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.match(text.headers.get("content-disposition") ?? "", /^inline; /);
});

test("an address holds for an hour and cannot be made up or turned to another file", async (t) => {
  const { serve, kernel, door } = await setUp(t);
  const { url, sha256 } = await serve(Buffer.from("text"), "a.txt");
  assert.equal((await fetch(`${door.url}/files/${sha256}`)).status, 404);
  const session = await kernel.tokens.seal("session", { sha256 }, kernel.clock.now() + 1_000);
  assert.equal((await fetch(`${door.url}/files/${session}`)).status, 404);
  const last = url.at(-1) === "A" ? "B" : "A";
  assert.equal((await fetch(url.slice(0, -2) + last + last)).status, 404);
  kernel.clock.advance(60 * 60_000 - 1);
  assert.equal((await fetch(url)).status, 200);
  kernel.clock.advance(1);
  const late = await fetch(url);
  assert.equal(late.status, 404);
  assert.equal(late.headers.get("content-type"), "application/problem+json; charset=utf-8");
});

test("a file that rotted on the disk does not come out whole", async (t) => {
  const { serve, services } = await setUp(t);
  const { url, sha256 } = await serve(Buffer.from(seededRandom(1).bytes(300_000)), "a.bin");
  const file = await open(await services.blobs.localPath(sha256), "r+");
  await file.write("rot", 200_000);
  await file.close();
  const response = await fetch(url);
  await assert.rejects(response.arrayBuffer());
});

test("pdf.js opens a page by reading only parts of a large file", async (t) => {
  const { serve, door } = await setUp(t);
  const bytes = samplePdf(24, 1024 ** 2);
  const { url } = await serve(bytes, "large.pdf");
  let sent = 0;
  door.app.server.on("request", (_request, response) =>
    response.on("finish", () => {
      sent += Number(response.getHeader("content-length"));
    }),
  );
  const loading = getDocument({ url, disableAutoFetch: true, disableStream: true, verbosity: 0 });
  const document = await loading.promise;
  await document.getPage(12);
  assert.equal(document.numPages, 24);
  assert.ok(sent < 3 * 1024 ** 2, `${sent} bytes were sent`);
  await loading.destroy();
});

test("ranges are read as RFC 9110 says", () => {
  const cases = [
    [undefined, null],
    ["bytes=0-", { start: 0, end: 99 }],
    ["bytes=90-200", { start: 90, end: 99 }],
    ["bytes=-10", { start: 90, end: 99 }],
    ["bytes=-200", { start: 0, end: 99 }],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=100-", "unsatisfiable"],
    ["bytes=5-4", null],
    ["bytes=-", null],
    ["bytes=1-2,4-5", null],
    ["lines=1-2", null],
  ] as const;
  for (const [header, expected] of cases) assert.deepEqual(rangeOf(header, 100), expected, header);
  assert.equal(rangeOf("bytes=0-", 0), "unsatisfiable");
});

test("names reach every client: the true one, and one in ASCII for the old", () => {
  assert.equal(
    contentDisposition("attachment", 'Übung "1" (ا) 😀.pdf'),
    `attachment; filename="Ubung _1_ (_) _.pdf"; filename*=UTF-8''` +
      "%C3%9Cbung%20%221%22%20%28%D8%A7%29%20%F0%9F%98%80.pdf",
  );
});
