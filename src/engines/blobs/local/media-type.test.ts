/** What files are said to be, from their bytes alone. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { nodeFiles } from "./file-port.ts";
import { mediaTypeOf } from "./media-type.ts";

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
  ["a PDF", "%PDF-1.7\n%\u00e2\u00e3\n1 0 obj\n", "application/pdf"],
  ["a picture", png, "image/png"],
  [
    "a program that calls itself notes.pdf",
    Buffer.from("MZ\x90\x00\x03\x00\x00\x00", "latin1"),
    "application/x-msdownload",
  ],
  ["prose", "Dear all,\n\nsee you on Monday.\n", "text/plain"],
  ["Arabic prose", "مرحبا بكم في الدرس الأول\n", "text/plain"],
  ["a script with comments", "# loads the data\n# and prints it\nprint(1)\n", "text/plain"],
  ["Markdown", "# Week 1\n\nRead **chapter 2**, then:\n\n- write\n- rewrite\n", "text/markdown"],
  ["Markdown of one heading", "# Week 1\n\nRead chapter 2.\n", "text/markdown"],
  ["a page with a script", "  <!-- x --><!DOCTYPE html><script>alert(1)</script>", "text/html"],
  ["a drawing with a script", '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "image/svg+xml"],
  [
    "text that turns binary at its end",
    Buffer.concat([Buffer.alloc(2_000_000, "a"), Buffer.from([0])]),
    "application/octet-stream",
  ],
  ["text cut within a character", Buffer.from("né").subarray(0, 2), "application/octet-stream"],
  ["a long text whose characters straddle pieces", `a${"é".repeat(1_000_000)}`, "text/plain"],
  ["nothing", "", "application/octet-stream"],
];

for (const [what, content, expected] of cases)
  test(`${what} is ${expected}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "lyceum-types-"));
    t.after(() => rm(folder, { recursive: true }));
    const path = join(folder, "file");
    await writeFile(path, content);
    const file = await nodeFiles.open(path, "read");
    assert.equal(await mediaTypeOf(file, Buffer.byteLength(content)), expected);
    await file.close();
  });
