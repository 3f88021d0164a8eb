/** A process of its own that runs the seeds it is told, and answers with what became of them. */
import { type LevelName, levelOf, type SeedResult } from "./level.ts";
import { Coverage } from "./trace.ts";

export interface Job {
  readonly id: number;
  readonly level: LevelName;
  readonly start: number;
  readonly count: number;
  readonly fault: string | null;
  readonly checksRules: boolean;
  /** Stops at the first seed that fails. */
  readonly stopsAtFailure: boolean;
}

export interface JobResult {
  readonly id: number;
  readonly seeds: number;
  readonly events: number;
  readonly cpuMs: number;
  readonly coverage: readonly (readonly [string, number])[];
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly seed: number;
  readonly checker: string;
  readonly message: string;
}

async function runJob(job: Job): Promise<JobResult> {
  const level = await levelOf(job.level);
  const coverage = new Coverage();
  const failures: Failure[] = [];
  const cpu = process.cpuUsage();
  let seeds = 0;
  let events = 0;
  for (let seed = job.start; seed < job.start + job.count; seed++) {
    const { fault, checksRules } = job;
    const result: SeedResult = await level.runSeed({ seed, fault, checksRules, isVerbose: false });
    seeds++;
    events += result.events;
    coverage.merge(result.coverage);
    if (result.failure === null) continue;
    failures.push({ seed, ...result.failure });
    if (job.stopsAtFailure) break;
  }
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1_000;
  return { id: job.id, seeds, events, cpuMs, coverage: [...coverage.counts], failures };
}

if (import.meta.main) {
  process.on("message", (job: Job) => {
    runJob(job).then(
      (result) => process.send?.(result),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  // Nobody waits for an answer any more.
  process.on("disconnect", () => process.exit(0));
}
