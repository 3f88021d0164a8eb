/** HTML of what was read: written with everything escaped, cleaned by a list of what may be in it, cut into sections. */
import { Parser } from "htmlparser2";
import sanitizeHtml from "sanitize-html";
import type { DocumentSection } from "../port.ts";

/** All images of a document together; those beyond it are left out, with their descriptions in their place. */
export const imageBytesMax = 16 * 1024 ** 2;
/** All of it; a document of more is downloaded and opened on the reader's device. */
export const htmlBytesMax = 32 * 1024 ** 2;
const imageTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const sectionsLettersMax = 8_000_000;

export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

export function element(name: string, inner: string): string {
  return inner === "" ? "" : `<${name}>${inner}</${name}>`;
}

/** Writes the images of one document as part of its HTML, as long as they fit. */
export function imageWriter(): (
  image: { readonly mediaType: string; readonly bytes: Buffer } | null,
  alt: string,
) => string {
  let left = imageBytesMax;
  return (image, alt) => {
    if (image === null || !imageTypes.includes(image.mediaType) || image.bytes.length > left)
      return alt === "" ? "" : `<em>${escaped(alt)}</em>`;
    left -= image.bytes.length;
    return `<img src="data:${image.mediaType};base64,${image.bytes.toString("base64")}" alt="${escaped(alt)}" />`;
  };
}

/** The media type of an image by the ending of its part. */
export function imageTypeOf(partName: string): string {
  const ending = /\.(\w+)$/.exec(partName)?.[1]?.toLowerCase() ?? "";
  return `image/${ending === "jpg" ? "jpeg" : ending}`;
}

/** The HTML less whatever could run, load or look like a part of Lyceum. */
export function cleaned(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: [
      ...["h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code"],
      ...["strong", "em", "u", "s", "sub", "sup", "a", "ul", "ol", "li", "img"],
      ...["table", "thead", "tbody", "tr", "th", "td"],
    ],
    allowedAttributes: {
      a: ["href", "id"],
      li: ["id"],
      ol: ["start"],
      sup: ["id"],
      img: ["src", "alt"],
      td: ["colspan", "rowspan"],
      th: ["colspan", "rowspan"],
    },
    allowedSchemes: ["http", "https", "mailto"],
    allowedSchemesByTag: { img: ["data"] },
    allowProtocolRelative: false,
    // An image of any other kind, or from elsewhere, is none of the document's.
    exclusiveFilter: ({ tag, attribs }) =>
      tag === "img" && !imageTypes.some((type) => attribs.src?.startsWith(`data:${type};base64,`)),
    transformTags: {
      // Places within the document are named so that they meet none of the page's own.
      "*": (tagName, attribs) => {
        const { id, ...rest } = attribs;
        return { tagName, attribs: id?.startsWith(idPrefix) ? attribs : rest };
      },
    },
  });
}

/** What the ids inside of a document begin with. */
export const idPrefix = "document-";

const isHeading = (name: string) => /^h[1-6]$/.test(name);
const endsLine = new Set(["p", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote"]);

/** The text of cleaned HTML under each of its headings; the first part, if any, stands under none. */
export function sectionsOfHtml(html: string): DocumentSection[] {
  const sections: { heading: string; text: string }[] = [{ heading: "", text: "" }];
  let inHeading = 0;
  let letters = 0;
  const parser = new Parser({
    onopentagname(name) {
      if (isHeading(name) && inHeading++ === 0) sections.push({ heading: "", text: "" });
    },
    ontext(text) {
      const section = sections.at(-1);
      if (section === undefined || letters > sectionsLettersMax) return;
      letters += text.length;
      if (inHeading > 0) section.heading += text;
      else section.text += text;
    },
    onclosetag(name) {
      const section = sections.at(-1);
      if (isHeading(name)) inHeading = Math.max(0, inHeading - 1);
      else if (section !== undefined && inHeading === 0)
        section.text += endsLine.has(name) ? "\n" : name === "td" || name === "th" ? " " : "";
    },
  });
  parser.write(html);
  parser.end();
  return sections
    .map(({ heading, text }, number) => ({
      number,
      heading: heading.replace(/\s+/g, " ").trim(),
      text: text.trim(),
    }))
    .filter(({ heading, text }) => heading !== "" || text !== "");
}
