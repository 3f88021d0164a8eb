/**
 * Takes in a blob whose name is known beforehand, from another node of the group: written beside the blobs, hashed on
 * the way, and put in place only when it is what its name says. Replaces what is there, which may be damaged.
 */
import { createHash } from "node:crypto";
import { BlobError, type BlobStat } from "../port.ts";
import type { FilePort } from "./file-port.ts";
import type { Places } from "./places.ts";
import { type Interruption, takeBytes } from "./take-bytes.ts";

/** What a taking needs of the store that it is for. */
export interface BlobTaking {
  readonly files: FilePort;
  readonly places: Places;
  /** A name for the bytes on their way; a new start of the store sweeps what is left under it. */
  readonly id: string;
  readonly blob: BlobStat;
  readonly source: AsyncIterable<Uint8Array>;
  readonly interruption: Interruption;
  /** Called whenever bytes have come. */
  readonly heard: () => void;
  /** Throws where the disk has no room for the rest. */
  readonly demandRoom: () => Promise<void>;
  readonly now: number;
}

/** Resolves when the bytes are durable under `places.part(id)`; throws `BlobError` `damaged` when they are not the blob's. */
export async function takeBlob(taking: BlobTaking): Promise<void> {
  const { files, places, id, blob, source, interruption, heard, demandRoom, now } = taking;
  const part = await files.open(places.part(id), "create");
  try {
    const hash = createHash("sha256");
    const demandFits = (bytes: number) => {
      if (bytes > blob.bytes) throw wrongBytes(blob);
    };
    const checkpoint = async () => {
      await part.sync();
      await demandRoom();
    };
    const reading = { file: part, from: 0, hash, demandFits, checkpoint };
    const taken = await takeBytes(source, reading, interruption, heard);
    if (taken.brokenBy !== null) throw taken.brokenBy.cause;
    if (taken.bytes !== blob.bytes || hash.digest("hex") !== blob.sha256) throw wrongBytes(blob);
    await part.setChangedAt(now);
    await part.sync();
  } finally {
    await part.close();
  }
}

function wrongBytes({ sha256 }: BlobStat): BlobError {
  return new BlobError("damaged", `What came for the file ${sha256} is not that file.`);
}
