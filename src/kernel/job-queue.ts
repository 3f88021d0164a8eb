/** The queue of jobs, as commands see it: a row, written in the transaction of the command that wants the work done. */
import type { JsonObject } from "#base/json.ts";
import { type Database, tablesOf } from "#engines/store/port.ts";
import type { FeedTables } from "./feed-tables.ts";
import type { JobType } from "./job.ts";

/** Puts a job into the table; gives its id. It is begun at `notBefore`, or as soon as a worker is free. */
export async function enqueueJob<Input extends JsonObject>(
  database: Database,
  job: {
    readonly id: string;
    readonly type: JobType<Input>;
    readonly input: Input;
    readonly now: number;
    readonly notBefore?: number;
  },
): Promise<string> {
  await tablesOf<FeedTables>(database)
    .insertInto("jobs")
    .values({
      id: job.id,
      name: job.type.name,
      input: JSON.stringify(job.input),
      state: "waiting",
      attempt: 0,
      due_at: job.notBefore ?? job.now,
      worker: null,
      lease_until: null,
      fence: 0,
      reason: null,
      result: null,
      created_at: job.now,
      finished_at: null,
    })
    .execute();
  return job.id;
}
