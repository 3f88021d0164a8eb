/**
 * What happened in a seed. Every event goes into a hash, so that two runs of one seed can be compared; the words are
 * only made when somebody reads them.
 */
import type { VirtualTime } from "./virtual-time.ts";

/** The world is not as it should be: which check found it, and what it saw. */
export class Violation extends Error {
  override readonly name = "Violation";
  readonly checker: string;

  constructor(checker: string, message: string) {
    super(message);
    this.checker = checker;
  }
}

export class Trace {
  /** The transcript; empty unless it is wished for. */
  readonly lines: string[] = [];
  readonly #time: VirtualTime;
  readonly #isRead: boolean;
  #hash = 0x811c9dc5;

  constructor(time: VirtualTime, isRead: boolean) {
    this.#time = time;
    this.#isRead = isRead;
  }

  /** `what` and `number` go into the hash, `words` into the transcript. */
  note(who: string, what: string, number: number, words?: () => string): void {
    this.#mix(Math.round(this.#time.now * 16));
    for (let at = 0; at < who.length; at++) this.#mix(who.charCodeAt(at));
    for (let at = 0; at < what.length; at += 2) this.#mix(what.charCodeAt(at));
    this.#mix(number);
    if (!this.#isRead) return;
    const details = words === undefined ? "" : ` ${words()}`;
    this.lines.push(`${this.#time.now.toFixed(2).padStart(10)}  ${who.padEnd(4)} ${what}${details}`);
  }

  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }

  #mix(value: number): void {
    this.#hash = Math.imul(this.#hash ^ value, 0x01000193) ^ (this.#hash >>> 15);
  }
}

/** How often something happened that a run must not be without. */
export class Coverage {
  readonly counts = new Map<string, number>();

  add(what: string, count = 1): void {
    if (count > 0) this.counts.set(what, (this.counts.get(what) ?? 0) + count);
  }

  merge(other: Iterable<readonly [string, number]>): void {
    for (const [what, count] of other) this.add(what, count);
  }
}
