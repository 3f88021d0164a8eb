/**
 * Fetching a blob from other nodes: whoever has it gives it, and when one breaks off in the middle the next one goes on
 * from there. What arrives is checked against the blob's name before anybody sees it.
 */
import type { Readable } from "node:stream";
import { Unavailable } from "#engines/errors.ts";
import type { Peers } from "#engines/peer/port.ts";
import type { LocalBlobs } from "../local/open.ts";
import { BlobError, type BlobStat } from "../port.ts";

/** What asking the others came to: `none` of them has it, or some that may have it could not be asked. */
export type Pulled = "pulled" | "none" | "unreachable";

/** Fetches `blob` from the first of `nodes` that has it into `local`. Throws when this node cannot store it. */
export async function pullBlob(
  { local, peers }: { readonly local: LocalBlobs; readonly peers: Peers },
  nodes: readonly string[],
  blob: BlobStat,
): Promise<Pulled> {
  let wasUnreachable = false;
  const left = [...nodes];
  while (left.length > 0) {
    const source = new Source(peers, left, blob.sha256);
    try {
      await local.take(blob, source.bytes());
      return "pulled";
    } catch (error) {
      wasUnreachable ||= source.wasUnreachable;
      if (error === source.exhausted) break;
      // Where one of them gave other bytes or fell silent, the rest are tried from the beginning. Nobody was asked
      // where this node itself cannot take the file.
      const isDamaged = error instanceof BlobError && error.code === "damaged";
      const isSilence = error instanceof Unavailable && source.wasAsked && left.length > 0;
      if (!isDamaged && !isSilence) throw error;
    }
  }
  return wasUnreachable ? "unreachable" : "none";
}

/** The blob's bytes, from one node after the other; takes from `nodes` whom it has asked. */
class Source {
  /** Thrown by `bytes` when no node is left. */
  readonly exhausted = new Unavailable("No other node gives this file at present.");
  wasUnreachable = false;
  wasAsked = false;
  readonly #peers: Peers;
  readonly #nodes: string[];
  readonly #sha256: string;

  constructor(peers: Peers, nodes: string[], sha256: string) {
    this.#peers = peers;
    this.#nodes = nodes;
    this.#sha256 = sha256;
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    let offset = 0;
    for (;;) {
      const stream = await this.#openNext(offset);
      try {
        for await (const chunk of stream as AsyncIterable<Uint8Array>) {
          offset += chunk.byteLength;
          yield chunk;
        }
        return;
      } catch {
        // The link broke, or the file is damaged over there: the next node goes on where this one ended.
        this.wasUnreachable = true;
      } finally {
        stream.destroy();
      }
    }
  }

  async #openNext(offset: number): Promise<Readable> {
    for (;;) {
      const node = this.#nodes.shift();
      if (node === undefined) throw this.exhausted;
      this.wasAsked = true;
      try {
        const stream = await this.#peers.openBlob(node, this.#sha256, offset);
        if (stream !== null) return stream;
      } catch {
        this.wasUnreachable = true;
      }
    }
  }
}
