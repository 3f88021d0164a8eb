/** A PDF as large as a scanned book: pages of text that can be read and found, and bytes that do not compress. */
import { randomBytes } from "node:crypto";

/** `pages` pages, each saying which it is, in a file of at least `bytes`. */
export function bigPdf(pages: number, bytes: number): Buffer {
  const first = 4;
  const kids = Array.from({ length: pages }, (_, at) => `${first + at * 2} 0 R`).join(" ");
  const objects: Buffer[] = [
    Buffer.from("<< /Type /Catalog /Pages 2 0 R >>"),
    Buffer.from(`<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`),
    Buffer.from("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"),
  ];
  const padding = Math.ceil(bytes / pages);
  for (let page = 1; page <= pages; page++) {
    const content = first + (page - 1) * 2 + 1;
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${content} 0 R ` +
          "/Resources << /Font << /F 3 0 R >> >> >>",
      ),
    );
    const text = `BT /F 24 Tf 72 720 Td (This is page ${page} of the big book) Tj ET\n`;
    // A comment to the end of the stream: bytes that a reader must fetch and has nothing to draw for.
    const noise = Buffer.from(randomBytes(Math.ceil((padding * 3) / 4)).toString("base64"));
    const stream = Buffer.concat([Buffer.from(`${text}%`), noise]);
    objects.push(
      Buffer.concat([
        Buffer.from(`<< /Length ${stream.length} >>\nstream\n`),
        stream,
        Buffer.from("\nendstream"),
      ]),
    );
  }
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n")];
  let length = parts[0]?.length ?? 0;
  const offsets: number[] = [];
  objects.forEach((object, at) => {
    offsets.push(length);
    const part = Buffer.concat([Buffer.from(`${at + 1} 0 obj\n`), object, Buffer.from("\nendobj\n")]);
    parts.push(part);
    length += part.length;
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${rows}` +
        `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${length}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}
