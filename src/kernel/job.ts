/** Jobs: work that takes longer than a command may, or reaches outside the store. Rows enqueued with the command. */
import type { z } from "zod";
import type { JsonObject } from "#base/json.ts";
import type { Services } from "./services.ts";
import type { Step, Steps } from "./step.ts";

/** Thrown by a job's `run` where another attempt is of no use: it is parked at once, with this reason. */
export class FinalFailure extends Error {
  override readonly name = "FinalFailure";
}

export interface JobType<Input extends JsonObject> {
  /** `<slice>.<verbNoun>`. */
  readonly name: string;
  /** Only for the compiler: the shape of the input. */
  readonly input?: Input;
}

/** `read` and `write` are for work in chunks; a `write` fails once the job is cancelled or somebody else's. */
export interface JobRun<Tables, Input> extends Steps<Tables> {
  readonly jobId: string;
  readonly input: Input;
  /** How many times it has been begun, this one included. */
  readonly attempt: number;
  readonly now: number;
  readonly services: Services;
  /** Aborted when the job is cancelled, its lease is lost or the node shuts down. */
  readonly signal: AbortSignal;
}

export interface JobSpec<Tables, Input extends JsonObject, Result extends JsonObject> {
  readonly name: string;
  readonly summary: string;
  readonly inputSchema: z.ZodType<Input>;
  /** After so many failures it is parked with the reason. Default 5. */
  readonly attemptsMax?: number;
  /** How long one attempt may take before another worker may take the job. Default one minute. */
  readonly leaseMs?: number;
  /** The slow part, outside any transaction; must be harmless when run twice. */
  run(run: JobRun<Tables, Input>): Promise<Result>;
  /** Writes the result, in the transaction that marks the job as done. */
  finish?(step: Step<Tables> & { readonly input: Input; readonly result: Result }): Promise<void>;
}

/** A job with its types forgotten, as the runner sees it. */
export interface Job extends JobType<JsonObject> {
  readonly summary: string;
  readonly inputSchema: z.ZodType;
  readonly attemptsMax: number;
  readonly leaseMs: number;
  readonly run: (run: never) => Promise<JsonObject>;
  readonly finish: ((step: never) => Promise<void>) | null;
}

/** Declares a job of a slice with these tables. */
export function jobFor<Tables>() {
  return <Input extends JsonObject, Result extends JsonObject>(
    spec: JobSpec<Tables, Input, Result>,
  ): Job & JobType<Input> =>
    ({
      name: spec.name,
      summary: spec.summary,
      inputSchema: spec.inputSchema,
      attemptsMax: spec.attemptsMax ?? 5,
      leaseMs: spec.leaseMs ?? 60_000,
      run: spec.run.bind(spec),
      finish: spec.finish?.bind(spec) ?? null,
    }) as Job & JobType<Input>;
}
