/** A client of the simulated stores: asks any node, is sent on to the leader, asks again with the same sequence. */
import { NotLeader, OutcomeUnknown, Unavailable } from "#engines/errors.ts";
import type { Answer } from "#engines/store/port.ts";
import type { NodeId } from "#raft/configuration.ts";
import type { Operation } from "../linearizability.ts";
import type { RegisterInput, RegisterOutput } from "../register-model.ts";
import { Violation } from "../trace.ts";
import { readValue, runCommand } from "./registers.ts";
import type { StoreNode } from "./store-node.ts";
import type { StoreWorld } from "./store-world.ts";

/** How a read is made. `command` is one that runs where commands run and changes nothing. */
type ReadKind = "strong" | "command" | "position";

interface Asked {
  readonly sequence: number;
  readonly input: RegisterInput;
  readonly read: ReadKind;
  readonly called: number;
}

export class StoreClient {
  readonly history: Operation<RegisterInput, RegisterOutput>[] = [];
  readonly #world: StoreWorld;
  readonly #id: string;
  #sequence = 0;
  #attempt = 0;
  #current: Asked | null = null;
  #target: NodeId | null = null;
  #position = 0;
  readonly #known = new Map<string, string | null>();

  constructor(world: StoreWorld, id: string) {
    this.#world = world;
    this.#id = id;
  }

  get isIdle(): boolean {
    return this.#current === null;
  }

  think(): void {
    const { time, chance, plan } = this.#world;
    time.after(1 + chance.draw(plan.thinkMs), () => {
      if (!this.#world.takesOperations) return;
      this.#sequence++;
      const input = this.#draw();
      const read = chance.pick(["strong", "strong", "command", "position"] as const);
      this.#current = { sequence: this.#sequence, input, read, called: this.#world.moment() };
      this.#world.trace.note(
        this.#id,
        "asks",
        this.#sequence,
        () => `${JSON.stringify(input)} as number ${this.#sequence}`,
      );
      this.#ask();
    });
  }

  end(): void {
    if (this.#current !== null) this.#record(this.#current, null);
    this.#current = null;
  }

  #draw(): RegisterInput {
    const { chance, plan } = this.#world;
    const key = `k${chance.draw(plan.keys)}`;
    const value = `${this.#id}.${this.#sequence}`;
    const kind = chance.weighted({ read: 4, write: 2, append: 3, "compare-and-set": 2 });
    if (kind === "compare-and-set") return { kind, key, value, expected: this.#known.get(key) ?? null };
    return kind === "read" ? { kind, key } : { kind, key, value };
  }

  #ask(): void {
    const current = this.#current;
    if (current === null) return;
    const { time, chance, network, coverage, plan } = this.#world;
    const attempt = ++this.#attempt;
    const id = this.#target ?? chance.pick(this.#world.addresses);
    this.#target = id;
    network.send(this.#id, id, () => this.#arrive(id, current, attempt));
    time.after(plan.patienceMs * (0.7 + chance.draw(60) / 100), () => {
      if (attempt !== this.#attempt || this.#current !== current) return;
      coverage.add("client retries");
      this.#target = null;
      if (chance.happens(0.06) && !this.#world.isHealed) this.#giveUp(current);
      else this.#ask();
    });
  }

  #arrive(id: NodeId, asked: Asked, attempt: number): void {
    const node = this.#world.nodes.get(id);
    const links = node?.links;
    if (node === undefined || links == null) return;
    // What a spoiled copy says is wrong until it finds out; nobody is to hear it.
    if (node.isSpoiled && asked.input.kind === "read") return;
    const answers = (hear: () => void) => {
      // A process that has died answers nobody.
      if (node.links === links) this.#world.network.send(id, this.#id, hear);
    };
    this.#serve(node, asked).then(
      (answer) => answers(() => this.#done(id, asked, answer)),
      (error) => answers(() => this.#troubled(id, asked, attempt, error)),
    );
  }

  async #serve(node: StoreNode, { sequence, input, read }: Asked): Promise<Answer<RegisterOutput | null>> {
    const store = node.ready;
    if (store === null) throw new Unavailable("the node is starting");
    const { fault } = this.#world;
    if (input.kind !== "read" || read === "command") {
      const command = { client: this.#id, sequence, input };
      return store.write((tx) => runCommand(tx, command, fault !== "drop-receipts"));
    }
    const isStrong = read === "strong" && fault !== "weak-reads";
    const options = isStrong ? { strong: true } : { atLeast: read === "position" ? this.#position : 0 };
    const { value, position } = await store.read((database) => readValue(database, input.key), options);
    return { value: { kind: "value", value }, position };
  }

  #troubled(id: NodeId, asked: Asked, attempt: number, error: unknown): void {
    const { coverage, time, chance } = this.#world;
    if (!(error instanceof Unavailable)) {
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#world.fail(new Violation("errors are expected ones", `${id} answers ${this.#id} with ${what}`));
      return;
    }
    if (this.#current !== asked || attempt !== this.#attempt) return;
    const kind =
      error instanceof NotLeader
        ? "not-leader answers"
        : error instanceof OutcomeUnknown
          ? "unknown outcomes"
          : "unavailable answers";
    coverage.add(kind);
    this.#target = error instanceof NotLeader ? error.leaderId : null;
    const waited = ++this.#attempt;
    time.after(5 + chance.draw(25), () => {
      if (waited === this.#attempt && this.#current === asked) this.#ask();
    });
  }

  #done(id: NodeId, asked: Asked, { value: output, position }: Answer<RegisterOutput | null>): void {
    // Null: this client had gone on to another command before this one ran.
    if (this.#current !== asked || output === null) return;
    const { oracle, trace, coverage } = this.#world;
    const { input, read } = asked;
    trace.note(this.#id, "is answered", position, () => `by ${id}: ${JSON.stringify(output)} at ${position}`);
    coverage.add(input.kind === "read" ? `reads answered (${read})` : `${input.kind}s answered`);
    if (output.kind === "value") {
      this.#known.set(input.key, output.value);
      const atLeast = read === "position" ? this.#position : 0;
      const { value } = output;
      if (read !== "command")
        this.#world.guard(() => oracle.reads(id, input.key, atLeast, { value, position }));
    }
    if (input.kind === "write") this.#known.set(input.key, input.value);
    if (input.kind !== "read" || read !== "position") this.#record(asked, output);
    this.#position = Math.max(this.#position, position);
    this.#next();
  }

  #giveUp(asked: Asked): void {
    this.#world.coverage.add("clients that gave up");
    this.#world.trace.note(this.#id, "gives up", asked.sequence);
    if (asked.input.kind !== "read" || asked.read !== "position") this.#record(asked, null);
    this.#next();
  }

  #next(): void {
    this.#current = null;
    this.#attempt++;
    this.think();
  }

  #record({ input, called }: Asked, output: RegisterOutput | null): void {
    const returned = output === null ? null : { at: this.#world.moment(), output };
    this.history.push({ client: this.#id, input, called, returned });
  }
}
