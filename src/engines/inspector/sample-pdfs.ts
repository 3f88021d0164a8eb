/** PDFs for tests and proofs, written by hand: whole ones of any size, locked ones, and such as mean harm. */
import { deflateSync } from "node:zlib";
import { seededRandom } from "#base/random.ts";

/** A valid PDF of `pages` pages, each with `pageBytes` of content that does not compress. */
export function samplePdf(pages: number, pageBytes = 0, seed = 1): Buffer {
  const random = seededRandom(seed);
  const first = 3;
  const kids = Array.from({ length: pages }, (_, index) => `${first + index * 2} 0 R`).join(" ");
  const objects: (string | Buffer)[] = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
  ];
  for (let index = 0; index < pages; index++) {
    const content = first + index * 2 + 1;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${content} 0 R >>`,
      stream(
        "",
        Buffer.concat([Buffer.from("% "), noise(random.bytes(Math.min(pageBytes, 4096)), pageBytes)]),
      ),
    );
  }
  return pdfOf(objects, "");
}

/** A PDF that asks for a password before it can be read. */
export function lockedPdf(): Buffer {
  const junk = "ab".repeat(32);
  const encrypt = `<< /Filter /Standard /V 1 /R 2 /O <${junk}> /U <${junk}> /P -4 >>`;
  const objects = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>", encrypt];
  return pdfOf(objects, `/Encrypt 3 0 R /ID [<${junk}> <${junk}>]`);
}

/** A small PDF whose list of objects unpacks to `bytes`. */
export function bombPdf(bytes: number): Buffer {
  let packed = deflateSync(Buffer.alloc(bytes));
  // Packed again, so that the file itself stays small.
  packed = deflateSync(packed);
  const head = "%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n";
  const entries = Math.floor(bytes / 3);
  const dictionary = `/Type /XRef /W [1 1 1] /Size ${entries} /Root 1 0 R /Filter [/FlateDecode /FlateDecode] `;
  const table = Buffer.concat([
    Buffer.from("3 0 obj\n"),
    stream(dictionary, packed),
    Buffer.from("\nendobj\n"),
  ]);
  return Buffer.concat([Buffer.from(head), table, Buffer.from(`startxref\n${head.length}\n%%EOF\n`)]);
}

function pdfOf(objects: readonly (string | Buffer)[], trailer: string): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", "latin1")];
  let position = parts[0]?.byteLength ?? 0;
  const offsets = objects.map((object, index) => {
    const at = position;
    const part = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      Buffer.from(object),
      Buffer.from("\nendobj\n"),
    ]);
    parts.push(part);
    position += part.byteLength;
    return at;
  });
  const size = objects.length + 1;
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  parts.push(
    Buffer.from(
      `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\n` +
        `startxref\n${position}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

function stream(dictionary: string, bytes: Uint8Array): Buffer {
  const head = `<< ${dictionary}/Length ${bytes.byteLength} >>\nstream\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from("\nendstream")]);
}

/** `bytes` bytes that look random, made quickly from a few that are; none of them ends a line of the file. */
function noise(seed: Uint8Array, bytes: number): Buffer {
  const noisy = Buffer.alloc(bytes, seed.byteLength === 0 ? undefined : seed);
  for (let at = 0; at + 4 <= bytes; at += 4096) noisy.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);
  for (let at = 0; at < bytes; at++) noisy[at] = (noisy[at] ?? 0) | 0x80;
  return noisy;
}
