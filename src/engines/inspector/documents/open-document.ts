/** OpenDocument files: texts, presentations and sheets share one vocabulary in `content.xml`. */
import { cleaned, element, escaped, imageTypeOf, imageWriter } from "./html.ts";
import { type OpenStyles, stylesOf } from "./open-styles.ts";
import type { DocumentParts } from "./parts.ts";
import type { ReadFormat } from "./read-document.ts";
import { type SheetRow, sheetOf } from "./table.ts";
import {
  allIn,
  attributeOf,
  childOf,
  childrenOf,
  contentOf,
  nameOf,
  rootOf,
  textIn,
  type Xml,
} from "./xml.ts";

export const readOpenText: ReadFormat = async ({ parts }) => {
  const { body, writer } = await opened(parts, "text");
  return { html: cleaned(await writer.blocks(body)), isCut: false };
};

export const readOpenPresentation: ReadFormat = async ({ parts }) => {
  const { body, writer } = await opened(parts, "presentation");
  let html = "";
  for (const [index, page] of childrenOf(body, "page").entries()) {
    const frames = childrenOf(page).filter((each) => nameOf(each) !== "notes");
    const isTitle = (each: Xml) => attributeOf(each, "class") === "title";
    const title = frames.filter(isTitle).map(textIn).join(" ").replace(/\s+/g, " ").trim();
    html += `<h2>${escaped(`${index + 1}. ${title}`.trim())}</h2>`;
    for (const frame of frames) if (!isTitle(frame)) html += await writer.blocks(frame, true);
  }
  return { html: cleaned(html), isCut: false };
};

export const readOpenSheets: ReadFormat = async ({ parts }) => {
  const { body } = await opened(parts, "spreadsheet");
  let html = "";
  let isCut = false;
  for (const table of childrenOf(body, "table")) {
    const rows: SheetRow[] = [];
    for (const row of allIn(table, "table-row")) {
      const cells: SheetRow["cells"][number][] = [];
      let column = 0;
      for (const cell of childrenOf(row)) {
        const text = allIn(cell, "p").map(textIn).join(" ");
        const repeated = repeatsOf(cell, "number-columns-repeated");
        // Empty cells are repeated to the edge of the sheet, thousands of them.
        for (let at = 0; text !== "" && at < Math.min(repeated, 100); at++)
          cells.push({ column: column + at, text });
        column += repeated;
      }
      const repeated = cells.length === 0 ? 1 : repeatsOf(row, "number-rows-repeated");
      for (let at = 0; at < Math.min(repeated, 100); at++) rows.push({ cells });
    }
    const shown = sheetOf(rows);
    html += `<h2>${escaped(attributeOf(table, "name"))}</h2>${shown.html}`;
    isCut ||= shown.isCut;
  }
  return { html: cleaned(html), isCut };
};

function repeatsOf(node: Xml, attribute: string): number {
  return Math.max(1, Number(attributeOf(node, attribute)) || 1);
}

async function opened(parts: DocumentParts, kind: "text" | "presentation" | "spreadsheet") {
  const content = rootOf(await parts.text("content.xml"));
  const body = content === null ? undefined : childOf(childOf(content, "body") ?? content, kind);
  if (content === null || body === undefined) throw new Error(`this is no OpenDocument ${kind}`);
  const styles = stylesOf([content, rootOf(await parts.text("styles.xml"))]);
  return { body, writer: new OpenWriter(parts, styles) };
}

/** Writes what stands in a text, a cell or a frame; footnotes come at its end. */
class OpenWriter {
  readonly #parts: DocumentParts;
  readonly #styles: OpenStyles;
  readonly #writeImage = imageWriter();

  constructor(parts: DocumentParts, styles: OpenStyles) {
    this.#parts = parts;
    this.#styles = styles;
  }

  /** `isInner` for what has no headings of its own: a cell, a text on a slide. */
  async blocks(node: Xml, isInner = false): Promise<string> {
    let html = "";
    for (const child of childrenOf(node)) html += await this.#block(child, isInner);
    return html;
  }

  async #block(node: Xml, isInner: boolean): Promise<string> {
    switch (nameOf(node)) {
      case "h": {
        const level = Math.min(6, Math.max(1, Number(attributeOf(node, "outline-level")) || 1));
        return element(isInner ? "p" : `h${level}`, await this.#inline(node));
      }
      case "p": {
        const level = this.#styles.headingLevel(attributeOf(node, "style-name"));
        return element(level === null || isInner ? "p" : `h${level}`, await this.#inline(node));
      }
      case "list":
        return this.#list(node, attributeOf(node, "style-name"), 1);
      case "table":
        return this.#table(node);
      case "frame":
        return this.#frame(node);
      // What was deleted, who wrote which draft, and lists of forms are no part of the text.
      case "tracked-changes":
      case "sequence-decls":
      case "forms":
      case "variable-decls":
        return "";
      default:
        return this.blocks(node, isInner);
    }
  }

  async #list(list: Xml, style: string, level: number): Promise<string> {
    let items = "";
    for (const item of childrenOf(list)) {
      let inner = "";
      for (const child of childrenOf(item))
        inner +=
          nameOf(child) === "list"
            ? await this.#list(child, attributeOf(child, "style-name") || style, level + 1)
            : await this.#block(child, true);
      items += element("li", inner);
    }
    return element(this.#styles.isNumbered(style, level) ? "ol" : "ul", items);
  }

  async #table(table: Xml): Promise<string> {
    let rows = "";
    for (const row of allIn(table, "table-row")) {
      let cells = "";
      for (const cell of childrenOf(row, "table-cell")) {
        const spans = (["rows", "columns"] as const).flatMap((way) => {
          const count = Number(attributeOf(cell, `number-${way}-spanned`)) || 1;
          return count > 1 ? [` ${way === "rows" ? "rowspan" : "colspan"}="${count}"`] : [];
        });
        cells += `<td${spans.join("")}>${await this.blocks(cell, true)}</td>`;
      }
      rows += element("tr", cells);
    }
    return element("table", element("tbody", rows));
  }

  async #frame(frame: Xml): Promise<string> {
    const alt = [childOf(frame, "title"), childOf(frame, "desc")]
      .flatMap((each) => (each === undefined ? [] : [textIn(each).trim()]))
      .filter((text) => text !== "")
      .join(": ");
    const image = childOf(frame, "image");
    if (image === undefined) return this.blocks(frame, true);
    const name = attributeOf(image, "href");
    const bytes = await this.#parts.bytes(name);
    return this.#writeImage(bytes && { mediaType: imageTypeOf(name), bytes }, alt);
  }

  async #inline(node: Xml): Promise<string> {
    let html = "";
    for (const each of contentOf(node))
      html += typeof each === "string" ? escaped(each) : await this.#run(each);
    return html;
  }

  async #run(node: Xml): Promise<string> {
    switch (nameOf(node)) {
      case "s":
        return " ".repeat(Math.min(repeatsOf(node, "c"), 100));
      case "tab":
        return " ";
      case "line-break":
        return "<br />";
      case "span":
        return this.#styles
          .looksOf(attributeOf(node, "style-name"))
          .reduce((inner, tag) => element(tag, inner), await this.#inline(node));
      case "a":
        return `<a href="${escaped(attributeOf(node, "href"))}">${await this.#inline(node)}</a>`;
      case "note": {
        const body = childOf(node, "note-body");
        return body === undefined ? "" : ` (${escaped(textIn(body).replace(/\s+/g, " ").trim())})`;
      }
      case "frame":
        return this.#frame(node);
      case "annotation":
        return "";
      default:
        return this.#inline(node);
    }
  }
}
