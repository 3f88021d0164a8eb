/**
 * A client of the school as our documents advise: it knows all nodes, keeps to one that answers, goes on to the next
 * when that one is silent or busy, and sends a command again under the same key until somebody knows what became of it.
 */
import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { present } from "#base/assert.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";

/** What a command or read came to. */
export type Outcome =
  | { readonly kind: "ok"; readonly body: JsonObject; readonly position: number | null }
  /** Nothing was done, and will not be. */
  | { readonly kind: "refused"; readonly status: number; readonly code: string; readonly detail: string }
  /** Nobody could be asked in time: it may have been done or may yet be. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface Asked {
  /** `cluster/write-probe` */
  readonly path: string;
  readonly input: JsonObject;
  /** Set for a command. */
  readonly idempotencyKey?: string;
  readonly position?: number | null;
  /** How long to go on trying, over all nodes; 0 for a single attempt. */
  readonly patienceMs: number;
  /** Asks this node only. */
  readonly onlyNode?: number;
  readonly accept?: string;
}

export interface AttemptCounts {
  attempts: number;
  /** Attempts that came to nothing and were made again or given up: the links' and the nodes' silence. */
  silences: number;
  /** Attempts that were answered "unavailable". */
  unavailable: number;
  /** Attempts that were turned away for coming too often. */
  limited: number;
}

const pauseMs = 50;

export class ApiClient {
  readonly #urls: () => readonly string[];
  readonly #tokens: readonly string[];
  readonly #attemptMs: number;
  readonly #agent = new http.Agent({ keepAlive: true });
  #current: number;
  readonly counts: AttemptCounts = { attempts: 0, silences: 0, unavailable: 0, limited: 0 };

  /** `urls` may change while nodes come and go; `attemptMs` is how long one node is waited for. */
  constructor(options: {
    readonly urls: () => readonly string[];
    /** Used in turn, since each may be used so often a minute; none for somebody who is not signed in. */
    readonly tokens: readonly string[];
    readonly first?: number;
    readonly attemptMs?: number;
  }) {
    this.#urls = options.urls;
    this.#tokens = options.tokens;
    this.#attemptMs = options.attemptMs ?? 5_000;
    this.#current = options.first ?? 0;
  }

  get current(): number {
    return this.#current % this.#urls().length;
  }

  /** Goes to another node from now on. */
  goTo(node: number): void {
    this.#current = node;
  }

  async ask(asked: Asked): Promise<Outcome> {
    const until = performance.now() + asked.patienceMs;
    let doubt: Outcome | null = null;
    for (;;) {
      const urls = this.#urls();
      const url = present(urls[(asked.onlyNode ?? this.#current) % urls.length], "a node");
      const outcome = await this.#attempt(url, asked);
      if (outcome.kind === "ok") return outcome;
      if (outcome.kind === "unknown") doubt = outcome;
      // A refusal at the door tells nothing about an earlier attempt; one from the command itself does.
      if (outcome.kind === "refused" && outcome.status !== 429)
        return isAtDoor(outcome.status) ? (doubt ?? outcome) : outcome;
      if (asked.onlyNode === undefined) this.#current++;
      if (performance.now() + pauseMs >= until) return doubt ?? outcome;
      await sleep(pauseMs);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #attempt(url: string, asked: Asked): Promise<Outcome> {
    this.counts.attempts++;
    try {
      const { status, text, position } = await this.#send(url, asked);
      if (status === 200)
        return { kind: "ok", body: (JSON.parse(text || "{}") ?? {}) as JsonObject, position };
      const { code, detail } = problemOf(text);
      if (status === 503) {
        this.counts.unavailable++;
        return { kind: "unknown", reason: `503 ${detail}` };
      }
      if (status === 429) this.counts.limited++;
      // A fault of the server's own tells nothing about what was done.
      if (status >= 500) return { kind: "unknown", reason: `${status} ${code} ${detail}` };
      return { kind: "refused", status, code, detail };
    } catch (error) {
      this.counts.silences++;
      return { kind: "unknown", reason: error instanceof Error ? error.message : String(error) };
    }
  }

  #send(
    url: string,
    asked: Asked,
  ): Promise<{ readonly status: number; readonly text: string; readonly position: number | null }> {
    const isCommand = asked.idempotencyKey !== undefined;
    const target = new URL(`/api/v1/${asked.path}`, url);
    if (!isCommand)
      for (const [name, value] of Object.entries(asked.input))
        if (value !== null) target.searchParams.set(name, textOf(value));
    const body = isCommand ? JSON.stringify(asked.input) : null;
    const headers: Record<string, string | number> = {};
    if (asked.accept !== undefined) headers.accept = asked.accept;
    const token = this.#tokens[this.counts.attempts % this.#tokens.length];
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (asked.idempotencyKey !== undefined) headers["idempotency-key"] = asked.idempotencyKey;
    if (asked.position !== undefined && asked.position !== null)
      headers["lyceum-position"] = String(asked.position);
    if (body !== null) {
      headers["content-type"] = "application/json";
      headers["content-length"] = Buffer.byteLength(body);
    }
    return new Promise((resolve, reject) => {
      const request = http.request(
        target,
        { agent: this.#agent, method: isCommand ? "POST" : "GET", headers },
        (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("error", reject).on("end", () => {
            clearTimeout(timer);
            const told = response.headers["lyceum-position"];
            const position = typeof told === "string" ? Number(told) : null;
            resolve({ status: response.statusCode ?? 0, text, position });
          });
        },
      );
      const timer = setTimeout(
        () => request.destroy(new Error(`no answer within ${this.#attemptMs} ms`)),
        this.#attemptMs,
      );
      request.on("close", () => clearTimeout(timer));
      request.on("error", reject);
      request.end(body ?? undefined);
    });
  }
}

function isAtDoor(status: number): boolean {
  return status === 400 || status === 401 || status === 403;
}

function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function problemOf(text: string): { readonly code: string; readonly detail: string } {
  try {
    const { code, detail } = JSON.parse(text) as { code?: string; detail?: string };
    return { code: code ?? "", detail: detail ?? "" };
  } catch {
    return { code: "", detail: text.slice(0, 200) };
  }
}
