/** A file is what its bytes are: what is taken, what is refused, and that the refusal says why. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Refusal } from "./errors.ts";
import { type FileKindName, fileKinds, requireKind } from "./file-kinds.ts";

const all = Object.keys(fileKinds) as FileKindName[];

function outcome(fileName: string, mediaType: string, allowed: readonly FileKindName[] = all): string {
  try {
    requireKind({ fileName, mediaType, bytes: 7 }, allowed);
    return "taken";
  } catch (error) {
    if (error instanceof Refusal && error.kind === "unsupported_type") return error.message;
    throw error;
  }
}

describe("files that are taken", () => {
  const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  for (const [fileName, mediaType] of [
    ["essay.pdf", "application/pdf"],
    ["ESSAY.PDF", "application/pdf"],
    ["without an ending", "application/pdf"],
    ["photo.JPG", "image/jpeg"],
    ["program.py", "text/plain"],
    ["README", "text/markdown"],
    ["table.csv", "text/plain"],
    ["essay.docx", docx],
    ["essay.docx", "application/zip"],
    ["all.zip", "application/zip"],
    ["archive.v2.zip", "application/zip"],
  ] as const)
    test(`${fileName} of type ${mediaType}`, () => assert.equal(outcome(fileName, mediaType), "taken"));
});

describe("files that are refused", () => {
  for (const [fileName, mediaType, says] of [
    ["essay.pdf", "image/png", /named like a PDF, but its bytes are a PNG image/],
    ["essay.pdf", "text/plain", /named like a PDF, but its bytes are a text/],
    ["photo.png", "application/zip", /named like a PNG image, but its bytes are a ZIP archive/],
    ["essay.docx", "application/pdf", /named like an office document, but its bytes are a PDF/],
    ["page.html", "text/html", /type text\/html are not taken/],
    ["notes.txt", "text/html", /type text\/html are not taken/],
    ["drawing.svg", "image/svg+xml", /not taken/],
    ["program.exe", "application/x-msdownload", /not taken/],
    ["anything", "application/octet-stream", /Taken are: a PDF, a PNG image/],
  ] as const)
    test(`${fileName} of type ${mediaType}`, () => assert.match(outcome(fileName, mediaType), says));

  test("a kind that is not taken here, although Lyceum knows it", () => {
    assert.match(outcome("film.mp4", "video/mp4", ["pdf"]), /Taken are: a PDF\.$/);
  });
});

test("no media type and no ending belongs to two kinds", () => {
  const kinds = Object.values(fileKinds);
  for (const list of [
    kinds.flatMap((kind) => [...kind.mediaTypes]),
    kinds.flatMap((kind) => [...kind.endings]),
  ])
    assert.equal(new Set<string>(list).size, list.length);
});

test("an empty file is called empty, not of some type that nobody knows", () => {
  const file = { fileName: "essay.txt", mediaType: "application/octet-stream", bytes: 0 };
  assert.throws(() => requireKind(file, all), { code: "unsupported_type", message: /essay\.txt is empty/ });
});
