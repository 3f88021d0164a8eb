/** What must hold across the real stores: one leader a term, one vote a term, equal logs, and equal rows at equal positions. */
import type { NodeId } from "#raft/configuration.ts";
import type { Message } from "#raft/message.ts";
import { type Coverage, Violation } from "../trace.ts";

interface Known {
  readonly values: ReadonlyMap<string, string>;
  readonly digest: string;
  readonly from: NodeId;
}

export class StoreOracle {
  readonly #coverage: Coverage;
  readonly #checksRules: boolean;
  readonly #leaders = new Map<number, NodeId>();
  readonly #votes = new Map<string, NodeId>();
  readonly #entries = new Map<string, { readonly bytes: string; readonly previousTerm: number }>();
  readonly #states = new Map<number, Known>();
  /** The newest position that any node has come to. */
  position = 0;

  constructor(coverage: Coverage, checksRules: boolean) {
    this.#coverage = coverage;
    this.#checksRules = checksRules;
  }

  /** Gives whether that is news. */
  leads(id: NodeId, term: number): boolean {
    const known = this.#leaders.get(term);
    if (known === id) return false;
    if (known !== undefined) {
      throw new Violation("election safety", `${known} and ${id} both lead in term ${term}`);
    }
    if (this.#leaders.size > 0) this.#coverage.add("leader changes");
    this.#leaders.set(term, id);
    this.#coverage.add("elections");
    return true;
  }

  sends(message: Message): void {
    if (message.type === "vote-reply" && message.granted && !message.isPreVote) this.#voted(message);
    if (message.type === "append-request") this.#appended(message);
  }

  #voted({ from, to, term }: Message): void {
    const key = `${from} ${term}`;
    const known = this.#votes.get(key);
    if (known !== undefined && known !== to && this.#checksRules) {
      throw new Violation("one vote a term", `${from} votes for ${known} and for ${to} in term ${term}`);
    }
    this.#votes.set(key, to);
  }

  #appended({ from, previous, entries }: Message & { readonly type: "append-request" }): void {
    let previousTerm = previous.term;
    for (const { index, term, kind, payload } of entries) {
      const key = `${index} ${term}`;
      const bytes = `${kind} ${Buffer.from(payload).toString("latin1")}`;
      const known = this.#entries.get(key);
      if (known !== undefined && (known.bytes !== bytes || known.previousTerm !== previousTerm)) {
        throw new Violation("log matching", `${from} holds another entry ${index} of term ${term}`);
      }
      if (known === undefined) this.#entries.set(key, { bytes, previousTerm });
      previousTerm = term;
    }
  }

  /** A node has come to `position` and holds these rows. */
  holds(
    id: NodeId,
    position: number,
    rows: { readonly values: ReadonlyMap<string, string>; readonly digest: string },
  ): void {
    this.position = Math.max(this.position, position);
    const known = this.#states.get(position);
    if (known === undefined) this.#states.set(position, { ...rows, from: id });
    else if (known.digest !== rows.digest) {
      throw new Violation(
        "same rows everywhere",
        `at ${position}, ${id} holds ${rows.digest} and ${known.from} held ${known.digest}`,
      );
    }
  }

  /** A read of a node's answered with this. */
  reads(
    id: NodeId,
    key: string,
    atLeast: number,
    answer: { readonly value: string | null; readonly position: number },
  ): void {
    const { value, position } = answer;
    const known = this.#states.get(position);
    const isRight = known === undefined || (known.values.get(key) ?? null) === value;
    if (isRight && position >= atLeast) return;
    throw new Violation(
      "reads at a position",
      `${id} was asked for ${key} not before ${atLeast} and answers ${JSON.stringify(value)} at ${position}; ${known?.from} held ${JSON.stringify(known?.values.get(key) ?? null)} there`,
    );
  }
}
