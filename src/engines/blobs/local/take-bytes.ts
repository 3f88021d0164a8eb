/**
 * Takes the bytes of an upload from whoever sends them to the disk: hashed on the way, written in large pieces, at
 * most two of them in memory, made durable every so often while more come in.
 */
import type { Hash } from "node:crypto";
import type { Unavailable } from "#engines/errors.ts";
import type { PortFile } from "./file-port.ts";

const pieceBytes = 1024 * 1024;
const checkpointBytes = 32 * 1024 * 1024;

export interface Taking {
  readonly file: PortFile;
  readonly from: number;
  readonly hash: Hash;
  /** Throws when so many bytes altogether are too many. */
  readonly demandFits: (bytes: number) => void;
  /** Called with how many bytes are now durable; never again before it has answered. */
  readonly checkpoint: (bytes: number) => Promise<void>;
}

/** Stops the taking from outside: the sender is silent, or the server goes down. */
export class Interruption {
  #reject: ((reason: Unavailable) => void) | null = null;
  #reason: Unavailable | null = null;

  interrupt(reason: Unavailable): void {
    this.#reason ??= reason;
    this.#reject?.(this.#reason);
  }

  /** As `promise`, unless interrupted first. Not `Promise.race`, which would keep each of them until the end. */
  orInterrupted<T>(promise: Promise<T>): Promise<T> {
    if (this.#reason !== null) return Promise.reject(this.#reason);
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      promise.then(resolve, reject);
    });
  }
}

export interface Taken {
  /** How many bytes the file holds now; all of them have been hashed and none is known to be durable. */
  readonly bytes: number;
  /** What broke off the source, or null when it came to its end. */
  readonly brokenBy: { readonly cause: unknown } | null;
}

/**
 * Writes what `source` gives until it ends, breaks off or is interrupted; all that arrived until then is written.
 * Throws only what the disk throws: then nobody knows what the file holds beyond the last checkpoint.
 */
export async function takeBytes(
  source: AsyncIterable<Uint8Array>,
  taking: Taking,
  interruption: Interruption,
  onBytes: () => void,
): Promise<Taken> {
  const { file, hash } = taking;
  const iterator = source[Symbol.asyncIterator]();
  let piece: Uint8Array[] = [];
  let pieceSize = 0;
  let arrived = taking.from;
  let checkpointed = taking.from;
  let writing: Promise<void> = Promise.resolve();
  let checkpointing: Promise<void> = Promise.resolve();
  let brokenBy: Taken["brokenBy"] = null;
  let ended = false;

  const flush = async () => {
    // One piece is being written while the next is gathered; its failure is met here, before the next one starts.
    await writing;
    const chunks = piece;
    const position = arrived - pieceSize;
    piece = [];
    pieceSize = 0;
    writing = file.write(chunks, position);
    writing.catch(() => undefined);
  };

  try {
    while (brokenBy === null) {
      const next = await nextOf(iterator, interruption);
      if ("cause" in next) {
        brokenBy = next;
        break;
      }
      if (next.done === true) {
        ended = true;
        break;
      }
      const chunk = next.value;
      brokenBy = refusalOf(taking, arrived + chunk.byteLength);
      if (brokenBy !== null || chunk.byteLength === 0) continue;
      onBytes();
      hash.update(chunk);
      piece.push(chunk);
      pieceSize += chunk.byteLength;
      arrived += chunk.byteLength;
      if (pieceSize < pieceBytes) continue;
      await flush();
      if (arrived - checkpointed < checkpointBytes) continue;
      await writing;
      await checkpointing;
      checkpointed = arrived;
      checkpointing = taking.checkpoint(arrived);
      checkpointing.catch(() => undefined);
    }
    if (pieceSize > 0) await flush();
    await writing;
    await checkpointing;
  } finally {
    // Nothing may touch the file after this function has returned.
    await Promise.allSettled([writing, checkpointing]);
    if (!ended) void iterator.return?.()?.catch(() => undefined);
  }
  return { bytes: arrived, brokenBy };
}

function refusalOf(taking: Taking, bytes: number): Taken["brokenBy"] {
  try {
    taking.demandFits(bytes);
    return null;
  } catch (cause) {
    return { cause };
  }
}

async function nextOf(
  iterator: AsyncIterator<Uint8Array>,
  interruption: Interruption,
): Promise<IteratorResult<Uint8Array> | { readonly cause: unknown }> {
  try {
    return await interruption.orInterrupted(iterator.next());
  } catch (cause) {
    return { cause };
  }
}
