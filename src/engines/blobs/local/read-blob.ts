/**
 * Reading a blob at constant memory. A whole read is hashed as it flows, and its last piece is held back until the
 * hash is right: nobody ever gets a damaged file complete.
 */
import { createHash, type Hash } from "node:crypto";
import { Readable } from "node:stream";
import { BlobError } from "../port.ts";
import type { PortFile } from "./file-port.ts";

const pieceBytes = 256 * 1024;

export interface BlobReading {
  readonly file: PortFile;
  readonly sha256: string;
  /** The first byte, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Whether what is read must hash to the blob's name. */
  readonly verify: boolean;
  /** Called when it does not, or when the file is shorter than it should be. */
  readonly onDamage: () => void;
}

/** A stream of the bytes; closes the file when it ends, fails or is destroyed. */
export class BlobReader extends Readable {
  readonly #reading: BlobReading;
  readonly #hash: Hash | null;
  #position: number;
  #busy: Promise<void> | null = null;

  constructor(reading: BlobReading) {
    super({ highWaterMark: pieceBytes });
    this.#reading = reading;
    this.#hash = reading.verify ? createHash("sha256") : null;
    this.#position = reading.from;
  }

  override _read(): void {
    this.#busy = this.#readPiece().catch((error: unknown) => {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // A read under way still uses the file.
    void Promise.resolve(this.#busy)
      .then(() => this.#reading.file.close())
      .then(() => callback(error), callback);
  }

  async #readPiece(): Promise<void> {
    const { file, to } = this.#reading;
    if (this.#position === to) {
      if (this.#position === this.#reading.from) this.#demandUndamaged();
      this.push(null);
      return;
    }
    const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, to - this.#position));
    const count = await file.read(buffer, this.#position);
    if (count === 0) throw this.#damaged();
    const piece = count === buffer.byteLength ? buffer : buffer.subarray(0, count);
    this.#position += count;
    this.#hash?.update(piece);
    if (this.#position === to) this.#demandUndamaged();
    this.push(piece);
  }

  #demandUndamaged(): void {
    if (this.#hash !== null && this.#hash.digest("hex") !== this.#reading.sha256) throw this.#damaged();
  }

  #damaged(): BlobError {
    this.#reading.onDamage();
    return new BlobError(
      "damaged",
      "This file was damaged on the server's disk and cannot be given. Tell whoever runs the school: a backup has it.",
    );
  }
}
