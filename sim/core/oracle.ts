/**
 * Sees every node at once and checks, after every step, what the Raft paper promises (figure 3), and what a node must never
 * do whatever comes of it: vote twice, acknowledge what is not durable, lead without a majority.
 */
import { present } from "#base/assert.ts";
import type { Member, NodeId } from "#raft/configuration.ts";
import { decodeConfiguration } from "#raft/configuration-codec.ts";
import type { Entry, EntryId } from "#raft/entry.ts";
import type { RegisterOutput } from "../register-model.ts";
import { type Coverage, Violation } from "../trace.ts";
import type { CommandBook, Machine } from "./machine.ts";

interface Committed {
  readonly entry: Entry;
  /** The term in which somebody was first told. */
  readonly inTerm: number;
  /** What the command gave, by the one true state. */
  readonly output: RegisterOutput | null;
}

/** A node's disk, as far as the checks look at it. */
export interface DurableView {
  holdsDurably(id: EntryId): boolean;
}

interface Seen {
  readonly entry: Entry;
  readonly previousTerm: number;
}

export class Oracle {
  readonly committed: Committed[] = [];
  /** Whether it also checks what nodes must never do, and not only what may never come of it. */
  readonly #checksRules: boolean;
  readonly #book: CommandBook;
  readonly #coverage: Coverage;
  readonly #truth: Machine;
  readonly #disks: ReadonlyMap<NodeId, DurableView>;
  readonly #leaders = new Map<number, NodeId>();
  readonly #entries = new Map<string, Seen>();
  readonly #votes = new Map<string, NodeId>();
  readonly #preVotes = new Map<string, Set<NodeId>>();
  /** Who was told to campaign, in which term. */
  readonly #called = new Set<string>();
  /** For each key its values and the index from which on they stood. */
  readonly #values = new Map<string, { readonly index: number; readonly value: string | null }[]>();
  #members: readonly Member[];
  readonly #everMembers = new Set<NodeId>();

  constructor(options: {
    readonly book: CommandBook;
    readonly coverage: Coverage;
    readonly disks: ReadonlyMap<NodeId, DurableView>;
    readonly truth: Machine;
    readonly members: readonly Member[];
    readonly checksRules: boolean;
  }) {
    this.#checksRules = options.checksRules;
    this.#book = options.book;
    this.#coverage = options.coverage;
    this.#disks = options.disks;
    this.#truth = options.truth;
    this.#members = options.members;
    for (const { id } of options.members) this.#everMembers.add(id);
  }

  get committedIndex(): number {
    return this.committed.length;
  }

  /** The members by the newest committed configuration. */
  get members(): readonly Member[] {
    return this.#members;
  }

  /** Whether it was a member by a committed configuration, and is none any more. */
  hasLeft(id: NodeId): boolean {
    return this.#everMembers.has(id) && !this.#members.some((member) => member.id === id);
  }

  get digest(): string {
    return this.#truth.digest;
  }

  /** What is forbidden even where no harm has come of it yet. */
  breaksRule(checker: string, message: string): void {
    if (this.#checksRules) throw new Violation(checker, message);
  }

  leads(id: NodeId, term: number, voters: readonly NodeId[]): void {
    const known = this.#leaders.get(term);
    if (known !== undefined && known !== id) {
      throw new Violation("election safety", `${known} and ${id} both lead in term ${term}`);
    }
    if (known !== undefined) return;
    if (this.#leaders.size > 0) this.#coverage.add("leader changes");
    this.#leaders.set(term, id);
    this.#coverage.add("elections");
    const votes = voters.filter((voter) => voter === id || this.#votes.get(`${voter} ${term}`) === id);
    if (votes.length * 2 <= voters.length) {
      const voted = votes.join(", ") || "nobody";
      this.breaksRule(
        "elected by a majority",
        `${id} leads in term ${term}, elected by ${voted} of ${voters}`,
      );
    }
  }

  /** The entry that opens a leader's term is in its log: with it everything that was committed before. */
  opensTerm(
    id: NodeId,
    term: number,
    log: { readonly start: EntryId; termAt(index: number): number | null },
  ): void {
    const at = this.committed.findLastIndex(({ inTerm }) => inTerm < term);
    for (let place = at; place >= 0 && place > at - 3; place--) {
      const { entry } = present(this.committed[place], "a committed entry");
      if (entry.index <= log.start.index || log.termAt(entry.index) === entry.term) continue;
      throw new Violation(
        "leader completeness",
        `${id} leads in term ${term} without entry ${entry.index} of term ${entry.term}, which is committed`,
      );
    }
  }

  votes(from: NodeId, to: NodeId, term: number): void {
    const key = `${from} ${term}`;
    const known = this.#votes.get(key);
    if (known !== undefined && known !== to) {
      this.breaksRule("one vote a term", `${from} votes for ${known} and for ${to} in term ${term}`);
    }
    this.#votes.set(key, to);
  }

  /** A pre-vote for `term` reached `to`. */
  preVotes(from: NodeId, to: NodeId, term: number): void {
    const key = `${to} ${term}`;
    const known = this.#preVotes.get(key);
    if (known === undefined) this.#preVotes.set(key, new Set([from]));
    else known.add(from);
  }

  calls(to: NodeId, term: number): void {
    this.#called.add(`${to} ${term}`);
  }

  campaigns(id: NodeId, term: number, voters: readonly NodeId[]): void {
    this.#coverage.add("campaigns");
    if (this.#called.has(`${id} ${term - 1}`)) return;
    const granted = this.#preVotes.get(`${id} ${term}`);
    const votes = voters.filter((voter) => voter === id || granted?.has(voter));
    if (votes.length * 2 > voters.length) return;
    this.breaksRule(
      "no campaign unasked",
      `${id} campaigns in term ${term}, encouraged by ${votes.join(", ") || "nobody"} of ${voters}`,
    );
  }

  /** Log matching: an entry of one index and term is the same everywhere, and so is the term before it. */
  holds(id: NodeId, entry: Entry, previousTerm: number): void {
    const key = `${entry.index} ${entry.term}`;
    const known = this.#entries.get(key);
    if (known === undefined) {
      this.#entries.set(key, { entry, previousTerm });
      return;
    }
    const isSame = known.entry.payload === entry.payload && known.entry.kind === entry.kind;
    if (isSame && known.previousTerm === previousTerm) return;
    throw new Violation(
      "log matching",
      `${id} holds another entry ${entry.index} of term ${entry.term}${isSame ? ` (behind term ${previousTerm}, not ${known.previousTerm})` : ""}`,
    );
  }

  /** A leader counts everything up to `entry` as committed, by one of the memberships that were in force meanwhile. */
  counts(leader: NodeId, term: number, entry: EntryId, electorates: readonly (readonly NodeId[])[]): void {
    if (entry.term !== term) {
      const what = `${leader} counts entry ${entry.index} of term ${entry.term} as committed in term ${term}`;
      this.breaksRule("commits in its own term", what);
    }
    const holds = (voter: NodeId) => this.#disks.get(voter)?.holdsDurably(entry) ?? false;
    if (electorates.some((voters) => voters.filter(holds).length * 2 > voters.length)) return;
    const voters = electorates[0] ?? [];
    this.breaksRule(
      "durable before acknowledged",
      `${leader} counts entry ${entry.index} as committed in term ${term}; of ${voters} it is durable on ${voters.filter(holds).join(", ") || "none"}`,
    );
  }

  /** A node is told that `entry` is committed and applies it; gives what it must come to. */
  applies(id: NodeId, inTerm: number, entry: Entry): RegisterOutput | null {
    const known = this.committed[entry.index - 1];
    if (known === undefined) return this.#commit(id, inTerm, entry);
    const isSame = known.entry.term === entry.term && known.entry.payload === entry.payload;
    if (!isSame) {
      throw new Violation(
        "state machine safety",
        `${id} applies entry ${entry.index} of term ${entry.term}; another applied one of term ${known.entry.term} there`,
      );
    }
    return known.output;
  }

  #commit(id: NodeId, inTerm: number, entry: Entry): RegisterOutput | null {
    if (entry.index !== this.committedIndex + 1) {
      throw new Violation(
        "state machine safety",
        `${id} applies entry ${entry.index} after ${this.committedIndex}`,
      );
    }
    let output: RegisterOutput | null = null;
    if (entry.kind === "changeset") {
      const command = this.#book.read(entry.payload);
      output = this.#truth.apply(command);
      this.#remember(command.input.key, entry.index);
    }
    if (entry.kind === "configuration") this.#changesMembers(decodeConfiguration(entry.payload).members, id);
    this.committed.push({ entry, inTerm, output });
    this.#coverage.add("entries");
    return output;
  }

  #changesMembers(members: readonly Member[], id: NodeId): void {
    const before = votersOf(this.#members);
    const after = votersOf(members);
    const moved = before
      .filter((each) => !after.includes(each))
      .concat(after.filter((each) => !before.includes(each)));
    if (moved.length > 1) {
      throw new Violation("one voter at a time", `${id} applies a change from ${before} to ${after}`);
    }
    this.#coverage.add("membership changes");
    this.#members = members;
    for (const member of members) this.#everMembers.add(member.id);
  }

  #remember(key: string, index: number): void {
    const values = this.#values.get(key) ?? [];
    this.#values.set(key, values);
    values.push({ index, value: this.#truth.get(key) });
  }

  /** What `key` holds in the state after entry `index`. */
  valueAt(key: string, index: number): string | null {
    return this.#values.get(key)?.findLast((each) => each.index <= index)?.value ?? null;
  }

  /** A client was told that its command took effect at `index`. */
  acknowledges(id: NodeId, client: string, sequence: number, index: number): void {
    const entry = this.committed[index - 1]?.entry;
    const command = entry?.kind === "changeset" ? this.#book.read(entry.payload) : null;
    if (command?.client === client && command.sequence === sequence) return;
    this.breaksRule(
      "acknowledged after committed",
      `${id} tells ${client} that command ${sequence} stands at ${index}, where ${entry === undefined ? "nothing is committed" : "something else is"}`,
    );
  }
}

export function votersOf(members: readonly Member[]): NodeId[] {
  return members.filter(({ role }) => role === "voter").map(({ id }) => id);
}
