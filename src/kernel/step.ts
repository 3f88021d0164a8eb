/**
 * Work in the background reaches the store in steps: reads on a snapshot, and small transactions that hold what a
 * command's holds. What is long is cut into many of them, so that nobody's command waits behind it.
 */
import type { Kysely } from "kysely";
import type { Clock } from "#base/clock.ts";
import { createIdSource } from "#base/ids.ts";
import type { JsonObject } from "#base/json.ts";
import type { Random } from "#base/random.ts";
import { type Database, type Store, tablesOf, type WriteTransaction } from "#engines/store/port.ts";
import { heldBlobs } from "./blob-holds.ts";
import type { EventType } from "./event.ts";
import { appendEvents, type NewEvent } from "./feed.ts";
import type { HeldBlobs } from "./held-blobs.ts";
import type { JobType } from "./job.ts";
import { enqueueJob } from "./job-queue.ts";

/** One small transaction: at most 512 rows, nothing slow, and harmless when it is run twice. */
export interface Step<Tables> {
  /** The transaction, typed as the slice's own tables. */
  readonly tx: Kysely<Tables>;
  /** Milliseconds UTC. */
  readonly now: number;
  readonly newId: () => string;
  readonly random: (count: number) => Uint8Array;
  /** Puts an event into the feed, in this transaction. Events carry ids, not personal data. */
  readonly emit: <Data extends JsonObject>(type: EventType<Data>, data: Data) => void;
  /** Puts a job into the table of jobs, in this transaction; gives its id. */
  readonly enqueue: <Input extends JsonObject>(
    type: JobType<Input>,
    input: Input,
    options?: { readonly notBefore?: number },
  ) => Promise<string>;
  /** Says which blobs this slice's rows refer to, so that no blob in use is ever collected. */
  readonly blobs: HeldBlobs;
}

/** How background work reads and writes the tables of its slice. */
export interface Steps<Tables> {
  /** Reads on a snapshot of its own; slow work belongs outside of it. */
  read<Result>(work: (db: Kysely<Tables>) => Promise<Result>): Promise<Result>;
  /** Runs one step; durable once it resolves. */
  write<Result>(work: (step: Step<Tables>) => Promise<Result>): Promise<Result>;
}

export interface StepParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
}

/** What a transaction offers to the work in it; the events that the work emits gather in `events`. */
export function stepIn<Tables>(
  database: Database,
  source: Pick<Step<Tables>, "now" | "newId" | "random"> & { readonly events: NewEvent[] },
): Step<Tables> {
  const { now, newId, random, events } = source;
  return {
    tx: tablesOf<Tables>(database),
    now,
    newId,
    random,
    emit: (type, data) => events.push({ type: type.type, data }),
    enqueue: (type, input, options) => enqueueJob(database, { id: newId(), type, input, now, ...options }),
    blobs: heldBlobs(database, now),
  };
}

/** Does `work` as a step in a transaction that is already open. */
export async function takeStep<Tables, Result>(
  transaction: WriteTransaction,
  { clock, random, nextId }: Omit<StepParts, "store"> & { readonly nextId: (now: number) => string },
  work: (step: Step<Tables>) => Promise<Result>,
): Promise<Result> {
  const now = clock.now();
  const events: NewEvent[] = [];
  const step = stepIn<Tables>(transaction.database, {
    now,
    newId: () => nextId(now),
    random: (count) => random.bytes(count),
    events,
  });
  const result = await work(step);
  if (events.length > 0) await appendEvents(transaction, events, now);
  return result;
}

/** The steps of one piece of work. `check` runs in each transaction first, and throws where the work is no longer ours. */
export function stepsOf<Tables>(
  { store, clock, random }: StepParts,
  check: (database: Database) => Promise<void> = async () => {},
): Steps<Tables> {
  const nextId = createIdSource(random);
  return {
    async read(work) {
      return (await store.read((database) => work(tablesOf<Tables>(database)))).value;
    },
    async write(work) {
      const { value } = await store.write(async (transaction) => {
        await check(transaction.database);
        return takeStep(transaction, { clock, random, nextId }, work);
      });
      return value;
    },
  };
}
