/** A thread that changes or asks the index file: answers each call in turn. */
import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { present } from "#base/assert.ts";
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
  | { readonly id: number; readonly error: { readonly message: string; readonly isBroken: boolean } };

const { file, does } = workerData as ThreadTask;
const port = present(parentPort, "this file runs as a worker");
const calls = (does === "writes" ? openWriter() : createIndexReader(openReader())) as unknown as Readonly<
  Record<string, (...values: readonly unknown[]) => unknown>
>;

port.on("message", ({ id, name, values }: ThreadCall) => {
  let answer: ThreadAnswer;
  try {
    answer = { id, value: present(calls[name], `the index has a call ${name}`)(...values) };
  } catch (error) {
    answer = { id, error: { message: String(error), isBroken: isBroken(error) } };
  }
  port.postMessage(answer);
});

function openReader(): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: 1_000 });
}

/** A file that cannot be read is thrown away: everything in it can be built again. */
function openWriter() {
  mkdirSync(dirname(file), { recursive: true });
  try {
    return createIndexWriter(new DatabaseSync(file, { timeout: 5_000 }));
  } catch (error) {
    if (!isBroken(error)) throw error;
    for (const end of ["", "-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
    return createIndexWriter(new DatabaseSync(file, { timeout: 5_000 }));
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, their extended codes too. */
function isBroken(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
  return code === 11 || code === 26;
}
