/**
 * Prints the demo school's Markdown as the PDFs that it hands out. Run by hand when a text changes, and commit what
 * comes out: `node house/print-demo.ts`.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { launchBrowser } from "../web/test/browser.ts";

const content = resolve(import.meta.dirname, "../src/app/demo/content");

const style = `
  @page { size: A4; margin: 24mm 22mm 26mm }
  body { font: 11pt/1.55 "Open Sans", sans-serif; color: #1b2430; hyphens: auto }
  h1 { font-size: 23pt; line-height: 1.2; margin: 0 0 10mm; color: #17324d; border-block-end: 2pt solid #c9892f; padding-block-end: 4mm }
  h2 { font-size: 14pt; margin: 9mm 0 2mm; color: #17324d; break-after: avoid }
  p, li { orphans: 3; widows: 3 } p { margin: 0 0 3mm } li { margin-block-end: 1.2mm }`;

/** The little Markdown that the demo's texts use: headings, paragraphs, lists, bold. */
function toHtml(markdown: string): string {
  const inline = (text: string) =>
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(/\*\*(.+?)\*\*/g, "<strong>$1</strong>");
  return markdown
    .trim()
    .split(/\n\s*\n/)
    .map((block) => {
      const heading = /^(#+) (.*)$/.exec(block);
      if (heading) return `<h${heading[1]?.length}>${inline(heading[2] ?? "")}</h${heading[1]?.length}>`;
      const items = block.split("\n").map((line) => /^(?:-|\d+\.) (.*)$/.exec(line)?.[1]);
      if (items.every((item) => item !== undefined)) {
        const list = block.startsWith("-") ? "ul" : "ol";
        return `<${list}>${items.map((item) => `<li>${inline(item)}</li>`).join("")}</${list}>`;
      }
      return `<p>${inline(block)}</p>`;
    })
    .join("\n");
}

const browser = await launchBrowser();
const page = await browser.newPage();
for (const folder of ["sky", "data", "work"]) {
  for (const file of await readdir(join(content, folder))) {
    if (!file.endsWith(".md") || file.includes("log") || file.includes("words")) continue;
    const markdown = await readFile(join(content, folder, file), "utf8");
    const title = /^# (.*)$/m.exec(markdown)?.[1] ?? file;
    await page.setContent(
      `<!doctype html><html lang="en"><title>${title}</title><style>${style}</style>${toHtml(markdown)}`,
    );
    const pdf = await page.pdf({
      preferCSSPageSize: true,
      tagged: true,
      outline: true,
      displayHeaderFooter: true,
      headerTemplate: "<span></span>",
      footerTemplate: `<div style="width:100%;font:8pt sans-serif;color:#666;text-align:center"><span class="pageNumber"></span></div>`,
    });
    await writeFile(join(content, folder, file.replace(/\.md$/, ".pdf")), pdf);
    console.log(folder, file, pdf.length);
  }
}
await browser.close();
