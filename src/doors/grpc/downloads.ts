/** Files that go out as a stream: first what the policy let through, then the bytes, as fast as the client reads. */
import type { Readable } from "node:stream";
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import { invalidField } from "#kernel/errors.ts";

/** The most bytes that one message carries; well below the 4 MiB that clients take by default. */
export const chunkBytesMax = 256 * 1024;

/** A file that an answer names, and where. */
export interface NamedFile {
  readonly path: string;
  /** The last key of a map on the way there, or empty. */
  readonly key: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** The bytes of one blob, from `offset` on, in messages of a bearable size. */
export async function* chunksOfBlob(
  blobs: BlobStore,
  file: { readonly sha256: string; readonly bytes: number },
  offset: number,
): AsyncGenerator<Uint8Array> {
  if (offset < 0 || offset > file.bytes)
    throw invalidField("offset", `This must lie between 0 and the file's ${file.bytes} bytes.`);
  if (file.bytes === offset) return;
  // A whole read is checked against its name as it flows; a part cannot be.
  const source = await blobs.open(
    file.sha256,
    offset === 0 ? undefined : { start: offset, end: file.bytes - 1 },
  );
  yield* chunksOf(source);
}

/** What `source` gives, in messages of a bearable size; it is closed also when nobody listens to the end. */
export async function* chunksOf(source: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of source as AsyncIterable<Uint8Array>)
      for (let at = 0; at < piece.length; at += chunkBytesMax) yield piece.subarray(at, at + chunkBytesMax);
  } finally {
    source.destroy();
  }
}

/** The files that an answer names, in its order; one that is named twice for the same key is one file, at its first place. */
export function filesIn(answer: JsonValue): NamedFile[] {
  const first = new Map<string, NamedFile>();
  for (const file of referencesIn(answer, "", "")) {
    const same = `${file.key} ${file.sha256}`;
    if (!first.has(same)) first.set(same, file);
  }
  return [...first.values()];
}

/** Every `FileReference` in an answer, in its order. */
function referencesIn(answer: JsonValue, path: string, key: string): NamedFile[] {
  if (answer === null || typeof answer !== "object") return [];
  if (Array.isArray(answer))
    return answer.flatMap((each, index) => referencesIn(each, join(path, String(index)), key));
  const { sha256, bytes, fileName, mediaType } = answer;
  if (
    typeof sha256 === "string" &&
    typeof bytes === "number" &&
    typeof fileName === "string" &&
    typeof mediaType === "string"
  )
    return [{ path, key, sha256, bytes }];
  return Object.entries(answer as JsonObject).flatMap(([name, each]) =>
    referencesIn(each, join(path, name), keyFrom(name, key)),
  );
}

/** Keys of maps are ids; names of fields are identifiers in camel case. */
function keyFrom(name: string, key: string): string {
  return /^[a-z][A-Za-z0-9]*$/.test(name) ? key : name;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
