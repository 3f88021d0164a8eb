/** Presentations of PowerPoint: what stands on each slide, in order. Speaker's notes are the speaker's, and left out. */
import { cleaned, element, escaped, imageTypeOf, imageWriter } from "./html.ts";
import type { DocumentParts } from "./parts.ts";
import type { ReadFormat } from "./read-document.ts";
import {
  allIn,
  attributeOf,
  childOf,
  childrenOf,
  nameOf,
  relationsOf,
  relationsPart,
  rootOf,
  textIn,
  type Xml,
} from "./xml.ts";

const presentationPart = "ppt/presentation.xml";

export const readSlides: ReadFormat = async ({ parts }) => {
  const presentation = rootOf(await parts.text(presentationPart));
  if (presentation === null) throw new Error(`there is no ${presentationPart}`);
  const names = await relationsIn(parts, presentationPart);
  const write = imageWriter();
  let html = "";
  let number = 0;
  for (const { attribs } of allIn(presentation, "sldId")) {
    const name = names.get(attribs["r:id"] ?? "") ?? "";
    const slide = rootOf(await parts.text(name));
    if (slide === null) continue;
    number++;
    if (slide.attribs.show === "0") continue;
    html += await slideOf({ slide, number, parts, images: await relationsIn(parts, name), write });
  }
  return { html: cleaned(html), isCut: false };
};

interface Slide {
  readonly slide: Xml;
  readonly number: number;
  readonly parts: DocumentParts;
  readonly images: ReadonlyMap<string, string>;
  readonly write: ReturnType<typeof imageWriter>;
}

async function slideOf({ slide, number, parts, images, write }: Slide): Promise<string> {
  let title = "";
  let body = "";
  const tree = allIn(slide, "spTree")[0];
  for (const shape of tree === undefined ? [] : shapesIn(tree)) {
    const kind = allIn(shape, "ph")[0]?.attribs.type ?? "";
    if (nameOf(shape) === "pic") {
      const name = images.get(attributeOf(allIn(shape, "blip")[0] ?? shape, "embed")) ?? "";
      const bytes = await parts.bytes(name);
      const alt = allIn(shape, "cNvPr")[0]?.attribs.descr ?? "";
      body += element("p", write(bytes && { mediaType: imageTypeOf(name), bytes }, alt));
    } else if (nameOf(shape) === "graphicFrame") body += allIn(shape, "tbl").map(tableOf).join("");
    else if (title === "" && (kind === "title" || kind === "ctrTitle"))
      title = paragraphsIn(shape).join(" ").trim();
    // Numbers, dates and footers stand on every slide.
    else if (!["sldNum", "dt", "ftr", "hdr"].includes(kind)) body += textOf(shape);
  }
  return `<h2>${`${number}. ${title}`.trim()}</h2>${body}`;
}

/** The shapes of a slide, those in groups too, in their order. */
function shapesIn(tree: Xml): Xml[] {
  return childrenOf(tree).flatMap((shape) => {
    if (nameOf(shape) === "grpSp") return shapesIn(shape);
    return ["sp", "pic", "graphicFrame"].includes(nameOf(shape)) ? [shape] : [];
  });
}

/** Several paragraphs of one shape are its points. */
function textOf(shape: Xml): string {
  const texts = paragraphsIn(shape).filter((text) => text !== "");
  if (texts.length > 1) return element("ul", texts.map((text) => element("li", text)).join(""));
  return texts.map((text) => element("p", text)).join("");
}

function tableOf(table: Xml): string {
  const rows = childrenOf(table, "tr").map((row) => {
    const cells = childrenOf(row, "tc").map((cell) => `<td>${paragraphsIn(cell).join("<br />")}</td>`);
    return element("tr", cells.join(""));
  });
  return element("table", rows.join(""));
}

function paragraphsIn(shape: Xml): string[] {
  return allIn(shape, "p").map((paragraph) =>
    childrenOf(paragraph)
      .map((run) => {
        if (nameOf(run) === "br") return "<br />";
        const text = childOf(run, "t");
        if (text === undefined) return "";
        const looks = childOf(run, "rPr")?.attribs ?? {};
        const plain = escaped(textIn(text));
        const slanted = looks.i === "1" ? element("em", plain) : plain;
        return looks.b === "1" ? element("strong", slanted) : slanted;
      })
      .join("")
      .trim(),
  );
}

async function relationsIn(parts: DocumentParts, name: string): Promise<ReadonlyMap<string, string>> {
  return relationsOf(rootOf(await parts.text(relationsPart(name))), name);
}
