/** Who leads, since when, and who wants to hear of it. */
import type { Clock } from "#base/clock.ts";
import type { NodeId } from "#raft/configuration.ts";
import type { Report } from "../sqlite/report.ts";

export interface Leadership {
  readonly isLeader: boolean;
  readonly leaderId: NodeId | null;
}

export class LeadershipWatch {
  readonly #clock: Clock;
  readonly #report: Report;
  readonly #listeners = new Set<(now: Leadership) => void>();
  #now: Leadership = { isLeader: false, leaderId: null };
  #since: number | null = null;

  constructor(clock: Clock, report: Report) {
    this.#clock = clock;
    this.#report = report;
  }

  get now(): Leadership {
    return this.#now;
  }

  /** Since when that leader is known; null without one. */
  get since(): number | null {
    return this.#since;
  }

  /** Calls `listener` whenever this node starts or ceases to lead, or hears of another leader. */
  listen(listener: (now: Leadership) => void): () => void {
    const own = (now: Leadership) => listener(now);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Takes over what is so now; gives whether that is new. */
  see(now: Leadership): boolean {
    if (now.isLeader === this.#now.isLeader && now.leaderId === this.#now.leaderId) return false;
    this.#now = now;
    this.#since = now.leaderId === null ? null : this.#clock.now();
    for (const listener of [...this.#listeners]) this.#tell(listener);
    return true;
  }

  #tell(listener: (now: Leadership) => void): void {
    try {
      listener(this.#now);
    } catch (error) {
      this.#report({
        level: "error",
        event: "leadership-listener-failed",
        message: `Something that listens to who leads failed: ${String(error)}`,
        facts: { leader: this.#now.leaderId ?? "" },
      });
    }
  }
}
