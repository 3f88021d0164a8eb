/** The state that a process has applied its log to, and those who wait for it to come so far. */
import type { Configuration, NodeId } from "#raft/configuration.ts";
import { decodeConfiguration } from "#raft/configuration-codec.ts";
import type { Entry, EntryId } from "#raft/entry.ts";
import type { RegisterOutput } from "../register-model.ts";
import { Violation } from "../trace.ts";
import { type Command, type Image, Machine } from "./machine.ts";
import type { World } from "./world.ts";

/** What a node answers to a client. */
export type Answer =
  | { readonly kind: "done"; readonly output: RegisterOutput; readonly index: number }
  | { readonly kind: "not-leader"; readonly leaderId: NodeId | null }
  /** Nobody knows whether it will count; asking again with the same sequence tells. */
  | { readonly kind: "unknown" };

export type Reply = (answer: Answer) => void;

interface WaitingCommand {
  readonly term: number;
  readonly reply: Reply;
}

interface Question {
  readonly key: string;
  /** What was committed when it was put. */
  readonly floor: number;
  readonly reply: Reply;
}

interface WaitingRead {
  readonly key: string;
  readonly index: number;
  readonly reply: Reply;
}

/** Of every so many entries, the planted fault applies one twice. */
const twiceEvery = 7;

export class AppliedState {
  readonly #world: World;
  readonly #id: NodeId;
  #machine: Machine;
  #at: EntryId;
  #placed: { readonly index: number; readonly configuration: Configuration };
  readonly #commands = new Map<number, WaitingCommand>();
  readonly #questions = new Map<number, Question>();
  #reads: WaitingRead[] = [];

  constructor(world: World, id: NodeId, image: Image) {
    this.#world = world;
    this.#id = id;
    const { configuration, ...at } = image.id;
    this.#at = at;
    this.#placed = { index: configuration.index, configuration: { members: configuration.members } };
    this.#machine = this.#machineOf(image);
  }

  /** The last entry that it holds. */
  get index(): number {
    return this.#at.index;
  }

  get digest(): string {
    return this.#machine.digest;
  }

  get image(): Image {
    return this.#machine.image(this.#at.index, this.#at.term, this.#placed);
  }

  /** A snapshot takes the place of everything. */
  install(image: Image): void {
    const { configuration, ...at } = image.id;
    this.#at = at;
    this.#placed = { index: configuration.index, configuration: { members: configuration.members } };
    this.#machine = this.#machineOf(image);
    this.settleReads();
  }

  /** Applies the next entry, which was committed, as a node of this term heard. */
  apply(entry: Entry, inTerm: number): void {
    const { oracle, plan, book } = this.#world;
    const expected = oracle.applies(this.#id, inTerm, entry);
    this.#at = { index: entry.index, term: entry.term };
    if (entry.kind === "configuration") {
      this.#placed = { index: entry.index, configuration: decodeConfiguration(entry.payload) };
    }
    if (entry.kind !== "changeset") return;
    const command = book.read(entry.payload);
    const output = this.#machine.apply(command);
    if (plan.seamFault === "apply-twice" && entry.index % twiceEvery === 0) this.#machine.applyAgain(command);
    this.#answerCommand(entry, output);
    if (plan.seamFault === null && JSON.stringify(output) !== JSON.stringify(expected)) {
      throw new Violation(
        "state machine safety",
        `${this.#id} gets ${JSON.stringify(output)} from entry ${entry.index}, not ${JSON.stringify(expected)}`,
      );
    }
  }

  /** The command stands in the leader's log; it is answered once it is applied. */
  proposed({ index, term }: EntryId, command: Command, reply: Reply): void {
    this.#commands.get(index)?.reply({ kind: "unknown" });
    this.#commands.set(index, { term, reply });
    if (this.#world.plan.seamFault === "acknowledge-at-once") {
      reply({ kind: "done", output: this.#machine.preview(command), index });
    }
  }

  #answerCommand(entry: Entry, output: RegisterOutput | null): void {
    const waiting = this.#commands.get(entry.index);
    if (waiting === undefined) return;
    this.#commands.delete(entry.index);
    if (waiting.term !== entry.term || output === null) waiting.reply({ kind: "unknown" });
    else waiting.reply({ kind: "done", output, index: entry.index });
  }

  /** A strong read asks what it has to wait for. Gives the context of the question. */
  ask(key: string, reply: Reply): number {
    const context = this.#world.nextContext();
    this.#questions.set(context, { key, floor: this.#world.oracle.committedIndex, reply });
    return context;
  }

  /** The core's answer to a question; `index` is null when it could not be told. */
  answerQuestion(context: number, index: number | null, leaderId: NodeId | null): void {
    const question = this.#questions.get(context);
    if (question === undefined) return;
    this.#questions.delete(context);
    const { key, floor, reply } = question;
    if (index === null) {
      reply({ kind: "not-leader", leaderId });
      return;
    }
    this.#world.coverage.add("strong reads");
    if (index < floor) {
      this.#world.oracle.breaksRule(
        "fresh strong reads",
        `${this.#id} is told that a read may see the state after ${index}; ${floor} was committed before it was asked for`,
      );
    }
    this.#reads.push({ key, index, reply });
  }

  /** A read of a state no older than `index`. */
  readAt(key: string, index: number, reply: Reply): void {
    this.#reads.push({ key, index, reply });
    this.settleReads();
  }

  /** Answers the reads that waited for a state that is there now. */
  settleReads(): void {
    if (this.#reads.length === 0) return;
    const due = this.#reads.filter(({ index }) => index <= this.index);
    if (due.length === 0) return;
    this.#reads = this.#reads.filter(({ index }) => index > this.index);
    for (const { key, reply } of due) {
      reply({ kind: "done", output: { kind: "value", value: this.#machine.get(key) }, index: this.index });
    }
  }

  #machineOf(image: Image): Machine {
    const machine = new Machine(image);
    machine.dropsReceipts = this.#world.plan.seamFault === "drop-receipts";
    return machine;
  }
}
