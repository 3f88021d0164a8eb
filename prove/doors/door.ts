/** What a proof asks of a door, whichever it is: a call, a file that goes in, files that come out. */
import { createHash } from "node:crypto";
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";

/** What a call came to: the output, or the code of what was refused. */
export type Outcome = { readonly output: JsonValue } | { readonly code: string };

/** What a read with files came to. A door may say less of the answer than another; the files are compared. */
export type Taken = { readonly code: string } | { readonly files: readonly TakenFile[] };

export interface TakenFile {
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
  /** For a `text`, the text itself. */
  readonly text?: string;
}

export interface SentFile {
  readonly fileName: string;
  readonly content: Uint8Array;
  /** Only so many bytes of it arrive; all of them when absent. */
  readonly arriving?: number;
  /** So many bytes are announced, when that is not what it has. */
  readonly announced?: number;
}

/** Bytes to send along, or an upload that is there already. */
export type Sending = SentFile | { readonly uploadId: string };

export interface OpenDoor {
  ask(operation: RegisteredOperation, input: JsonObject, token: string | null): Promise<Outcome>;
  send(
    operation: RegisteredOperation,
    input: JsonObject,
    sending: Sending,
    token: string | null,
  ): Promise<Outcome>;
  take(operation: RegisteredOperation, input: JsonObject, token: string | null): Promise<Taken>;
  /** The bytes of the one file of `operation` from `offset` on, as this door goes on with a download. */
  goOn(
    operation: RegisteredOperation,
    input: JsonObject,
    offset: number,
    token: string | null,
  ): Promise<TakenFile>;
  close(): Promise<void>;
}

export function takenFile(fileName: string, content: Uint8Array, text?: string): TakenFile {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { fileName, bytes: content.length, sha256, ...(text === undefined ? {} : { text }) };
}

/** In an order that does not depend on the door, and each once: gRPC sends one that an answer names twice a single time. */
export function inOrder(files: readonly TakenFile[]): readonly TakenFile[] {
  const byName = new Map(files.map((file) => [`${file.fileName} ${file.sha256}`, file]));
  return [...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
}

export const plain = (value: JsonValue) => (typeof value === "string" ? value : JSON.stringify(value));
