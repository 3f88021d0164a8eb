/** Workbooks of Excel: the values of each sheet as a table, formulas as what they last gave. */
import { cleaned, escaped } from "./html.ts";
import type { ReadFormat } from "./read-document.ts";
import { sheetOf } from "./table.ts";
import { allIn, childOf, childrenOf, relationsOf, relationsPart, rootOf, textIn, type Xml } from "./xml.ts";

const workbookPart = "xl/workbook.xml";
const dayMs = 24 * 3_600_000;
/** Day 0 of a workbook's dates, in the two systems that there are. */
const dayZero = { usual: Date.UTC(1899, 11, 30), from1904: Date.UTC(1904, 0, 1) };

export const readSheets: ReadFormat = async ({ parts }) => {
  const workbook = rootOf(await parts.text(workbookPart));
  if (workbook === null) throw new Error(`there is no ${workbookPart}`);
  const names = relationsOf(rootOf(await parts.text(relationsPart(workbookPart))), workbookPart);
  const strings = sharedStrings(rootOf(await parts.text("xl/sharedStrings.xml")));
  const formats = formatsOf(rootOf(await parts.text("xl/styles.xml")));
  const is1904 = ["1", "true"].includes(allIn(workbook, "workbookPr")[0]?.attribs.date1904 ?? "");
  const zero = is1904 ? dayZero.from1904 : dayZero.usual;
  let html = "";
  let isCut = false;
  for (const { attribs } of allIn(workbook, "sheet")) {
    if (attribs.state !== undefined && attribs.state !== "visible") continue;
    const sheet = rootOf(await parts.text(names.get(attribs["r:id"] ?? "") ?? ""));
    if (sheet === null) continue;
    const table = sheetOf(
      allIn(sheet, "row").map((row) => ({
        cells: childrenOf(row, "c").map((cell) => ({
          column: columnOf(cell.attribs.r ?? ""),
          text: textOfCell(cell, { strings, formats, zero }),
        })),
      })),
    );
    html += `<h2>${escaped(attribs.name ?? "")}</h2>${table.html}`;
    isCut ||= table.isCut;
  }
  return { html: cleaned(html), isCut };
};

/** Of B7: 1. Null where the cell does not say; it then follows the one before it. */
function columnOf(reference: string): number | null {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0];
  if (letters === undefined) return null;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function sharedStrings(root: Xml | null): string[] {
  return root === null ? [] : childrenOf(root, "si").map(richText);
}

/** The text of a cell in its runs, less how it is pronounced. */
function richText(node: Xml): string {
  const own = childrenOf(node, "t").map(textIn).join("");
  return (
    own +
    childrenOf(node, "r")
      .flatMap((run) => childrenOf(run, "t").map(textIn))
      .join("")
  );
}

type NumberFormat = "date" | "percent" | "plain";

/** What the numbers of each style are. */
function formatsOf(styles: Xml | null): NumberFormat[] {
  if (styles === null) return [];
  const codes = new Map(
    allIn(styles, "numFmt").map(({ attribs }) => [attribs.numFmtId ?? "", attribs.formatCode ?? ""]),
  );
  const cells = childOf(styles, "cellXfs");
  return (cells === undefined ? [] : childrenOf(cells, "xf")).map(({ attribs }) => {
    const id = attribs.numFmtId ?? "0";
    const code = codes.get(id);
    if (code === undefined) return formatOfNumber(Number(id));
    // Words in quotation marks and colours in brackets are no part of the pattern.
    const bare = code.replace(/"[^"]*"|\[[^\]]*\]|\\./g, "");
    if (/[ymdhs]/i.test(bare) && !/general/i.test(bare)) return "date";
    return bare.includes("%") ? "percent" : "plain";
  });
}

/** The formats that every workbook knows by their numbers. */
function formatOfNumber(id: number): NumberFormat {
  if ((id >= 14 && id <= 22) || (id >= 45 && id <= 47)) return "date";
  return id === 9 || id === 10 ? "percent" : "plain";
}

interface Meaning {
  readonly strings: readonly string[];
  readonly formats: readonly NumberFormat[];
  readonly zero: number;
}

function textOfCell(cell: Xml, { strings, formats, zero }: Meaning): string {
  const value = childOf(cell, "v");
  const inline = childOf(cell, "is");
  if (inline !== undefined) return richText(inline);
  if (value === undefined) return "";
  const text = textIn(value);
  const type = cell.attribs.t ?? "n";
  if (type === "s") return strings[Number(text)] ?? "";
  if (type === "b") return text === "1" ? "TRUE" : "FALSE";
  const number = Number(text);
  if (type !== "n" || text === "" || !Number.isFinite(number)) return text;
  const format = formats[Number(cell.attribs.s ?? 0)] ?? "plain";
  if (format === "date") return dateOf(number, zero);
  if (format === "percent") return `${precise(Math.round(number * 10_000) / 100)}%`;
  return precise(number);
}

/** As many digits as a workbook keeps, so that 0.1 + 0.2 reads as 0.3. */
function precise(number: number): string {
  return String(Number(number.toPrecision(15)));
}

function dateOf(days: number, zero: number): string {
  const at = new Date(zero + Math.round(days * dayMs));
  if (Number.isNaN(at.getTime())) return precise(days);
  const [date = "", time = ""] = at.toISOString().slice(0, 16).split("T");
  if (days < 1) return time;
  return time === "00:00" ? date : `${date} ${time}`;
}
