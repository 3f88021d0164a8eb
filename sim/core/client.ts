/**
 * A client as the real ones are: it asks any node, follows hints to the leader, asks again with the same sequence when it
 * hears nothing, and sometimes gives up without ever knowing.
 */
import type { NodeId } from "#raft/configuration.ts";
import type { Operation } from "../linearizability.ts";
import type { RegisterInput, RegisterOutput } from "../register-model.ts";
import { Violation } from "../trace.ts";
import type { Answer } from "./applied-state.ts";
import type { Habits } from "./plan.ts";
import type { World } from "./world.ts";

interface Attempted {
  readonly sequence: number;
  readonly input: RegisterInput;
  readonly called: number;
  /** For a read at a position: the oldest state that it may see. */
  readonly atLeast: number | null;
}

export class Client {
  readonly history: Operation<RegisterInput, RegisterOutput>[] = [];
  readonly #world: World;
  readonly #id: string;
  readonly #habits: Habits;
  #sequence = 0;
  #attempt = 0;
  #current: Attempted | null = null;
  #target: NodeId | null = null;
  /** The newest position that it was told. */
  #position = 0;
  /** The last value seen or written for each key, so that some compare-and-sets succeed. */
  readonly #known = new Map<string, string | null>();

  constructor(world: World, id: string, habits: Habits) {
    this.#world = world;
    this.#id = id;
    this.#habits = habits;
  }

  get isIdle(): boolean {
    return this.#current === null;
  }

  /** Begins operation after operation, until the world asks for no more. */
  think(): void {
    const { time, chance } = this.#world;
    time.after(chance.draw(this.#world.isHealed ? 20 : this.#habits.thinkMs), () => {
      if (!this.#world.takesOperations) return;
      this.#sequence++;
      const input = this.#draw();
      const isAtPosition = input.kind === "read" && chance.happens(0.4);
      const atLeast = isAtPosition ? this.#position : null;
      this.#current = { sequence: this.#sequence, input, called: this.#world.moment(), atLeast };
      this.#world.trace.note(this.#id, "asks", this.#sequence, () => this.#words(input));
      this.#ask();
    });
  }

  /** The operation that is still open when the seed ends has no known outcome. */
  end(): void {
    if (this.#current !== null) this.#record(this.#current, null);
    this.#current = null;
  }

  #draw(): RegisterInput {
    const { chance, plan } = this.#world;
    const key = `k${chance.draw(plan.keys)}`;
    const value = `${this.#id}.${this.#sequence}`;
    const kind = chance.weighted({ read: 4, write: 2, append: 2, "compare-and-set": 2 });
    if (kind === "compare-and-set") return { kind, key, value, expected: this.#known.get(key) ?? null };
    return kind === "read" ? { kind, key } : { kind, key, value };
  }

  #ask(): void {
    const current = this.#current;
    if (current === null) return;
    const { time, chance, network, coverage } = this.#world;
    const attempt = ++this.#attempt;
    const id = this.#target ?? chance.pick(this.#world.addresses);
    this.#target = id;
    network.send(this.#id, id, () => this.#arrive(id, current, attempt));
    time.after(this.#habits.patienceMs * (0.7 + chance.draw(60) / 100), () => {
      if (attempt !== this.#attempt || this.#current !== current) return;
      coverage.add("client retries");
      this.#target = null;
      if (chance.happens(0.08) && !this.#world.isHealed) this.#giveUp(current);
      else this.#ask();
    });
  }

  /** The request reaches the node. */
  #arrive(id: NodeId, { sequence, input, atLeast }: Attempted, attempt: number): void {
    const node = this.#world.node(id);
    const reply = (answer: Answer) =>
      this.#world.network.send(id, this.#id, () => this.#hear(id, sequence, attempt, answer));
    if (node === null || !node.isUp) return;
    if (input.kind !== "read") node.command({ client: this.#id, sequence, input }, reply);
    else if (atLeast === null) node.readStrong(input.key, reply);
    else node.readAt(input.key, atLeast, reply);
  }

  #hear(id: NodeId, sequence: number, attempt: number, answer: Answer): void {
    const current = this.#current;
    if (current === null || sequence !== this.#sequence) return;
    if (answer.kind === "done") {
      this.#done(id, current, answer);
      return;
    }
    // Only the newest attempt's trouble is news.
    if (attempt !== this.#attempt) return;
    this.#world.coverage.add(answer.kind === "unknown" ? "unknown outcomes" : "not-leader answers");
    this.#target = answer.kind === "not-leader" ? answer.leaderId : null;
    this.#attempt++;
    const { time, chance } = this.#world;
    const waited = this.#attempt;
    time.after(5 + chance.draw(25), () => {
      if (waited === this.#attempt && this.#current === current) this.#ask();
    });
  }

  #done(id: NodeId, current: Attempted, { output, index }: Answer & { readonly kind: "done" }): void {
    const { oracle, trace, coverage } = this.#world;
    const { input, atLeast } = current;
    trace.note(this.#id, "is answered", index, () => `by ${id}: ${JSON.stringify(output)} at ${index}`);
    coverage.add(`${input.kind === "read" && atLeast !== null ? "position read" : input.kind}s answered`);
    if (input.kind !== "read") oracle.acknowledges(id, this.#id, this.#sequence, index);
    if (output.kind === "value") this.#known.set(input.key, output.value);
    if (input.kind === "write") this.#known.set(input.key, input.value);
    if (atLeast === null) this.#record(current, output);
    else if (output.kind === "value") this.#checkPosition(id, input.key, atLeast, output.value, index);
    this.#position = Math.max(this.#position, index);
    this.#next();
  }

  #checkPosition(id: NodeId, key: string, atLeast: number, value: string | null, index: number): void {
    const expected = this.#world.oracle.valueAt(key, index);
    if (index >= atLeast && value === expected) return;
    throw new Violation(
      "reads at a position",
      `${id} answers ${this.#id}, who asked for ${key} not before ${atLeast}, with ${JSON.stringify(value)} at ${index}; there it was ${JSON.stringify(expected)}`,
    );
  }

  #giveUp(current: Attempted): void {
    this.#world.coverage.add("clients that gave up");
    this.#world.trace.note(this.#id, "gives up", this.#sequence);
    if (current.atLeast === null) this.#record(current, null);
    this.#next();
  }

  #next(): void {
    this.#current = null;
    this.#attempt++;
    this.think();
  }

  #record({ input, called }: Attempted, output: RegisterOutput | null): void {
    const returned = output === null ? null : { at: this.#world.moment(), output };
    this.history.push({ client: this.#id, input, called, returned });
  }

  #words(input: RegisterInput): string {
    return `${JSON.stringify(input)} as number ${this.#sequence}`;
  }
}
