/** Several worker processes among which seeds are dealt out. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { assert, present } from "#base/assert.ts";
import type { Job, JobResult } from "./worker.ts";

interface Waiting {
  readonly job: Job;
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: Error) => void;
}

export class Pool {
  readonly #idle: ChildProcess[] = [];
  readonly #all = new Set<ChildProcess>();
  readonly #queue: Waiting[] = [];
  readonly #working = new Map<ChildProcess, Waiting>();
  #ids = 0;

  constructor(size: number) {
    for (let count = 0; count < size; count++) this.#begin();
  }

  get size(): number {
    return this.#all.size;
  }

  run(job: Omit<Job, "id">): Promise<JobResult> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ job: { ...job, id: ++this.#ids }, resolve, reject });
      this.#deal();
    });
  }

  close(): void {
    for (const worker of this.#all) worker.disconnect();
  }

  #begin(): void {
    const worker = fork(join(import.meta.dirname, "worker.ts"), { execArgv: ["--no-warnings"] });
    this.#all.add(worker);
    this.#idle.push(worker);
    worker.on("message", (result: JobResult) => {
      const waiting = present(this.#working.get(worker), "a worker answers what it was asked");
      assert(waiting.job.id === result.id, "the answer belongs to the job");
      this.#working.delete(worker);
      this.#idle.push(worker);
      waiting.resolve(result);
      this.#deal();
    });
    worker.on("exit", (code) => {
      this.#all.delete(worker);
      const { job, reject } = this.#working.get(worker) ?? {};
      this.#working.delete(worker);
      reject?.(new Error(`a worker died (${code}) while it ran seeds from ${job?.start} on`));
    });
  }

  #deal(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const worker = present(this.#idle.pop(), "an idle worker");
      const waiting = present(this.#queue.shift(), "a job");
      this.#working.set(worker, waiting);
      worker.send(waiting.job);
    }
  }
}
