/**
 * What keeps the store from taking commands: a disk that is full or fails. It is said once; a probe looks from time to
 * time whether commands can be taken again. A broken promise of our own code is for good.
 */
import { AssertionError } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "../../errors.ts";
import type { SqliteLimits } from "./limits.ts";
import type { Report } from "./report.ts";

/** Where on its way a command, or an entry, met trouble. */
export type Step = "command" | "log" | "commit" | "apply" | "checkpoint" | "probe";

export interface TroubleOptions {
  readonly clock: Clock;
  readonly limits: SqliteLimits;
  readonly report: Report;
  /** Commands are refused from now on; called once until they are taken again. */
  readonly onRefused: (unavailable: Unavailable) => void;
  /** Settles what was left open; rejects while that is impossible. */
  readonly mend: () => Promise<void>;
  readonly onMended: () => void;
  readonly position: () => number;
}

export class Trouble {
  readonly #options: TroubleOptions;
  #reason: string | null = null;
  #isFinal = false;
  #stopProbe: (() => void) | null = null;
  #probing: Promise<void> | null = null;
  #closing = false;

  constructor(options: TroubleOptions) {
    this.#options = options;
  }

  /** Why commands are refused, or null. */
  get reason(): string | null {
    return this.#reason;
  }

  /** Refuses commands, because `step` failed, until the probe finds that they can be taken again. */
  refuse(step: Step, error: unknown): void {
    if (error instanceof AssertionError) {
      this.giveUp(error);
      return;
    }
    const isNew = this.#reason === null;
    const reason = reasonOf(error);
    this.#reason = reason;
    if (isNew) {
      this.#options.report({
        level: "error",
        event: "commands-refused",
        message: `Commands are refused: ${reason}. Reads go on; the store looks for itself when commands can be taken again.`,
        facts: { reason, step },
      });
    }
    this.#options.onRefused(this.unavailable(error));
    if (this.#closing) return;
    this.#stopProbe ??= this.#options.clock.after(this.#options.limits.recoveryProbeMs, () => {
      this.#stopProbe = null;
      this.#probing = this.#probe();
    });
  }

  /** No probe can mend this: commands stay refused until a restart. */
  giveUp(error: unknown): void {
    this.#stopProbe?.();
    this.#stopProbe = null;
    if (this.#isFinal) return;
    this.#isFinal = true;
    const what = error instanceof Error ? error.message : String(error);
    this.#reason = `the store found itself broken (${what})`;
    this.#options.onRefused(this.unavailable(error));
    this.#options.report({
      level: "error",
      event: "store-broken",
      message: `Commands are refused for good, the store found itself broken: ${what}. Restart the server. If it says so again, restore the latest backup where this is a single node; a node of a cluster is removed there and joins again with an empty data folder.`,
      facts: {},
    });
  }

  unavailable(cause?: unknown): Unavailable {
    return new Unavailable(`commands are refused at present: ${this.#reason ?? reasonOf(cause)}`, {
      retryAfterMs: this.#options.limits.recoveryProbeMs * 2,
      cause,
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#stopProbe?.();
    await this.#probing;
    this.#stopProbe?.();
  }

  async #probe(): Promise<void> {
    const { mend, onMended, report, position } = this.#options;
    try {
      await mend();
    } catch (error) {
      this.refuse("probe", error);
      return;
    }
    if (this.#isFinal) return;
    this.#reason = null;
    report({
      level: "info",
      event: "commands-taken-again",
      message: "Commands are taken again.",
      facts: { position: position() },
    });
    onMended();
  }
}

/** A few words for whoever asks why commands are refused. */
function reasonOf(error: unknown): string {
  const { code, errcode, message } = (error ?? {}) as {
    code?: unknown;
    errcode?: unknown;
    message?: unknown;
  };
  if (code === "ENOSPC" || code === "EDQUOT" || errcode === 13) return "the disk is full";
  return `the disk does not take what is written (${typeof message === "string" ? message : String(error)})`;
}
