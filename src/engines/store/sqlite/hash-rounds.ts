/**
 * Whether all members hold the same rows, looked at from time to time: the leader puts a mark into the log, every member
 * holds its state fast where it meets the mark and hashes it beside its work, and the leader compares. A copy that most
 * do not share is rebuilt by whoever holds it; where there is no majority, the leader's counts.
 */
import type { Clock } from "#base/clock.ts";
import type { JsonValue } from "#base/json.ts";
import type { NodeId } from "#raft/configuration.ts";
import type { Entry } from "#raft/entry.ts";
import type { Peers } from "../../peer/port.ts";
import type { Group } from "../replica/group.ts";
import type { StateHasher } from "../replica/state-hash.ts";
import type { Report } from "./report.ts";
import type { Writer } from "./writer.ts";

export interface HashRoundsOptions {
  readonly selfId: NodeId;
  readonly group: () => Group;
  readonly writer: Writer;
  readonly hasher: StateHasher;
  readonly peers: Pick<Peers, "ask" | "answer"> | null;
  readonly clock: Clock;
  readonly report: Report;
  readonly everyMs: number;
  readonly onDiffers: (reason: string) => void;
}

const mark = Buffer.from("state-hash");
const hashQuestion = "store.hash";
const differsQuestion = "store.differs";
const askTimeoutMs = 5_000;
const askAgainMs = 2_000;
/** A member that has not got there by then is left out of this round. */
const roundMsMax = 10 * 60_000;
const remembered = 4;

export class HashRounds {
  readonly #options: HashRoundsOptions;
  /** By the index of the mark; null while it is being hashed. */
  readonly #hashes = new Map<number, string | null>();
  #release: (() => Promise<void>) | null = null;
  #nextAt: number;
  #isRunning = false;
  #closing = false;
  /** For the metrics page. */
  readonly counts = { rounds: 0, agreed: 0, differed: 0 };

  constructor(options: HashRoundsOptions) {
    this.#options = options;
    this.#nextAt = options.clock.monotonic() + options.everyMs;
    options.peers?.answer(hashQuestion, async (body) => this.#hashes.get(indexIn(body)) ?? null);
    options.peers?.answer(differsQuestion, async (body) => {
      this.#told(indexIn(body));
      return null;
    });
  }

  isMark(entry: Entry): boolean {
    return entry.kind === "noop" && entry.payload.length > 0 && mark.equals(entry.payload);
  }

  /** The state stands at the mark: holds it, and hashes it while everything goes on. */
  async met({ index }: Entry): Promise<void> {
    const { hasher, writer, report } = this.#options;
    if (this.#closing) return;
    await this.#release?.();
    try {
      const held = await hasher.hold(writer.generation.paths.database);
      this.#release = () => held.release();
      if (held.index !== index) return;
      this.#remember(index, null);
      held.hash
        .then(
          (hash) => this.#remember(index, hash),
          () => this.#hashes.delete(index),
        )
        .finally(() => held.release());
    } catch (error) {
      report({
        level: "warn",
        event: "state-not-hashed",
        message: `The state could not be compared with the other nodes': ${String(error)}`,
        facts: { index },
      });
    }
  }

  /** Begins a round when one is due and this node leads. */
  tick(): void {
    const { clock, everyMs } = this.#options;
    if (clock.monotonic() < this.#nextAt) return;
    this.#nextAt = clock.monotonic() + everyMs;
    void this.compare();
  }

  /** Compares all members once; for nobody but the leader of more than one. */
  async compare(): Promise<void> {
    const { group, peers, writer } = this.#options;
    const { term, configuration } = group().status;
    if (peers === null || this.#isRunning || !group().mayPropose || configuration.members.length < 2) return;
    this.#isRunning = true;
    try {
      const proposal = { kind: "noop" as const, schemaVersion: writer.schemaVersion, payload: mark };
      // No batch runs meanwhile, so that this node, too, meets the mark when it applies it.
      const { index } = await writer.runAlone(() => group().propose(proposal, term));
      await this.#collect(index);
    } catch {
      // Leadership was lost or the disk failed: the next leader has rounds of its own.
    } finally {
      this.#isRunning = false;
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#release?.();
  }

  async #collect(index: number): Promise<void> {
    const { group, clock, selfId } = this.#options;
    const found = new Map<NodeId, string>();
    const giveUpAt = clock.monotonic() + roundMsMax;
    const members = group().status.configuration.members.map(({ id }) => id);
    while (!this.#closing && group().leadership.isLeader && clock.monotonic() < giveUpAt) {
      for (const id of members) {
        const hash = found.get(id) ?? (id === selfId ? this.#hashes.get(index) : await this.#ask(id, index));
        if (typeof hash === "string") found.set(id, hash);
      }
      if (found.size === members.length) break;
      await new Promise<void>((resolve) => clock.after(askAgainMs, resolve));
    }
    if (group().leadership.isLeader) await this.#judge(index, found);
  }

  async #ask(id: NodeId, index: number): Promise<string | null> {
    try {
      const answer = await this.#options.peers?.ask(id, hashQuestion, { index }, { timeoutMs: askTimeoutMs });
      return typeof answer === "string" ? answer : null;
    } catch {
      return null;
    }
  }

  async #judge(index: number, found: ReadonlyMap<NodeId, string>): Promise<void> {
    const { selfId, peers, report } = this.#options;
    const own = found.get(selfId);
    if (own === undefined || found.size < 2) return;
    this.counts.rounds++;
    const right = mostShared([...found.values()], own);
    const wrong = [...found].filter(([, hash]) => hash !== right).map(([id]) => id);
    if (wrong.length === 0) {
      this.counts.agreed++;
      return;
    }
    this.counts.differed++;
    report({
      level: "error",
      event: "replicas-differ",
      message: `At entry ${index} the data of ${wrong.join(", ")} is not what most nodes hold; it is rebuilt there.`,
      facts: { index, nodes: wrong.join(" ") },
    });
    for (const id of wrong) {
      if (id === selfId) this.#told(index);
      else
        await peers?.ask(id, differsQuestion, { index }, { timeoutMs: askTimeoutMs }).catch(() => undefined);
    }
  }

  #told(index: number): void {
    this.#options.onDiffers(`at entry ${index} it held other rows than most nodes`);
  }

  #remember(index: number, hash: string | null): void {
    this.#hashes.set(index, hash);
    for (const old of [...this.#hashes.keys()].slice(0, -remembered)) this.#hashes.delete(old);
  }
}

/** The value that most share; where none is shared by more than any other, `own`. */
function mostShared(values: readonly string[], own: string): string {
  const count = (value: string) => values.filter((each) => each === value).length;
  return values.reduce((best, value) => (count(value) > count(best) ? value : best), own);
}

function indexIn(body: JsonValue): number {
  const { index } = (body ?? {}) as { index?: unknown };
  return typeof index === "number" ? index : -1;
}
