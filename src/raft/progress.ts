/**
 * What a leader knows of one follower's log, and how it sends to it:
 *   `probe`      where the logs agree is not known: one append at a time, until one is accepted;
 *   `replicate`  appends go out one after the other without waiting, as many as the window holds;
 *   `snapshot`   what it needs is gone from the log: nothing is sent until the snapshot has arrived.
 */
import { assert } from "#base/assert.ts";
import type { PeerProgress } from "./port.ts";

export class Progress {
  state: PeerProgress["state"] = "probe";
  /** The follower holds, durably, what the leader does up to here. */
  matchIndex = 0;
  /** The first entry that the next append carries. */
  nextIndex: number;
  /** The newest commit index that it was told. */
  toldCommit = 0;
  /** The newest question "do I still lead?" that it answered. */
  round = 0;
  /** The leader's tick when it was last heard from. */
  heardAt: number;
  /**
   * To be sent an append even if that carries nothing, window full or not: its answer tells whether something was lost. A
   * follower whose disk is slow, but who has got everything, is sent no more for it.
   */
  isPoked = false;
  /** While probing: wait for an answer, or for the next sign of life. */
  #isProbeSent = false;
  #snapshotIndex = 0;
  /** The last entry of each append on its way, oldest first. */
  readonly #inFlight: number[] = [];
  readonly #inFlightMax: number;
  /** How far the leader's log reached when the present round of catching up began, and when that was (thesis, §4.2.1). */
  #catchUp: { readonly throughIndex: number; readonly startedAt: number };
  /** How long the last finished round took; null before the first. */
  catchUpTicks: number | null = null;

  constructor(options: { readonly lastIndex: number; readonly now: number; readonly inFlightMax: number }) {
    this.nextIndex = options.lastIndex + 1;
    this.heardAt = options.now;
    this.#inFlightMax = options.inFlightMax;
    this.#catchUp = { throughIndex: options.lastIndex, startedAt: options.now };
  }

  /** Whether no append may go out now. */
  get isPaused(): boolean {
    if (this.state === "probe") return this.#isProbeSent;
    return this.state === "snapshot" || this.#inFlight.length >= this.#inFlightMax;
  }

  /** Notes that an append went out with entries up to `lastIndex`; with none when that is before `nextIndex`. */
  sent(lastIndex: number, commitIndex: number): void {
    assert(this.state !== "snapshot", "nothing is appended while a snapshot is on its way");
    this.toldCommit = Math.max(this.toldCommit, Math.min(commitIndex, lastIndex));
    this.isPoked = false;
    if (this.state === "probe") {
      this.#isProbeSent = true;
      return;
    }
    if (lastIndex < this.nextIndex) return;
    this.nextIndex = lastIndex + 1;
    this.#inFlight.push(lastIndex);
  }

  /** The follower accepted an append. Gives whether that was news. */
  accepted(
    matchIndex: number,
    leader: { readonly startIndex: number; readonly lastIndex: number; readonly now: number },
  ): boolean {
    assert(
      matchIndex <= leader.lastIndex,
      `entry ${matchIndex}, which was acknowledged, is in the leader's log`,
    );
    const isNews = matchIndex > this.matchIndex;
    if (isNews) this.matchIndex = matchIndex;
    this.nextIndex = Math.max(this.nextIndex, this.matchIndex + 1);
    while ((this.#inFlight[0] ?? Number.POSITIVE_INFINITY) <= this.matchIndex) this.#inFlight.shift();
    const isAgreed =
      this.state === "probe"
        ? matchIndex >= this.matchIndex
        : this.state === "snapshot" && isNews && matchIndex >= leader.startIndex;
    if (isAgreed) this.#become("replicate", this.matchIndex + 1);
    if (this.matchIndex >= this.#catchUp.throughIndex) {
      this.catchUpTicks = leader.now - this.#catchUp.startedAt;
      this.#catchUp = { throughIndex: leader.lastIndex, startedAt: leader.now };
    }
    return isNews;
  }

  /**
   * The follower refused the append behind `previousIndex`; its log may agree up to `agreedIndex`. Gives whether that was
   * news; an answer to an append of long ago is none.
   */
  refused(previousIndex: number, agreedIndex: number): boolean {
    const isStale =
      this.state === "replicate" ? previousIndex <= this.matchIndex : previousIndex !== this.nextIndex - 1;
    if (isStale || this.state === "snapshot") return false;
    this.#become("probe", Math.max(this.matchIndex, Math.min(agreedIndex, previousIndex - 1)) + 1);
    return true;
  }

  /** It answered a heartbeat, so it is there: what waited may be tried again. */
  alive(lastIndex: number): void {
    this.#isProbeSent = false;
    if (this.matchIndex < lastIndex) this.isPoked = true;
  }

  offeredSnapshot(index: number): void {
    this.#become("snapshot", index + 1);
    this.#snapshotIndex = index;
  }

  /** The sending of the snapshot ended. The next append waits for an answer or a sign of life, whichever comes first. */
  snapshotSent(ok: boolean): void {
    if (this.state !== "snapshot") return;
    this.#become("probe", ok ? Math.max(this.matchIndex, this.#snapshotIndex) + 1 : this.matchIndex + 1);
    this.#isProbeSent = true;
  }

  /** Nothing can be sent to one who is not there: try again when it is. */
  waitForLife(): void {
    this.#become("probe", this.matchIndex + 1);
    this.#isProbeSent = true;
  }

  /** What was in flight may be lost. */
  unreachable(): void {
    if (this.state === "replicate") this.#become("probe", this.matchIndex + 1);
  }

  #become(state: PeerProgress["state"], nextIndex: number): void {
    assert(nextIndex > this.matchIndex, "what a follower holds is not sent again");
    this.state = state;
    this.nextIndex = nextIndex;
    this.#isProbeSent = false;
    this.#inFlight.length = 0;
    this.toldCommit = Math.min(this.toldCommit, this.matchIndex);
  }
}
