/** The parts of an office document, which is a ZIP archive: each is unpacked only when it is asked for, within limits. */
import yauzl from "yauzl";

export interface DocumentParts {
  has(name: string): boolean;
  /** The part as text; null where there is none of that name. */
  text(name: string): Promise<string | null>;
  /** The part's bytes; null where there is none of that name. */
  bytes(name: string): Promise<Buffer | null>;
}

/** Thrown for an archive that unpacks to more than anybody would write. */
export class TooMuchInside extends Error {
  override readonly name = "TooMuchInside";
}

const partsMax = 20_000;
const unpackedBytesMax = 400 * 1024 ** 2;
const partBytesMax = 64 * 1024 ** 2;

/** Opens an archive that is in memory. The sizes that it states are held against what comes out of it. */
export async function openParts(archive: Buffer): Promise<DocumentParts> {
  const zip = await yauzl.fromBufferPromise(archive, { lazyEntries: true });
  const entries = new Map<string, Parameters<typeof zip.openReadStreamPromise>[0]>();
  let unpacked = 0;
  for await (const entry of zip.eachEntry()) {
    unpacked += entry.uncompressedSize;
    if (entries.size >= partsMax || unpacked > unpackedBytesMax)
      throw new TooMuchInside("it unpacks to far more than a document holds");
    entries.set(entry.fileName, entry);
  }
  async function bytes(name: string): Promise<Buffer | null> {
    const entry = entries.get(name);
    if (entry === undefined) return null;
    if (entry.uncompressedSize > partBytesMax) throw new TooMuchInside(`${name} is too large`);
    const chunks: Buffer[] = [];
    // yauzl breaks off where more comes than the entry states.
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }
  return {
    has: (name) => entries.has(name),
    bytes,
    text: async (name) => (await bytes(name))?.toString("utf8") ?? null,
  };
}
