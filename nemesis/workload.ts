/**
 * The clients that work while things go wrong. Each kind does what one promise is about: registers and lists of the
 * probe, sessions that carry their position from node to node, and announcements, which nobody may find twice.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient, type AttemptCounts } from "./api-client.ts";
import { appendToLists } from "./appends.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { History } from "./history.ts";
import { postAnnouncements } from "./posts.ts";
import { useRegisters } from "./registers.ts";
import type { School } from "./school.ts";
import { readOwnWrites } from "./sessions.ts";

/** What every client works with. */
export interface Worker {
  readonly name: string;
  readonly client: ApiClient;
  readonly history: History;
  readonly chance: Chance;
  readonly nodes: () => number;
  /** Changes every now and then: keys of their own keep each search of the judge short. */
  readonly era: () => number;
  readonly isOver: () => boolean;
  /** A short rest, so that many clients of one address stay within the limits that a school sets. */
  rest(): Promise<void>;
}

export interface WorkloadOptions {
  readonly urls: () => readonly string[];
  readonly school: School;
  readonly seed: number;
  /** How many clients of each kind. */
  readonly clients: {
    readonly registers: number;
    readonly appends: number;
    readonly sessions: number;
    readonly posts: number;
  };
  /** Milliseconds after which clients turn to new keys. */
  readonly eraMs?: number;
  readonly restMsMax?: number;
}

export class Workload {
  readonly history = new History();
  readonly #options: WorkloadOptions;
  readonly #clients: ApiClient[] = [];
  readonly #running: Promise<void>[] = [];
  readonly #start = performance.now();
  #isOver = false;

  constructor(options: WorkloadOptions) {
    this.#options = options;
    const { clients, school } = options;
    const kinds = [
      ["register", clients.registers, useRegisters, school.adminTokens],
      ["append", clients.appends, appendToLists, school.adminTokens],
      ["session", clients.sessions, readOwnWrites, school.adminTokens],
      ["post", clients.posts, postAnnouncements, school.teacherTokens],
    ] as const;
    for (const [kind, count, work, tokens] of kinds)
      for (let number = 0; number < count; number++) {
        const worker = this.#worker(`${kind}-${number}`, tokens);
        this.#running.push(work(worker));
      }
  }

  /** Ends the work; resolves when the last operation has its outcome. */
  async stop(): Promise<History> {
    this.#isOver = true;
    await Promise.all(this.#running);
    for (const client of this.#clients) client.close();
    return this.history;
  }

  get counts(): AttemptCounts {
    const sum: AttemptCounts = { attempts: 0, silences: 0, unavailable: 0, limited: 0 };
    for (const { counts } of this.#clients) {
      sum.attempts += counts.attempts;
      sum.silences += counts.silences;
      sum.unavailable += counts.unavailable;
      sum.limited += counts.limited;
    }
    return sum;
  }

  #worker(name: string, tokens: readonly string[]): Worker {
    const { urls, seed, eraMs = 15_000, restMsMax = 60 } = this.#options;
    const number = this.#clients.length;
    const chance = chanceOf(seed * 1_000 + number);
    const client = new ApiClient({ urls, tokens, first: number });
    this.#clients.push(client);
    return {
      name,
      client,
      history: this.history,
      chance,
      nodes: () => urls().length,
      era: () => Math.floor((performance.now() - this.#start) / eraMs),
      isOver: () => this.#isOver,
      rest: () => sleep(chance.below(restMsMax)),
    };
  }
}
