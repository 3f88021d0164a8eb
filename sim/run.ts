/**
 * `npm run sim`: whole clusters in virtual time, each from a seed.
 *
 *   npm run sim                               1000 fresh seeds on the core
 *   npm run sim -- --seeds 5000 --start 1     those seeds
 *   npm run sim -- --store --seeds 200        with the real store
 *   npm run sim -- --seed 4711 --verbose      one seed, with everything that happens in it
 *   npm run sim -- --fault forget-vote        with a bug planted: seeds should fail
 *   npm run sim -- --outcomes                 look only at what comes of bugs, not at broken rules
 *   npm run sim -- --planted                  plants every bug in turn and shows how many seeds find it
 *   npm run sim -- --report                   also writes what was found to docs/reports/sim.md
 */
import os from "node:os";
import { parseArgs } from "node:util";
import { assert } from "#base/assert.ts";
import { type LevelName, levelOf } from "./level.ts";
import { plantAll } from "./planted.ts";
import { Pool } from "./pool.ts";
import { writeSection } from "./report.ts";
import { Coverage } from "./trace.ts";
import type { Failure } from "./worker.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string" },
    start: { type: "string" },
    seed: { type: "string" },
    store: { type: "boolean", default: false },
    fault: { type: "string" },
    outcomes: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
    planted: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
    workers: { type: "string" },
  },
});

const level: LevelName = values.store ? "store" : "core";
const fault = values.fault ?? null;
const checksRules = !values.outcomes;
const workers = count(values.workers, "workers") ?? Math.max(1, Math.min(8, os.availableParallelism()));
const failuresMax = 10;

if (fault !== null) {
  const { faults } = await levelOf(level);
  assert(faults.includes(fault), `no such fault: ${fault}; there are ${faults.join(", ")}`);
}
const only = count(values.seed, "seed");
if (only !== null) process.exitCode = await runOne(only);
else if (values.planted) process.exitCode = await runPlanted();
else process.exitCode = await runMany();

/** One seed in this process. */
async function runOne(seed: number): Promise<number> {
  const { runSeed } = await levelOf(level);
  const result = await runSeed({ seed, fault, checksRules, isVerbose: values.verbose });
  for (const line of result.transcript) console.log(line);
  console.log(`seed ${seed}: ${result.events} events, hash ${result.hash}`);
  if (result.failure === null) return 0;
  console.error(`FAILED ${result.failure.checker}: ${result.failure.message}`);
  return 1;
}

async function runMany(): Promise<number> {
  const seeds = count(values.seeds, "seeds") ?? 1_000;
  const start = count(values.start, "start") ?? (Date.now() % 1_000_000_000) + 1;
  console.log(`${level}: seeds ${start} to ${start + seeds - 1}, ${workers} workers`);
  const pool = new Pool(workers);
  const coverage = new Coverage();
  const failures: Failure[] = [];
  const startedAt = performance.now();
  let done = 0;
  let events = 0;
  let cpuMs = 0;
  let next = start;
  const batch = Math.max(1, Math.min(level === "core" ? 100 : 5, Math.ceil(seeds / workers / 2)));
  const work = async () => {
    while (next < start + seeds && failures.length < failuresMax) {
      const first = next;
      const size = Math.min(batch, start + seeds - first);
      next += size;
      const result = await pool.run({
        level,
        start: first,
        count: size,
        fault,
        checksRules,
        stopsAtFailure: false,
      });
      done += result.seeds;
      events += result.events;
      cpuMs += result.cpuMs;
      coverage.merge(result.coverage);
      failures.push(...result.failures);
      for (const failure of result.failures) tell(failure);
    }
  };
  const progress = setInterval(
    () => console.log(`  ${done} of ${seeds} seeds, ${rate(done, startedAt)}`),
    30_000,
  );
  await Promise.all(Array.from({ length: workers }, work)).finally(() => {
    clearInterval(progress);
    pool.close();
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const lines = [
    `${done} seeds (${start} to ${start + done - 1}) in ${seconds.toFixed(0)} s, ${rate(done, startedAt)}, ${(cpuMs / done).toFixed(1)} ms of processor time and ${(events / done).toFixed(0)} events each`,
    `${failures.length} failed`,
    "",
    ...covered(coverage),
  ];
  for (const line of lines) console.log(line);
  if (values.report) writeSection(level === "core" ? "The core" : "The store", lines);
  return failures.length === 0 ? 0 : 1;
}

async function runPlanted(): Promise<number> {
  const pool = new Pool(workers);
  try {
    const { lines, isComplete } = await plantAll(pool, level, (line) => console.log(line));
    if (values.report)
      writeSection(
        level === "core" ? "Bugs planted in and around the core" : "Bugs planted under the store",
        lines,
      );
    return isComplete ? 0 : 1;
  } finally {
    pool.close();
  }
}

function tell({ seed, checker, message }: Failure): void {
  const flags = [
    values.store ? " --store" : "",
    fault === null ? "" : ` --fault ${fault}`,
    checksRules ? "" : " --outcomes",
  ];
  console.error(
    `seed ${seed} FAILED: ${checker}: ${message}\n  replay: npm run sim --${flags.join("")} --seed ${seed} --verbose`,
  );
}

/** What happened, so that a run in which nothing did proves nothing. */
function covered({ counts }: Coverage): string[] {
  const width = Math.max(...[...counts.keys()].map((each) => each.length));
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, times]) => `${what.padEnd(width)} ${String(times).padStart(12)}`);
}

function rate(done: number, startedAt: number): string {
  return `${((done * 1_000) / (performance.now() - startedAt)).toFixed(1)} seeds/s`;
}

function count(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  const number = Number(text);
  assert(Number.isSafeInteger(number) && number >= 0, `--${name} takes a whole number, not ${text}`);
  return number;
}
