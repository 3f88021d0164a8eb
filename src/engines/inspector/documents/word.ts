/** Text documents of Word. */
import mammoth from "mammoth";
import { cleaned, escaped, idPrefix, imageWriter } from "./html.ts";
import type { ReadFormat } from "./read-document.ts";

/** Mammoth goes by what a paragraph is, not by how it looks; it is told of styles that it does not know. */
const styleMap = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p > em:fresh", "u => u"];

export const readWord: ReadFormat = async ({ archive }) => {
  const write = imageWriter();
  const left: string[] = [];
  const { value } = await mammoth.convertToHtml(
    { buffer: archive },
    {
      styleMap,
      idPrefix,
      externalFileAccess: false,
      convertImage: mammoth.images.imgElement(async (image) => {
        const bytes = await image.readAsBuffer();
        const src = /src="([^"]*)"/.exec(write({ mediaType: image.contentType, bytes }, ""))?.[1] ?? "";
        if (src === "") left.push(escaped(image.contentType));
        return { src };
      }),
    },
  );
  return { html: cleaned(value), isCut: left.length > 0 };
};
