/**
 * How much of the log is kept although the state no longer needs it: enough for members that are a little behind, so
 * that they need no snapshot, within bounds.
 */

/** A stretch of the log: how many bytes had been written by the time of this entry. */
interface Mark {
  readonly index: number;
  readonly bytes: number;
}

export interface RetentionLimits {
  /** Bytes kept for members that may come back: silent ones, and those that another leader looks after. */
  readonly logKeepBytes: number;
  /** Bytes kept at most for members that are being brought up to date. */
  readonly logKeepBytesMax: number;
}

/** Marks within what is kept: how exactly it is kept. */
const marksInKept = 64;

export class Retention {
  readonly #limits: RetentionLimits;
  /** Oldest first. */
  #marks: Mark[];
  readonly #bytesAtOpening: number;
  #bytes: number;
  readonly #pins = new Map<object, number>();

  /** `held`: the bytes of what the log holds already, from `start` to `last`. */
  constructor(limits: RetentionLimits, held: { start: number; last: number; bytes: number }) {
    this.#limits = limits;
    this.#marks = [
      { index: held.start, bytes: 0 },
      { index: held.last, bytes: held.bytes },
    ];
    this.#bytes = held.bytes;
    this.#bytesAtOpening = held.bytes;
  }

  /** The log has come to `index`, having written `bytes` in all since it was opened. */
  reached(index: number, bytes: number): void {
    this.#bytes = this.#bytesAtOpening + bytes;
    const newest = this.#marks.at(-1);
    if (newest !== undefined && newest.index > index)
      this.#marks = this.#marks.filter((mark) => mark.index < index);
    if (newest === undefined || this.#bytes - newest.bytes >= this.#limits.logKeepBytes / marksInKept) {
      this.#marks.push({ index, bytes: this.#bytes });
    }
    const second = this.#marks[1];
    if (second !== undefined && this.#bytes - second.bytes > this.#limits.logKeepBytesMax)
      this.#marks.shift();
  }

  /** Keeps entries after `index` until the returned function is called: somebody is being sent what comes before. */
  pin(index: number): () => void {
    const key = {};
    this.#pins.set(key, index);
    return () => {
      this.#pins.delete(key);
    };
  }

  /**
   * Up to where the log may be forgotten, when the state needs nothing up to `durable`. `lagging`: up to where members
   * that are heard from have the log.
   */
  trimIndex(durable: number, lagging: readonly number[]): number {
    const wished = Math.min(
      durable,
      this.#indexBefore(this.#limits.logKeepBytes),
      ...lagging,
      ...this.#pins.values(),
    );
    const bounded = Math.min(durable, this.#indexBefore(this.#limits.logKeepBytesMax));
    return Math.max(wished, bounded);
  }

  /** The newest marked entry that has at least `bytes` after it. */
  #indexBefore(bytes: number): number {
    return this.#marks.findLast((mark) => this.#bytes - mark.bytes >= bytes)?.index ?? 0;
  }
}
