/** Office documents for tests, written by hand: as small as they can be, and such as mean harm. */
import { ZipFile } from "yazl";

/** A ZIP archive with these parts. */
export async function archiveOf(parts: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts))
    zip.addBuffer(typeof content === "string" ? Buffer.from(content) : content, name);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const packageTypes = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`;
const relations = (inner: string) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inner}</Relationships>`;
const officeRelation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/** A Word document with this body, and links by the ids of their relations; without a body it is a broken one. */
export function wordDocument(
  body: string | null,
  links: Readonly<Record<string, string>> = {},
): Promise<Buffer> {
  const hyperlinks = Object.entries(links).map(
    ([id, target]) =>
      `<Relationship Id="${id}" Type="${officeRelation}/hyperlink" Target="${target}" TargetMode="External"/>`,
  );
  return archiveOf({
    "[Content_Types].xml": packageTypes,
    "_rels/.rels": relations(
      `<Relationship Id="r1" Type="${officeRelation}/officeDocument" Target="word/document.xml"/>`,
    ),
    "word/_rels/document.xml.rels": relations(hyperlinks.join("")),
    "word/document.xml": `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${officeRelation}">${body === null ? "" : `<w:body>${body}</w:body>`}</w:document>`,
  });
}

/** A paragraph of a Word document; `style` as in `Heading1`. */
export function wordParagraph(text: string, style = ""): string {
  const properties = style === "" ? "" : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`;
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}

/** An OpenDocument with this content inside of its body. */
export function openDocument(
  kind: "text" | "presentation" | "spreadsheet",
  inner: string,
  styles = "",
): Promise<Buffer> {
  return archiveOf({
    mimetype: `application/vnd.oasis.opendocument.${kind}`,
    "content.xml": `<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b" xmlns:draw="d" xmlns:style="s" xmlns:fo="f" xmlns:xlink="x" xmlns:presentation="p"><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:${kind}>${inner}</office:${kind}></office:body></office:document-content>`,
    "META-INF/manifest.xml": "<manifest/>",
  });
}

/** A workbook of one sheet with these rows, and the formats of its cells. */
export function workbook(rows: string, styles = ""): Promise<Buffer> {
  return archiveOf({
    "xl/workbook.xml": `<workbook xmlns:r="${officeRelation}"><sheets><sheet name="Shadows" sheetId="1" r:id="r1"/></sheets></workbook>`,
    "xl/_rels/workbook.xml.rels": relations(
      `<Relationship Id="r1" Type="${officeRelation}/worksheet" Target="worksheets/sheet1.xml"/>`,
    ),
    "xl/styles.xml": `<styleSheet>${styles}</styleSheet>`,
    "xl/sharedStrings.xml": "<sst><si><t>Day</t></si><si><r><t>Sha</t></r><r><t>dow</t></r></si></sst>",
    "xl/worksheets/sheet1.xml": `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
  });
}
