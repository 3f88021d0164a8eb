/**
 * Files that come in as a stream: checked before the first byte is taken, written at the speed of the disk, and
 * handed to the operation as a finished upload. A stream that breaks off leaves nothing.
 */
import type { Clock } from "#base/clock.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { BlobStore, Upload } from "#engines/blobs/port.ts";
import { actorKey } from "#kernel/actor.ts";
import type { CallAnswer, CallRequest } from "#kernel/call.ts";
import { asRefusal, invalidField } from "#kernel/errors.ts";
import type { Kernel } from "#kernel/kernel.ts";

/** How long a client may be silent in the middle of a file. */
export const uploadSilenceMsMax = 60_000;

/** Stands for the upload that is yet to come while the rest of the input is checked. */
const pendingUploadId = "pending";

/** One message of the stream, already told apart. */
export type UploadPart =
  | { readonly case: "start"; readonly input: JsonObject }
  | { readonly case: "chunk"; readonly bytes: Uint8Array };

/** The fields of the start that are the door's own, and the operation's input without them. */
interface Start {
  readonly input: JsonObject;
  readonly uploadId: string | null;
  readonly fileName: string | null;
  readonly bytesExpected: number | null;
  readonly sha256: string | null;
}

/** Takes the stream and calls the operation with what came of it. */
export async function callWithUpload(
  kernel: Pick<Kernel, "admit" | "call" | "services">,
  request: Omit<CallRequest, "input">,
  parts: AsyncIterable<UploadPart>,
  clock: Clock,
): Promise<CallAnswer> {
  const stream = parts[Symbol.asyncIterator]();
  const first = await nextInTime(stream, clock);
  if (first.done === true || first.value.case !== "start")
    throw invalidField(
      "start",
      "The first message of the stream must be the start, with the fields of the input.",
    );
  const start = startOf(first.value.input);
  const { blobs } = kernel.services;
  if (start.uploadId !== null) {
    for await (const chunk of chunksOf(stream, clock))
      if (chunk.length > 0)
        throw invalidField("chunk", "With an upload_id no bytes may follow: they are there already.");
    return kernel.call({ ...request, input: { ...start.input, uploadId: start.uploadId } });
  }
  if (start.fileName === null)
    throw invalidField("fileName", "This is required where the bytes follow: the file's name.");
  const announced = { ...request, input: { ...start.input, uploadId: pendingUploadId } };
  const actor = await kernel.admit(announced).catch((error: unknown) => {
    if (asRefusal(error) === null) throw error;
    // Refused as the call itself is, so that the audit trail has it, whichever the door.
    return null;
  });
  if (actor === null) return kernel.call(announced);
  const { fileName, bytesExpected } = start;
  const upload = await blobs.beginUpload({ owner: actorKey(actor), fileName, bytesExpected });
  try {
    await fill(blobs, upload, chunksOf(stream, clock), start);
    return await kernel.call({ ...request, input: { ...start.input, uploadId: upload.id } as JsonValue });
  } catch (error) {
    await blobs.abandonUpload(upload.id);
    throw error;
  }
}

async function fill(
  blobs: BlobStore,
  upload: Upload,
  chunks: AsyncIterable<Uint8Array>,
  start: Start,
): Promise<void> {
  // What is announced as empty is whole before it begins.
  const filled = upload.finished === null ? await blobs.appendToUpload(upload.id, 0, chunks) : upload;
  if (upload.finished !== null)
    for await (const chunk of chunks)
      if (chunk.length > 0)
        throw invalidField("chunk", "The file was announced as empty: no bytes may follow.");
  const finished =
    filled.finished ?? (start.bytesExpected === null ? (await blobs.finishUpload(upload.id)).finished : null);
  if (finished === null)
    throw invalidField(
      "chunk",
      `The stream ended after ${filled.bytesReceived} of ${start.bytesExpected} bytes. Send the whole file.`,
    );
  if (start.sha256 !== null && start.sha256 !== finished.sha256)
    throw invalidField(
      "sha256",
      `The bytes that arrived have the SHA-256 ${finished.sha256}. The file changed on its way: send it again.`,
    );
}

async function* chunksOf(stream: AsyncIterator<UploadPart>, clock: Clock): AsyncIterable<Uint8Array> {
  for (;;) {
    const next = await nextInTime(stream, clock);
    if (next.done === true) return;
    if (next.value.case === "start")
      throw invalidField("start", "The start may come once, as the first message.");
    yield next.value.bytes;
  }
}

/** The next part, or a refusal where the client has gone silent: its place on the disk is not kept for ever. */
async function nextInTime(
  stream: AsyncIterator<UploadPart>,
  clock: Clock,
): Promise<IteratorResult<UploadPart>> {
  const silence = Promise.withResolvers<never>();
  const cancel = clock.after(uploadSilenceMsMax, () =>
    silence.reject(
      invalidField(
        "chunk",
        `Nothing has arrived for ${uploadSilenceMsMax / 1_000} seconds. Send the file again.`,
      ),
    ),
  );
  try {
    return await Promise.race([stream.next(), silence.promise]);
  } finally {
    cancel();
  }
}

function startOf(fields: JsonObject): Start {
  const { uploadId, fileName, bytesExpected, sha256, ...input } = fields;
  if (typeof bytesExpected === "number" && bytesExpected < 0)
    throw invalidField("bytesExpected", "A size cannot be negative.");
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(String(sha256)))
    throw invalidField("sha256", "A SHA-256 has 64 digits of 0-9 and a-f.");
  return {
    input,
    uploadId: typeof uploadId === "string" ? uploadId : null,
    fileName: typeof fileName === "string" && fileName !== "" ? fileName : null,
    bytesExpected: typeof bytesExpected === "number" ? bytesExpected : null,
    sha256: typeof sha256 === "string" ? sha256 : null,
  };
}
