/** A thread that changes or asks the index file: answers each call in turn. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { present } from "#base/assert.ts";
import { type FileFailure, fileFailureOf } from "./file-failures.ts";
import { removeIndexFile } from "./index-file.ts";
import { createIndexReader } from "./index-reader.ts";
import { createIndexWriter } from "./index-writer.ts";

/** What the thread is told when it starts. */
export interface ThreadTask {
  readonly file: string;
  readonly does: "writes" | "reads";
}

export interface ThreadCall {
  readonly id: number;
  readonly name: string;
  readonly values: readonly unknown[];
}

export type ThreadAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: FarError };

export interface FarError {
  readonly message: string;
  /** Null for what is no fault of the file. */
  readonly failure: FileFailure | null;
}

type Calls = Readonly<Record<string, (...values: readonly unknown[]) => unknown>>;

const { file, does } = workerData as ThreadTask;
const port = present(parentPort, "this file runs as a worker");
let calls: Calls | null = null;

port.on("message", ({ id, name, values }: ThreadCall) => {
  let answer: ThreadAnswer;
  try {
    // Opened by a call, so that what fails here is answered like everything else; the next call tries again.
    calls ??= (does === "writes" ? openWriter() : openReader()) as unknown as Calls;
    answer = { id, value: present(calls[name], `the index has a call ${name}`)(...values) };
  } catch (error) {
    const failure = error instanceof NotAnIndex ? "broken" : fileFailureOf(error);
    answer = { id, error: { message: String(error), failure } };
  }
  port.postMessage(answer);
});

/** The file can be read, but its tables are not those of an index. */
class NotAnIndex extends Error {}

function openReader() {
  return opened(new DatabaseSync(file, { readOnly: true, timeout: 1_000 }), createIndexReader);
}

/** A file that cannot be read is thrown away: everything in it can be built again. */
function openWriter() {
  mkdirSync(dirname(file), { recursive: true });
  const open = () => opened(new DatabaseSync(file, { timeout: 5_000 }), createIndexWriter);
  try {
    return open();
  } catch (error) {
    if (!(error instanceof NotAnIndex) && fileFailureOf(error) !== "broken") throw error;
    removeIndexFile(file);
    return open();
  }
}

function opened<Side>(database: DatabaseSync, create: (database: DatabaseSync) => Side): Side {
  try {
    return create(database);
  } catch (error) {
    database.close();
    // What is asked of it here never changes: if that is wrong, the file is.
    if (error instanceof Error && "errcode" in error && error.errcode === sqliteError)
      throw new NotAnIndex(error.message, { cause: error });
    throw error;
  }
}

/** SQLITE_ERROR: a statement names what is not there, or cannot be understood. */
const sqliteError = 1;
