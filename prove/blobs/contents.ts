/** The files that the proofs send, the same in every process that knows the seed, and whether a stream gives one. */
import assert from "node:assert/strict";
import { createCipheriv, createHash } from "node:crypto";
import type { BlobStore } from "#engines/blobs/port.ts";

const noiseBytes = 4 << 20;
// What a cipher makes of zeros looks random, and comes fast.
const noise = createCipheriv("aes-128-ctr", Buffer.alloc(16, 1), Buffer.alloc(16)).update(
  Buffer.alloc(noiseBytes),
);

/** The file of this number: `size` bytes that no other number begins with. */
export function contentOf(number: number, size: number): Buffer {
  const content = Buffer.from(noise.subarray(0, size));
  if (size >= 8) content.writeBigUInt64BE(BigInt(number));
  return content;
}

export function shaOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Pieces as they come from a line: of no regular size. */
export async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; ) {
    const next = at + 1 + ((at * 7_919 + 60_000) % 65_536);
    yield bytes.subarray(at, next);
    at = next;
  }
}

/** Throws unless the store gives `content`, whole, under its name. */
export async function demandWhole(blobs: BlobStore, content: Buffer): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of await blobs.open(shaOf(content))) pieces.push(piece as Buffer);
  assert.ok(Buffer.concat(pieces).equals(content), "the bytes come back as they were sent");
}
