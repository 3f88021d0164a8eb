/**
 * The state that the simulated group keeps: keys with texts, and for each client the receipt of its last command, so that
 * a command that is sent again is answered with what it did the first time.
 */
import { present } from "#base/assert.ts";
import type { Configuration } from "#raft/configuration.ts";
import type { SnapshotId } from "#raft/message.ts";
import { type RegisterInput, type RegisterOutput, registerModel } from "../register-model.ts";

/** What a client wants done once, however often it says so. */
export interface Command {
  readonly client: string;
  readonly sequence: number;
  readonly input: RegisterInput;
}

interface Receipt {
  readonly sequence: number;
  readonly output: RegisterOutput;
}

/** A whole state, as a checkpoint or a snapshot holds it. */
export interface Image {
  readonly id: SnapshotId;
  readonly values: ReadonlyMap<string, string>;
  readonly receipts: ReadonlyMap<string, Receipt>;
}

/** Commands stand in entries by their number: a simulated byte need not be a real one. */
export class CommandBook {
  readonly #commands: Command[] = [];

  write(command: Command, bytes: number): Uint8Array {
    const payload = new Uint8Array(4 + bytes);
    new DataView(payload.buffer).setUint32(0, this.#commands.length);
    this.#commands.push(command);
    return payload;
  }

  read(payload: Uint8Array): Command {
    const place = new DataView(payload.buffer, payload.byteOffset).getUint32(0);
    return present(this.#commands[place], "a command that was written");
  }
}

export class Machine {
  readonly #values: Map<string, string>;
  readonly #receipts: Map<string, Receipt>;
  /** Forgets what it has done. A planted fault. */
  dropsReceipts = false;

  constructor(image: Image) {
    this.#values = new Map(image.values);
    this.#receipts = new Map(image.receipts);
  }

  get(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  /** What the command did, now or the first time; null when the client has gone on without an answer. */
  apply({ client, sequence, input }: Command): RegisterOutput | null {
    const receipt = this.#receipts.get(client);
    if (receipt !== undefined && sequence <= receipt.sequence && !this.dropsReceipts) {
      return receipt.sequence === sequence ? receipt.output : null;
    }
    const output = outputOf(input, this.get(input.key));
    const next = present(registerModel.step(this.get(input.key), input, output), "what it gives fits");
    if (next.state !== null) this.#values.set(input.key, next.state);
    this.#receipts.set(client, { sequence, output });
    return output;
  }

  /** Does it once more, whatever the receipts say. For a planted fault. */
  applyAgain({ input }: Command): void {
    const output = outputOf(input, this.get(input.key));
    const next = registerModel.step(this.get(input.key), input, output);
    if (next?.state != null) this.#values.set(input.key, next.state);
  }

  /** What the command would give now. For a planted fault. */
  preview({ input }: Command): RegisterOutput {
    return outputOf(input, this.get(input.key));
  }

  image(index: number, term: number, placed: { index: number; configuration: Configuration }): Image {
    return {
      id: {
        index,
        term,
        configuration: { index: placed.index, members: placed.configuration.members },
      },
      values: new Map(this.#values),
      receipts: new Map(this.#receipts),
    };
  }

  /** Equal for equal states. */
  get digest(): string {
    const receipts = [...this.#receipts].map(([client, { sequence }]) => [client, sequence]);
    return JSON.stringify([[...this.#values].sort(), receipts.sort()]);
  }
}

function outputOf(input: RegisterInput, state: string | null): RegisterOutput {
  switch (input.kind) {
    case "read":
      return { kind: "value", value: state };
    case "compare-and-set":
      return { kind: "swapped", swapped: state === input.expected };
    default:
      return { kind: "done" };
  }
}
