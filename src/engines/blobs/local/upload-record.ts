/**
 * What is known of an upload beside its bytes, kept in a small file next to them. The record is replaced in one step
 * and says how many bytes are durable, so whatever a crash leaves beyond that is cut off and sent again.
 */
import { assert } from "#base/assert.ts";
import { canonicalJson } from "#base/json.ts";
import type { FinishedUpload } from "../port.ts";
import type { FilePort } from "./file-port.ts";

export interface UploadRecord {
  readonly id: string;
  readonly owner: string;
  readonly fileName: string;
  readonly bytesExpected: number | null;
  /** So many bytes of the file next to the record would survive a power cut. */
  readonly bytesDurable: number;
  /**
   * Set when all bytes are durable and their hash is known. From then on the upload is finished: a crash before the
   * bytes have got their final name only means that the next start gives it to them.
   */
  readonly finished: FinishedUpload | null;
  readonly expiresAt: number;
}

const recordFormat = 1;
const recordBytesMax = 16_384;

/** Replaces the record at `path`, durably and in one step. */
export async function saveRecord(
  files: FilePort,
  folder: string,
  path: string,
  record: UploadRecord,
): Promise<void> {
  const text = canonicalJson({ format: recordFormat, ...record });
  const bytes = Buffer.from(text);
  assert(bytes.byteLength <= recordBytesMax, "an upload's record is larger than what is ever read back");
  const next = `${path}.next`;
  const file = await files.open(next, "create");
  try {
    await file.write([bytes], 0);
    await file.truncate(bytes.byteLength);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(next, path);
  await files.syncFolder(folder);
}

/** Reads a record; null when it is none of ours. */
export async function loadRecord(files: FilePort, path: string): Promise<UploadRecord | null> {
  const file = await files.open(path, "read");
  try {
    const buffer = new Uint8Array(recordBytesMax);
    const bytes = await file.read(buffer, 0);
    return parseRecord(Buffer.from(buffer.buffer, 0, bytes).toString());
  } finally {
    await file.close();
  }
}

function parseRecord(text: string): UploadRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isRecord(value) ? value : null;
}

function isRecord(value: unknown): value is UploadRecord {
  if (value === null || typeof value !== "object") return false;
  const record = value as { [Name in keyof UploadRecord | "format"]?: unknown };
  return (
    record.format === recordFormat &&
    typeof record.id === "string" &&
    typeof record.owner === "string" &&
    typeof record.fileName === "string" &&
    (record.bytesExpected === null || Number.isSafeInteger(record.bytesExpected)) &&
    Number.isSafeInteger(record.bytesDurable) &&
    typeof record.expiresAt === "number" &&
    (record.finished === null || typeof record.finished === "object")
  );
}
