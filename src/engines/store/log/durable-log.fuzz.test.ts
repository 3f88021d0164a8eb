/**
 * Random saves, replacements, trimmings, restarts, faults and crashes at any step, against a model that says what must
 * be found afterwards. A failure prints its seed; `SEED=n` runs that one alone.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/random.ts";
import type { Entry, EntryId } from "#raft/entry.ts";
import type { HardState } from "#raft/port.ts";
import { DataFolderRefused } from "../folder-refused.ts";
import { DurableLog } from "./durable-log.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

const storeId = "0123456789abcdef0123456789abcdef";

/** What a log holds: the hard state, what it begins after, and the entries. */
interface Held {
  readonly hardState: HardState;
  readonly start: EntryId;
  readonly entries: readonly Entry[];
}

class Fuzz {
  readonly #random;
  readonly #disk: SimulatedDisk;
  /** What the log has promised to hold, and what else it may hold since an operation that was cut off. */
  #held: Held = { hardState: { term: 0, votedFor: null }, start: { index: 0, term: 0 }, entries: [] };
  /** The database's position, as a start would name it: never ahead of what the log has promised. */
  #applied: EntryId = { index: 0, term: 0 };
  /** The snapshot that the database was made from last. */
  #installed: EntryId | null = null;
  #log: DurableLog | null = null;
  readonly counts = { crashes: 0, faults: 0, torn: 0, replaced: 0 };

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    // Syncs take more or less long, so that what is done in the background is overtaken by crashes too.
    const chance = seededRandom(seed + 2_000_000);
    const delay = async () => {
      for (let turns = (chance.bytes(1)[0] ?? 0) % 16; turns > 0; turns--) await null;
    };
    this.#disk = new SimulatedDisk({ random: seededRandom(seed + 1_000_000), delay });
  }

  async run(rounds: number): Promise<void> {
    await this.#open();
    for (let round = 0; round < rounds; round++) {
      await this.#round();
      this.#compare(this.#opened, this.#held);
    }
  }

  /**
   * Stops, cleanly or not, lets one bit rot, and starts: gives whether the start was refused, lost nothing, or (after an
   * unclean stop alone, where it looks like a torn write) lost the last write.
   */
  async rot(isClean: boolean): Promise<"refused" | "whole" | "cut"> {
    const before = this.#held;
    await this.#attemptPlainly(this.#appended());
    const lastWrite = this.#held.entries.length - before.entries.length;
    // The second copy of the hard state follows in the background.
    await new Promise((resolve) => setImmediate(resolve));
    if (isClean) await this.#opened.close();
    else this.#disk.kill();
    this.#disk.rot((path) => path.endsWith(".log") || path.endsWith("hard-state"));
    try {
      await this.#open();
    } catch (error) {
      assert.ok(error instanceof DataFolderRefused, String(error));
      return "refused";
    }
    const lost = this.#lastOf(this.#held).index - this.#opened.last.index;
    assert.ok(lost === 0 || (!isClean && lost <= lastWrite), `${lost} entries are gone`);
    const entries = this.#held.entries.slice(0, this.#held.entries.length - lost);
    this.#compare(this.#opened, { ...this.#held, entries });
    return lost === 0 ? "whole" : "cut";
  }

  async #attemptPlainly(wished: Held): Promise<void> {
    await this.#opened.save(this.#changeTo(wished));
    this.#held = wished;
  }

  async #round(): Promise<void> {
    const choice = this.#draw(20);
    if (choice < 8) await this.#attempt(this.#appended(), (log, held) => log.save(this.#changeTo(held)));
    else if (choice < 11)
      await this.#attempt(this.#replaced(), (log, held) => log.save(this.#changeTo(held)));
    else if (choice < 13) await this.#attempt(this.#voted(), (log, held) => log.save(this.#changeTo(held)));
    else if (choice === 13) await this.#restartAfterSnapshot();
    else if (choice === 14) this.#apply();
    else if (choice === 15) this.#trim();
    else if (choice === 16) await this.#reopen();
    else if (choice === 17) await this.#crash(() => this.#disk.kill());
    else if (choice === 18) await this.#crash(() => this.#disk.cutPower());
    else this.#read();
  }

  get #opened(): DurableLog {
    assert.ok(this.#log !== null);
    return this.#log;
  }

  #appended(): Held {
    const { entries } = this.#held;
    return this.#with(entries, this.#lastOf(this.#held));
  }

  #replaced(): Held {
    const { entries, start } = this.#held;
    const kept = entries.filter(({ index }) => index <= this.#applied.index);
    const count = kept.length + this.#draw(entries.length - kept.length + 1);
    if (count < entries.length) this.counts.replaced++;
    return this.#with(entries.slice(0, count), entries[count - 1] ?? start);
  }

  /** `entries` and some new ones, of this term or a later one. */
  #with(entries: readonly Entry[], previous: EntryId): Held {
    const replaces = entries.length < this.#held.entries.length;
    const isNewTerm = replaces || this.#draw(6) === 0;
    const { hardState } = this.#held;
    const state = isNewTerm ? { term: hardState.term + 1 + this.#draw(2), votedFor: null } : hardState;
    const term = Math.max(previous.term, state.term - this.#draw(2), 1);
    const more = Array.from({ length: 1 + this.#draw(this.#draw(4) === 0 ? 30 : 4) }, (_, place): Entry => {
      const payload = Buffer.alloc(this.#draw(this.#draw(8) === 0 ? 3_000 : 120), this.#draw(256));
      return { index: previous.index + 1 + place, term, kind: "changeset", schemaVersion: 1, payload };
    });
    return {
      ...this.#held,
      hardState: state.term < term ? { term, votedFor: null } : state,
      entries: [...entries, ...more],
    };
  }

  #voted(): Held {
    const term = this.#held.hardState.term + 1;
    return { ...this.#held, hardState: { term, votedFor: `node-${this.#draw(3)}` } };
  }

  /** The call that makes `held` of what the log holds. */
  #changeTo(held: Held) {
    const { hardState, entries } = this.#held;
    const same = held.entries.findIndex((entry, place) => entry !== entries[place]);
    return {
      hardState: held.hardState === hardState ? null : held.hardState,
      entries: same === -1 ? [] : held.entries.slice(same),
    };
  }

  async #restartAfterSnapshot(): Promise<void> {
    const last = this.#lastOf(this.#held);
    const index = this.#applied.index + 1 + this.#draw(last.index - this.#applied.index + 5);
    const start = { index, term: Math.max(last.term, this.#held.hardState.term) };
    const { hardState } = this.#held;
    const raised = hardState.term < start.term ? { term: start.term, votedFor: null } : hardState;
    // The snapshot is in force before the log is told; from here on a start brings the log there by itself.
    this.#applied = start;
    this.#installed = start;
    await this.#attempt({ hardState: raised, start, entries: [] }, (log) => log.restartAfter(start));
    // After a crash, a log that holds that very entry already may stay as it is.
    if (this.#held.entries.some((entry) => entry.index === start.index && entry.term === start.term)) return;
    this.#held = { hardState: this.#opened.hardState, start, entries: [] };
  }

  /** Does it, with a fault or a crash now and then, and settles what came of it. */
  async #attempt(wished: Held, act: (log: DurableLog, held: Held) => Promise<void>): Promise<void> {
    const fate = this.#draw(10);
    if (fate >= 8) return this.#crashDuring(wished, act);
    if (fate === 0) this.#disk.full = true;
    if (fate === 1) this.#disk.failWrites = true;
    if (fate === 2) this.#disk.failSyncs = true;
    if (fate === 3) this.#disk.failFolderSyncs = true;
    const before = this.#held;
    const outcome = await act(this.#opened, wished).then(
      () => null,
      (error: unknown) => error,
    );
    this.#disk.full = false;
    this.#disk.failWrites = false;
    this.#disk.failSyncs = false;
    this.#disk.failFolderSyncs = false;
    if (outcome === null) {
      this.#held = wished;
      return;
    }
    assert.match(String(outcome), /ENOSPC|EIO/);
    this.counts.faults++;
    await this.#opened.mend();
    this.#held = this.#settled(before, wished);
  }

  async #crashDuring(wished: Held, act: (log: DurableLog, held: Held) => Promise<void>): Promise<void> {
    const before = this.#held;
    const isPowerCut = this.#draw(3) > 0;
    const crashed = new Promise<void>((resolve) => {
      this.#disk.crashBefore(1 + this.#draw(this.#draw(2) === 0 ? 2 : 9), () => {
        if (isPowerCut) this.#disk.cutPower();
        else this.#disk.kill();
        resolve();
      });
    });
    const done = act(this.#opened, wished).then(
      () => true,
      () => false,
    );
    const finished = await Promise.race([done, crashed.then(() => false)]);
    if (finished) this.#held = wished;
    this.counts.crashes++;
    // A power cut that did not come during the call comes now.
    if (finished) this.#disk.cutPower();
    await this.#open();
    if (!finished) this.#held = this.#settled(before, wished);
  }

  /** What the log holds now must be what it held before, what was asked, or a beginning of that. */
  #settled(before: Held, wished: Held): Held {
    const log = this.#opened;
    const { hardState } = log;
    const isNew =
      hardState.term === wished.hardState.term && hardState.votedFor === wished.hardState.votedFor;
    const found: Held = { hardState, start: log.start, entries: [...log.entriesAfter(0)] };
    if (!isNew) assert.deepEqual(hardState, before.hardState);
    const holds = (held: Held, count: number) =>
      log.last.index - held.start.index === count &&
      sameEntries(found.entries, held.entries.slice(0, count), held);
    if (holds(before, before.entries.length)) return { ...before, hardState };
    assert.ok(isNew, "entries are not durable before the hard state that came with them");
    if (wished.start.index !== before.start.index) {
      assert.deepEqual(log.last, wished.start);
      return { ...wished, hardState };
    }
    const count = log.last.index - wished.start.index;
    const isAppend =
      wished.entries.length > before.entries.length &&
      wished.entries[before.entries.length - 1] === before.entries.at(-1);
    assert.ok(
      count === wished.entries.length || (isAppend && count > before.entries.length),
      "nothing held is lost",
    );
    assert.ok(holds(wished, count));
    return { hardState, start: wished.start, entries: wished.entries.slice(0, count) };
  }

  async #crash(how: () => void): Promise<void> {
    how();
    this.counts.crashes++;
    await this.#open();
  }

  async #reopen(): Promise<void> {
    await this.#opened.close();
    await this.#open();
  }

  async #open(): Promise<void> {
    this.#log = await DurableLog.open({
      folder: "/log",
      storeId,
      startAfter: this.#applied,
      installed: this.#installed,
      segmentBytes: 4096,
      entryBytesMax: 1 << 20,
      recentBytesMax: 6_000,
      files: this.#disk.mount(),
      random: this.#random,
      onTornTail: () => this.counts.torn++,
    });
  }

  #apply(): void {
    const { entries } = this.#held;
    const entry = entries[this.#draw(entries.length + 1)];
    if (entry !== undefined && entry.index > this.#applied.index)
      this.#applied = { index: entry.index, term: entry.term };
  }

  #trim(): void {
    this.#opened.trimThrough(this.#applied.index);
  }

  #read(): void {
    const log = this.#opened;
    const count = log.last.index - log.start.index;
    if (count === 0) return;
    const from = log.start.index + 1 + this.#draw(count);
    const read = log.entries(from, log.last.index, this.#draw(4_000));
    assert.ok(read.length >= 1);
    const expected = this.#held.entries.filter(({ index }) => index >= from).slice(0, read.length);
    assert.ok(sameEntries(read, expected, this.#held));
  }

  #compare(log: DurableLog, held: Held): void {
    assert.deepEqual(log.hardState, held.hardState);
    assert.deepEqual({ ...log.last }, this.#lastOf(held));
    assert.ok(log.start.index >= held.start.index && log.start.index <= this.#applied.index);
    const found = [...log.entriesAfter(0)];
    assert.equal(found.length, log.last.index - log.start.index);
    assert.ok(sameEntries(found, held.entries, held));
    for (const { index, term } of found) assert.equal(log.termAt(index), term);
    assert.equal(log.termAt(log.start.index), log.start.term);
    assert.equal(log.termAt(log.start.index - 1), null);
    assert.equal(log.termAt(log.last.index + 1), null);
  }

  #lastOf(held: Held): EntryId {
    const { index, term } = held.entries.at(-1) ?? held.start;
    return { index, term };
  }

  #draw(below: number): number {
    return Buffer.from(this.#random.bytes(4)).readUInt32LE(0) % below;
  }
}

/** Whether `found` is what `held` has from some entry on; earlier ones may have been trimmed. */
function sameEntries(found: readonly Entry[], entries: readonly Entry[], held: Held): boolean {
  return found.every((entry, place) => {
    const expected = entries[entries.length - found.length + place];
    if (expected === undefined || entry.index <= held.start.index) return false;
    const { index, term, payload } = expected;
    return entry.index === index && entry.term === term && Buffer.compare(entry.payload, payload) === 0;
  });
}

test("whatever happens to the disk, the log holds what it promised", async () => {
  const only = Number(process.env.SEED ?? 0);
  const seeds = only > 0 ? [only] : Array.from({ length: 300 }, (_, place) => place + 1);
  const total = { crashes: 0, faults: 0, torn: 0, replaced: 0 };
  for (const seed of seeds) {
    const fuzz = new Fuzz(seed);
    await fuzz.run(60).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    });
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += fuzz.counts[key];
  }
  if (only > 0) return;
  for (const [what, count] of Object.entries(total)) assert.ok(count > 50, `${what}: ${count}`);
});

test("one bit that rots is found, or harmed nothing, or looks like the write that a crash cut off", async () => {
  const outcomes = { refused: 0, whole: 0, cut: 0 };
  for (let seed = 1; seed <= 300; seed++) {
    const fuzz = new Fuzz(seed);
    await fuzz.run(15);
    const outcome = await fuzz.rot(seed % 2 === 0).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    });
    outcomes[outcome]++;
  }
  for (const [what, count] of Object.entries(outcomes)) assert.ok(count > 10, `${what}: ${count}`);
});
