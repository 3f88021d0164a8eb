/** What the clients did and heard: operations on registers for the judge of linearizability, and findings of their own. */
import type { Operation } from "../sim/linearizability.ts";
import type { RegisterInput, RegisterOutput } from "../sim/register-model.ts";

export type Recorded = Operation<RegisterInput, RegisterOutput>;

/** An element that a client tried to append to a list, or a thing that it tried to make once. */
export interface Intended {
  readonly place: string;
  readonly element: string;
  /** `unknown`: it may be there once or not at all. */
  readonly outcome: "acknowledged" | "refused" | "unknown";
}

export class History {
  readonly operations: Recorded[] = [];
  readonly appends: Intended[] = [];
  readonly posts: Intended[] = [];
  /** What a client saw itself that must never be seen; each a sentence. */
  readonly findings: string[] = [];
  /** When writes were acknowledged, by the clock of all operations: the gaps between them are what people feel. */
  readonly acknowledgedAt: number[] = [];
  sessionReads = 0;
  replays = 0;

  now(): number {
    return performance.now();
  }
}
