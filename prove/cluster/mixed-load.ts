/** What people do all day: look at courses, write announcements, send files. Counts whatever fails for good. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Upload } from "tus-js-client";
import type { JsonObject } from "#base/json.ts";
import { samplePdf } from "#engines/inspector/sample-pdfs.ts";
import { ApiClient, type AttemptCounts } from "../../nemesis/api-client.ts";
import type { Chance } from "../../nemesis/chance.ts";
import type { School } from "../../nemesis/school.ts";

const readers = 4;
const writers = 3;
const senders = 1;
const patienceMs = 30_000;
/** A file is copied to most nodes and looked into before it is answered for. */
const fileAttemptMs = 30_000;
const filePatienceMs = 90_000;
const restMsMax = 100;
const fileBytesMax = 3_000_000;
const postsPerCourse = 1_500;

export interface MixedResult {
  readonly reads: number;
  readonly writes: number;
  readonly uploads: number;
  readonly uploadedMegabytes: number;
  /** What came to nothing although it was tried on every node. */
  readonly failed: readonly string[];
  readonly slowestMs: number;
  readonly p99Ms: number;
  readonly counts: AttemptCounts;
}

interface Options {
  readonly urls: () => readonly string[];
  readonly school: School;
  readonly chance: Chance;
}

export class MixedLoad {
  readonly #options: Options;
  readonly #clients: ApiClient[] = [];
  readonly #running: Promise<void>[];
  readonly #failed: string[] = [];
  readonly #latencies: number[] = [];
  /** What each client has seen, sent along with every request, so that no node shows it less. */
  readonly #positions = new Map<ApiClient, number>();
  #isOver = false;
  #reads = 0;
  #writes = 0;
  #uploads = 0;
  #uploadedBytes = 0;

  constructor(options: Options) {
    this.#options = options;
    const loops = [
      ...Array.from({ length: readers }, () => () => this.#read()),
      ...Array.from({ length: writers }, () => () => this.#write()),
      ...Array.from({ length: senders }, () => () => this.#send()),
    ];
    this.#running = loops.map((loop) => loop());
  }

  async stop(): Promise<MixedResult> {
    this.#isOver = true;
    await Promise.all(this.#running);
    const counts: AttemptCounts = { attempts: 0, silences: 0, unavailable: 0, limited: 0 };
    for (const client of this.#clients) {
      counts.attempts += client.counts.attempts;
      counts.silences += client.counts.silences;
      counts.unavailable += client.counts.unavailable;
      counts.limited += client.counts.limited;
      client.close();
    }
    const sorted = this.#latencies.sort((a, b) => a - b);
    return {
      reads: this.#reads,
      writes: this.#writes,
      uploads: this.#uploads,
      uploadedMegabytes: Math.round(this.#uploadedBytes / 1e6),
      failed: this.#failed,
      slowestMs: sorted.at(-1) ?? 0,
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
      counts,
    };
  }

  #client(attempt: { readonly attemptMs?: number } = {}): ApiClient {
    const { urls, school } = this.#options;
    const first = this.#clients.length;
    const client = new ApiClient({ urls, tokens: school.teacherTokens, first, ...attempt });
    this.#clients.push(client);
    return client;
  }

  async #ask(
    client: ApiClient,
    path: string,
    input: JsonObject,
    isCommand: boolean,
  ): Promise<JsonObject | null> {
    const called = performance.now();
    const key = isCommand ? { idempotencyKey: randomUUID() } : {};
    const position = this.#positions.get(client) ?? null;
    const outcome = await client.ask({ path, input, patienceMs, position, ...key });
    if (outcome.kind === "ok") this.#positions.set(client, Math.max(position ?? 0, outcome.position ?? 0));
    this.#latencies.push(performance.now() - called);
    await sleep(this.#options.chance.below(restMsMax));
    if (outcome.kind === "ok") return outcome.body;
    this.#failed.push(`${path}: ${JSON.stringify(outcome)}`);
    return null;
  }

  async #newCourse(client: ApiClient): Promise<string> {
    const input = { code: randomUUID().slice(0, 12), term: "Rolling", title: "Restarts" };
    return String((await this.#ask(client, "courses/create-course", input, true))?.courseId);
  }

  async #read(): Promise<void> {
    const client = this.#client();
    const { chance } = this.#options;
    const courseId = await this.#newCourse(client);
    while (!this.#isOver) {
      const [path, input] = chance.pick<[string, JsonObject]>([
        ["courses/list-courses", {}],
        ["courses/get-course", { courseId }],
        ["courses/list-announcements", { courseId }],
        ["materials/get-course-contents", { courseId }],
        ["identity/who-am-i", {}],
      ]);
      await this.#ask(client, path, input, false);
      this.#reads++;
    }
  }

  async #write(): Promise<void> {
    const client = this.#client();
    let courseId = "";
    for (let sequence = 0; !this.#isOver; sequence++) {
      if (sequence % postsPerCourse === 0) courseId = await this.#newCourse(client);
      await this.#ask(client, "courses/post-announcement", { courseId, title: `News ${sequence}` }, true);
      this.#writes++;
    }
  }

  async #send(): Promise<void> {
    const client = this.#client({ attemptMs: fileAttemptMs });
    const { chance, urls, school } = this.#options;
    const courseId = await this.#newCourse(client);
    for (let number = 0; !this.#isOver; number++) {
      const pdf = samplePdf(3, chance.below(fileBytesMax / 3), number + 1);
      const called = performance.now();
      const input = { courseId, title: `File ${number}` };
      const idempotencyKey = randomUUID();
      let problem = "";
      // A file lives on the node that took it until the command is done; when that one is gone, another takes it anew.
      for (let node = chance.below(urls().length); ; node++) {
        problem = await this.#sendThrough(client, node % urls().length, {
          pdf,
          input,
          idempotencyKey,
          school,
        });
        if (problem === "" || performance.now() - called > filePatienceMs) break;
      }
      this.#latencies.push(performance.now() - called);
      if (problem === "") {
        this.#uploads++;
        this.#uploadedBytes += pdf.length;
      } else this.#failed.push(`a file: ${problem}`);
      await sleep(chance.below(2_000));
    }
  }

  /** Empty when the file has become a material. */
  async #sendThrough(
    client: ApiClient,
    node: number,
    wish: { pdf: Buffer; input: JsonObject; idempotencyKey: string; school: School },
  ): Promise<string> {
    const { pdf, input, idempotencyKey, school } = wish;
    const url = this.#options.urls()[node] ?? "";
    try {
      const uploadId = await upload(url, school.teacherTokens[0] ?? "", pdf);
      const outcome = await client.ask({
        path: "materials/course-material-upload",
        input: { ...input, uploadId },
        idempotencyKey,
        patienceMs: 0,
        onlyNode: node,
      });
      return outcome.kind === "ok" ? "" : JSON.stringify(outcome);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

function upload(url: string, token: string, pdf: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const sending = new Upload(pdf, {
      endpoint: `${url}/api/v1/uploads`,
      headers: { authorization: `Bearer ${token}` },
      metadata: { filename: "file.pdf" },
      chunkSize: 1 << 20,
      retryDelays: [100, 500],
      storeFingerprintForResuming: false,
      onError: reject,
      onSuccess: () =>
        resolve(decodeURIComponent(new URL(sending.url ?? "").pathname.split("/").at(-1) ?? "")),
    });
    sending.start();
  });
}
