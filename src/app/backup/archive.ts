/**
 * The file that a backup is: a plain tar archive (POSIX ustar), so that any system can look into it. Written and read
 * as a stream; nothing of it is ever held whole.
 */
import { type FileHandle, open } from "node:fs/promises";

const block = 512;
/** What eleven octal digits can say; larger sizes are written in base 256, as GNU tar does. */
const octalSizeMax = 0o77777777777;

/** One file of the archive: its bytes must come to exactly `bytes`. */
export interface ArchiveEntry {
  readonly name: string;
  readonly bytes: number;
  readonly content: AsyncIterable<Uint8Array>;
}

export class ArchiveDamaged extends Error {
  override readonly name = "ArchiveDamaged";
}

/** The archive's bytes. `modifiedAt` is milliseconds UTC. */
export async function* writeArchive(
  entries: AsyncIterable<ArchiveEntry>,
  modifiedAt: number,
): AsyncGenerator<Uint8Array> {
  for await (const { name, bytes, content } of entries) {
    yield header(name, bytes, modifiedAt);
    let written = 0;
    for await (const piece of content) {
      written += piece.length;
      yield piece;
    }
    if (written !== bytes) throw new Error(`${name} has ${written} bytes and should have ${bytes}`);
    yield Buffer.alloc(padding(bytes));
  }
  yield Buffer.alloc(2 * block);
}

/** Gives each file of the archive at `path` to `take`, in order; `take` must read all of it. */
export async function readArchive(path: string, take: (entry: ArchiveEntry) => Promise<void>): Promise<void> {
  const file = await open(path, "r");
  try {
    let offset = 0;
    for (;;) {
      const head = await readExactly(file, offset, block);
      offset += block;
      if (head.every((byte) => byte === 0)) return;
      const { name, bytes } = parseHeader(head);
      await take({ name, bytes, content: piecesOf(file, offset, bytes) });
      offset += bytes + padding(bytes);
    }
  } finally {
    await file.close();
  }
}

async function* piecesOf(file: FileHandle, start: number, bytes: number): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < bytes; ) {
    const size = Math.min(1024 * 1024, bytes - done);
    yield await readExactly(file, start + done, size);
    done += size;
  }
}

async function readExactly(file: FileHandle, position: number, size: number): Promise<Buffer> {
  const buffer = Buffer.alloc(size);
  let done = 0;
  while (done < size) {
    const { bytesRead } = await file.read(buffer, done, size - done, position + done);
    if (bytesRead === 0) throw new ArchiveDamaged("The file ends too early: it was cut off.");
    done += bytesRead;
  }
  return buffer;
}

function header(name: string, bytes: number, modifiedAt: number): Buffer {
  const head = Buffer.alloc(block);
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long a name for the archive`);
  head.write(name, 0, 100, "utf8");
  head.write("0000600\0", 100);
  head.write("0000000\0", 108);
  head.write("0000000\0", 116);
  if (bytes <= octalSizeMax) head.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124);
  else {
    head[124] = 0x80;
    head.writeBigUInt64BE(BigInt(bytes), 128);
  }
  head.write(
    `${Math.floor(modifiedAt / 1_000)
      .toString(8)
      .padStart(11, "0")}\0`,
    136,
  );
  head.write("0", 156);
  head.write("ustar\x0000", 257, "latin1");
  head.write(`${checksum(head).toString(8).padStart(6, "0")}\0 `, 148);
  return head;
}

function parseHeader(head: Buffer): { name: string; bytes: number } {
  const text = (start: number, end: number) => head.toString("utf8", start, end).replace(/\0[\s\S]*$/, "");
  if (text(257, 262) !== "ustar" || Number.parseInt(text(148, 156), 8) !== checksum(head))
    throw new ArchiveDamaged("This is no backup of Lyceum, or it is damaged.");
  const bytes = head[124] === 0x80 ? Number(head.readBigUInt64BE(128)) : Number.parseInt(text(124, 136), 8);
  return { name: text(0, 100), bytes };
}

/** The sum of the header's bytes, with the sum's own place as spaces. */
function checksum(head: Buffer): number {
  let sum = 0;
  for (const [index, byte] of head.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  return sum;
}

function padding(bytes: number): number {
  return (block - (bytes % block)) % block;
}
