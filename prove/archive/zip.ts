/** Reads a zip file as somebody who got it would, with a program that did not write it. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import yauzl from "yauzl";

export interface ReadEntry {
  readonly path: string;
  readonly sha256: string;
  /** The bytes of the first entry, which is the list; of the others nothing is kept. */
  readonly bytes: Buffer;
}

export async function readZip(path: string): Promise<readonly ReadEntry[]> {
  const file = await yauzl.fromBufferPromise(await readFile(path), { lazyEntries: true });
  const entries: ReadEntry[] = [];
  for await (const entry of file.eachEntry()) {
    const bytes = await buffer(await file.openReadStreamPromise(entry));
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    entries.push({ path: entry.fileName, sha256, bytes: entries.length === 0 ? bytes : Buffer.alloc(0) });
  }
  return entries;
}
