/** What is read from office documents, and that what means harm neither runs nor takes the node along. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createFileInspector, type InspectorLimits } from "./inspector.ts";
import { type DocumentFormat, UnreadableFile } from "./port.ts";
import { archiveOf, openDocument, wordDocument, wordParagraph, workbook } from "./sample-documents.ts";

async function reading(
  t: TestContext,
  bytes: Buffer,
  format: DocumentFormat,
  limits: Partial<InspectorLimits> = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-document-"));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "file");
  await writeFile(path, bytes);
  return createFileInspector({ limits }).readDocument(path, format);
}

const isUnreadable = (code: UnreadableFile["code"]) => (error: unknown) =>
  error instanceof UnreadableFile && error.code === code;
const demo = (name: string) => fileURLToPath(import.meta.resolve(`../../app/demo/content/sky/${name}`));

test("documents as real programs write them give headings, tables, images and slides", async () => {
  const inspector = createFileInspector();
  const report = await inspector.readDocument(demo("05-writing-your-report.docx"), "docx");
  assert.match(report.html, /<h1>What goes in<\/h1><ol><li>/);
  assert.match(report.html, /<td><p>Shadow \(cm\)<\/p><\/td>/);
  assert.match(report.html, /<img alt="The constellation of Orion[^"]*" src="data:image\/png;base64,/);
  assert.deepEqual(report.sections.map(({ number, heading }) => `${number} ${heading}`).slice(0, 2), [
    "1 Writing your report",
    "2 What goes in",
  ]);
  const slides = await inspector.readDocument(demo("06-five-questions-to-a-star.pptx"), "pptx");
  assert.match(slides.html, /<h2>3\. How hot: colour<\/h2><ul><li>The hotter, the bluer<\/li>/);
  assert.doesNotMatch(slides.html, /both tonight/, "notes are the speaker's");
  const sheets = await inspector.readDocument(demo("07-shadow-lengths.xlsx"), "xlsx");
  assert.match(sheets.html, /<td>2026-09-21<\/td><td>10:30<\/td><td>100<\/td>/);
  assert.match(sheets.html, /<td>3\.22%<\/td>/);
});

test("nothing in a document runs, and nothing is loaded from elsewhere", async (t) => {
  const body =
    wordParagraph("&lt;script&gt;alert(1)&lt;/script&gt;", "Heading1") +
    ["js", "data", "file", "web"]
      .map((id) => `<w:p><w:hyperlink r:id="${id}"><w:r><w:t>${id}</w:t></w:r></w:hyperlink></w:p>`)
      .join("");
  const links = {
    js: "javascript:alert(1)",
    data: "data:text/html,x",
    file: "file:///etc/passwd",
    web: "https://sky.example/",
  };
  const { html } = await reading(t, await wordDocument(body, links), "docx");
  assert.doesNotMatch(html, /<script|javascript:|data:text|file:/);
  assert.match(html, /<a href="https:\/\/sky\.example\/">web<\/a>/);
  const open = await openDocument(
    "text",
    `<text:p><text:a xlink:href="javascript:alert(1)">here</text:a><draw:frame><draw:image xlink:href="https://evil.example/x.png"/><svg:desc>A star</svg:desc></draw:frame></text:p>`,
  );
  assert.equal((await reading(t, open, "odt")).html, "<p><a>here</a><em>A star</em></p>");
});

test("OpenDocument texts keep headings, emphasis, lists, tables and notes", async (t) => {
  const bold = `<style:style style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>`;
  const numbers = `<text:list-style style:name="N"><text:list-level-style-number text:level="1"/></text:list-style>`;
  const inner =
    `<text:h text:outline-level="2">Light &amp; dark</text:h>` +
    `<text:p>One<text:s text:c="2"/><text:span text:style-name="B">two</text:span><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Three</text:p></text:note-body></text:note></text:p>` +
    `<text:list text:style-name="N"><text:list-item><text:p>First</text:p></text:list-item></text:list>` +
    `<table:table><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>Wide</text:p></table:table-cell></table:table-row></table:table>`;
  const { html, sections } = await reading(t, await openDocument("text", inner, bold + numbers), "odt");
  assert.equal(
    html,
    `<h2>Light &amp; dark</h2><p>One  <strong>two</strong> (Three)</p><ol><li><p>First</p></li></ol><table><tbody><tr><td colspan="2"><p>Wide</p></td></tr></tbody></table>`,
  );
  assert.deepEqual(sections, [
    { number: 1, heading: "Light & dark", text: "One  two (Three)\nFirst\n\nWide" },
  ]);
});

test("sheets show values as their readers know them, and the beginning of long ones", async (t) => {
  const styles = `<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="10"/></cellXfs>`;
  const first = `<row><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>`;
  const second = `<row><c r="A2" s="1"><v>46286.5</v></c><c r="B2"><v>0.30000000000000004</v></c><c r="C2" s="2"><v>0.1234</v></c></row>`;
  const { html, isCut } = await reading(t, await workbook(first + second, styles), "xlsx");
  const rows = [
    ["Day", "", "Shadow"],
    ["2026-09-21 12:00", "0.3", "12.34%"],
  ].map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`);
  assert.equal(html, `<h2>Shadows</h2><table><tbody>${rows.join("")}</tbody></table>`);
  assert.equal(isCut, false);
  const many = Array.from({ length: 501 }, (_, row) => `<row><c><v>${row}</v></c></row>`).join("");
  const long = await reading(t, await workbook(many), "xlsx");
  assert.equal(long.isCut, true);
  assert.match(long.html, /<td>499<\/td><\/tr><\/tbody>/);
  const open = await openDocument(
    "spreadsheet",
    `<table:table table:name="Moons"><table:table-row><table:table-cell table:number-columns-repeated="16384"/></table:table-row><table:table-row><table:table-cell/><table:table-cell table:number-columns-repeated="2"><text:p>4</text:p></table:table-cell></table:table-row></table:table>`,
  );
  assert.equal(
    (await reading(t, open, "ods")).html,
    "<h2>Moons</h2><table><tbody><tr><td></td><td></td><td></td></tr><tr><td></td><td>4</td><td>4</td></tr></tbody></table>",
  );
});

test("slides of OpenDocument have their titles, and notes stay with the speaker", async (t) => {
  const page = `<draw:page><draw:frame presentation:class="title"><draw:text-box><text:p>How far?</text:p></draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>By parallax</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>secret</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>`;
  const { html } = await reading(t, await openDocument("presentation", page), "odp");
  assert.equal(html, "<h2>1. How far?</h2><p>By parallax</p>");
});

test("what is damaged, of another kind, or unpacks to far too much is refused, with its process gone", async (t) => {
  const word = await wordDocument(wordParagraph("Whole."));
  await assert.rejects(reading(t, word.subarray(0, word.length >> 1), "docx"), isUnreadable("file_broken"));
  await assert.rejects(reading(t, await archiveOf({ a: "b" }), "pptx"), isUnreadable("file_broken"));
  await assert.rejects(reading(t, Buffer.alloc(0), "odt"), isUnreadable("file_empty"));
  const bomb = await archiveOf({ "content.xml": Buffer.alloc(80 * 1024 ** 2, " ") });
  assert(bomb.length < 200_000, `${bomb.length} bytes`);
  await assert.rejects(reading(t, bomb, "odt"), isUnreadable("file_too_complex"));
  await assert.rejects(
    reading(t, await wordDocument(wordParagraph("Slow.")), "docx", { documentMsMax: 0 }),
    /took too long/,
  );
  const expanding = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><office:document-content><office:body><office:text><text:p>&b;</text:p></office:text></office:body></office:document-content>`;
  const { html } = await reading(t, await archiveOf({ "content.xml": expanding }), "odt");
  assert.equal(html, "<p>&amp;b;</p>", "entities of its own are not expanded");
});
