/**
 * Sending files: one after the other by tus, which goes on where it stopped after a broken connection, a pause or a
 * reload. When a file has arrived, the command that it was sent for is run under a key of its own.
 */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { DetailedError, defaultOptions, Upload } from "tus-js-client";
import { CallError, sessionHeaders } from "../client.ts";
import { atNode, findNode, hasMoved, originInUse } from "../nodes.ts";

export type UploadState = "waiting" | "sending" | "paused" | "checking" | "done" | "failed";

export interface UploadItem {
  readonly id: string;
  readonly file: File;
  readonly state: UploadState;
  readonly sent: number;
  /** Null until it can be told. */
  readonly secondsLeft: number | null;
  /** It went on with an upload that an earlier visit had begun. */
  readonly isResumed: boolean;
  readonly error: unknown;
}

/** What the file was sent for; gets the upload's id and one key per file. */
export type Finish = (uploadId: string, file: File, key: string) => Promise<void>;

/** Between these the answer of a server that is away for a moment is waited for. */
const retryDelaysMs = [500, 1_000, 3_000, 6_000, 10_000];

interface Job {
  readonly upload: Upload;
  /** The origin of the node that has what was sent. */
  readonly node: string;
  key: string;
  begunAt: number;
  begunWith: number;
}

export class UploadQueue {
  #items: readonly UploadItem[] = [];
  readonly #jobs = new Map<string, Job>();
  readonly #listeners = new Set<() => void>();
  finish: Finish = async () => {};

  readonly items = () => this.#items;
  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(files: readonly File[]): void {
    const added = files.map((file) => ({
      id: crypto.randomUUID(),
      file,
      state: "waiting" as const,
      sent: 0,
      secondsLeft: null,
      isResumed: false,
      error: null,
    }));
    this.#set([...this.#items, ...added]);
    this.#next();
  }

  pause(id: string): void {
    void this.#jobs.get(id)?.upload.abort();
    this.#change(id, { state: "paused", secondsLeft: null });
    this.#next();
  }

  /** Goes on after a pause, or tries again what failed. */
  resume(id: string): void {
    this.#change(id, { state: "waiting", error: null });
    this.#next();
  }

  /** Gives a file up: the server forgets what it has of it. */
  cancel(id: string): void {
    const job = this.#jobs.get(id);
    this.#jobs.delete(id);
    this.#set(this.#items.filter((item) => item.id !== id));
    // What cannot be taken back now expires by itself.
    if (job) void job.upload.abort(job.upload.url !== null).catch(() => {});
    this.#next();
  }

  dismiss(id: string): void {
    this.#jobs.delete(id);
    this.#set(this.#items.filter((item) => item.id !== id));
  }

  /** Stops sending; what was sent stays with the server for a while. */
  stop(): void {
    for (const { upload } of this.#jobs.values()) void upload.abort();
  }

  #next(): void {
    if (this.#items.some(({ state }) => state === "sending" || state === "checking")) return;
    const item = this.#items.find(({ state }) => state === "waiting");
    if (item) void this.#send(item);
  }

  async #send({ id, file }: UploadItem): Promise<void> {
    this.#change(id, { state: "sending" });
    const known = this.#jobs.get(id);
    const job = known ?? this.#job(id, file);
    this.#jobs.set(id, job);
    job.begunAt = 0;
    if (!known) {
      const previous = (await job.upload.findPreviousUploads().catch(() => [])).find(
        ({ uploadUrl }) => uploadUrl?.startsWith(originInUse()) ?? false,
      );
      if (previous) {
        job.upload.resumeFromPreviousUpload(previous);
        this.#change(id, { isResumed: true });
      }
    }
    // It may have been paused or given up meanwhile.
    if (this.#items.some((item) => item.id === id && item.state === "sending")) job.upload.start();
  }

  #job(id: string, file: File): Job {
    const node = originInUse();
    const upload = new Upload(file, {
      endpoint: atNode("/api/v1/uploads"),
      headers: { ...sessionHeaders },
      onBeforeRequest: (request) => {
        // Another node of the school takes the session too.
        if (hasMoved()) Object.assign(request.getUnderlyingObject(), { withCredentials: true });
      },
      metadata: { filename: file.name, filetype: file.type },
      retryDelays: retryDelaysMs,
      onProgress: (sent) => this.#progress(id, sent),
      onSuccess: () => void this.#arrived(id),
      onShouldRetry: (error) => mayRetry(error, node),
      onError: (error) => void this.#broke(id, problemOf(error)),
    });
    return { upload, node, key: crypto.randomUUID(), begunAt: 0, begunWith: 0 };
  }

  #progress(id: string, sent: number): void {
    const job = this.#jobs.get(id);
    const item = this.#items.find((each) => each.id === id);
    if (!job || item?.state !== "sending") return;
    const now = performance.now();
    if (job.begunAt === 0) Object.assign(job, { begunAt: now, begunWith: sent });
    const elapsed = (now - job.begunAt) / 1_000;
    const rate = (sent - job.begunWith) / elapsed;
    const secondsLeft = elapsed > 1.5 && rate > 0 ? Math.ceil((item.file.size - sent) / rate) : null;
    this.#change(id, { sent, secondsLeft });
  }

  async #arrived(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    const item = this.#items.find((each) => each.id === id);
    if (!job || !item) return;
    this.#change(id, { state: "checking", sent: item.file.size, secondsLeft: null });
    const uploadId = job.upload.url?.split("/").at(-1) ?? "";
    try {
      await this.finish(uploadId, item.file, job.key);
      this.#change(id, { state: "done" });
      const remembered = await job.upload.findPreviousUploads();
      for (const { urlStorageKey } of remembered)
        await defaultOptions.urlStorage?.removeUpload(urlStorageKey);
    } catch (error) {
      if (this.#beginAtOtherNode(id)) return;
      // Only where the outcome is unknown is the next try the same action.
      if (!(error instanceof CallError) || !error.isPassing) job.key = crypto.randomUUID();
      this.#fail(id, error);
    }
    this.#next();
  }

  /** An upload lies at the node that took it: when that one is gone, the file begins anew at another. */
  async #broke(id: string, error: unknown): Promise<void> {
    const isGone = error instanceof CallError && error.status === 0 && (await findNode());
    if (!isGone || !this.#beginAtOtherNode(id)) this.#fail(id, error);
  }

  #beginAtOtherNode(id: string): boolean {
    const job = this.#jobs.get(id);
    const item = this.#items.find((each) => each.id === id);
    if (!job || !item || job.node === originInUse()) return false;
    // Under the same key: should the command for it have been done after all, it is not done twice.
    this.#jobs.set(id, { ...this.#job(id, item.file), key: job.key });
    this.#change(id, { state: "waiting", sent: 0, secondsLeft: null, isResumed: false });
    this.#next();
    return true;
  }

  #fail(id: string, error: unknown): void {
    this.#change(id, { state: "failed", secondsLeft: null, error });
    this.#next();
  }

  #change(id: string, change: Partial<UploadItem>): void {
    this.#set(this.#items.map((item) => (item.id === id ? { ...item, ...change } : item)));
  }

  #set(items: readonly UploadItem[]): void {
    this.#items = items;
    for (const listener of this.#listeners) listener();
  }
}

/** A queue that lives as long as the component; leaving asks first while something is being sent. */
export function useUploads(finish: Finish): {
  readonly queue: UploadQueue;
  readonly items: readonly UploadItem[];
} {
  const kept = useRef<UploadQueue | null>(null);
  kept.current ??= new UploadQueue();
  const queue = kept.current;
  useEffect(() => {
    queue.finish = finish;
  });
  useEffect(() => () => queue.stop(), [queue]);
  const items = useSyncExternalStore(queue.subscribe, queue.items);
  const isBusy = items.some(({ state }) => state === "sending" || state === "checking");
  useEffect(() => {
    if (!isBusy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isBusy]);
  return { queue, items };
}

/** What the server said, as any other failed call. */
/** Whether the same node may yet take the file: it is busy, or away while no other has answered in its place. */
function mayRetry(error: DetailedError | Error, node: string): boolean {
  const { status } = problemOf(error);
  if (status !== 0) return status === 409 || status === 423 || status >= 500;
  void findNode();
  return originInUse() === node;
}

function problemOf(error: Error | DetailedError): CallError {
  const response = error instanceof DetailedError ? error.originalResponse : null;
  const status = response?.getStatus() ?? 0;
  let said: { code?: unknown; detail?: unknown; requestId?: unknown } = {};
  try {
    said = JSON.parse(response?.getBody() ?? "{}") as typeof said;
  } catch {
    // A proxy between may answer in its own words; the status says enough.
  }
  return new CallError({
    status,
    code: typeof said.code === "string" ? said.code : status === 0 ? "offline" : "unknown",
    message: typeof said.detail === "string" ? said.detail : "",
    requestId: typeof said.requestId === "string" ? said.requestId : null,
  });
}
