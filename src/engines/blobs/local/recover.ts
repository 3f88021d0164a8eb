/**
 * What the blob store does when it is opened: whatever the last process was in the middle of is made resumable,
 * finished, or swept away. Afterwards each record has its bytes and nothing else is there.
 */
import { basename } from "node:path";
import { uuidPattern } from "#base/ids.ts";
import type { FilePort } from "./file-port.ts";
import type { BlobReport } from "./options.ts";
import { type Places, placeBlob } from "./places.ts";
import { loadRecord, type UploadRecord } from "./upload-record.ts";

/** Mends the folder of uploads and gives the records of those that live on. */
export async function recoverUploads(
  files: FilePort,
  places: Places,
  report: (report: BlobReport) => void,
): Promise<UploadRecord[]> {
  const names = await files.list(places.uploads);
  const records: UploadRecord[] = [];
  let placed = 0;
  let swept = 0;
  for (const name of names.filter((each) => each.endsWith(".json"))) {
    const id = basename(name, ".json");
    const mended = await mend(files, places, id);
    if (mended.placed) placed++;
    if (mended.record !== null) {
      records.push(mended.record);
      continue;
    }
    report({ kind: "upload_lost", uploadId: id, reason: mended.lost });
    await files.unlink(places.record(id));
  }
  const kept = new Set(records.flatMap(({ id }) => [basename(places.record(id)), basename(places.part(id))]));
  for (const name of await files.list(places.uploads)) {
    if (kept.has(name)) continue;
    await files.unlink(`${places.uploads}/${name}`);
    swept++;
  }
  if (swept > 0) await files.syncFolder(places.uploads);
  const resumable = records.filter(({ finished }) => finished === null).length;
  if (resumable + placed + swept > 0) report({ kind: "recovered", resumable, placed, swept });
  return records;
}

type Mended =
  | { readonly record: UploadRecord; readonly placed: boolean }
  | { readonly record: null; readonly placed: false; readonly lost: string };

async function mend(files: FilePort, places: Places, id: string): Promise<Mended> {
  const lost = (reason: string): Mended => ({ record: null, placed: false, lost: reason });
  const record = await loadRecord(files, places.record(id));
  if (record === null || record.id !== id || !uuidPattern.test(id)) return lost("its record cannot be read");
  const part = await files.stat(places.part(id));
  if (record.finished === null) {
    // Bytes beyond the durable ones are cut off when the upload goes on.
    if ((part?.bytes ?? 0) < record.bytesDurable) return lost("bytes that were durable are gone");
    return { record, placed: false };
  }
  const { sha256, bytes } = record.finished;
  if (part !== null) {
    if (part.bytes !== bytes) return lost("bytes that were durable are gone");
    await placeBlob(files, places, id, sha256);
    return { record, placed: true };
  }
  // Its blob may be gone by right: given up, collected. Then the record says nothing any more.
  if ((await files.stat(places.blob(sha256)))?.bytes !== bytes) return lost("its blob is not there");
  return { record, placed: false };
}
