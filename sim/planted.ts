/**
 * Plants every known bug in turn and counts the seeds that it takes until a check fails: a simulator that finds no planted
 * bug proves nothing about the bugs that nobody planted.
 */
import { type LevelName, levelOf } from "./level.ts";
import type { Pool } from "./pool.ts";

/** Searches per bug, each from a seed of its own; their median is what is told. */
const starts = [1, 100_001, 200_001, 300_001, 400_001];
/** A bug that hides from so many seeds in a row counts as not found. */
const seedsMax = { core: 20_000, store: 300 } as const;

/** Bugs that do no harm to what is stored: they only cost time, and only a rule's own check sees them. */
const harmless = new Set(["drop-pre-vote"]);

interface Found {
  /** Seeds run until the one that failed, itself included; null when none did. */
  readonly seeds: number | null;
  readonly checker: string;
}

export async function plantAll(
  pool: Pool,
  level: LevelName,
  print: (line: string) => void,
): Promise<{ readonly lines: string[]; readonly isComplete: boolean }> {
  const { faults } = await levelOf(level);
  // Around the real store nearly all checks look at what comes of a bug anyway.
  const hasOutcomes = level === "core";
  const lines = [
    `| bug | seeds until a check fails (median of 5; least–most) | which check |${hasOutcomes ? " seeds, looking only at what comes of it | which check |" : ""}`,
    `|---|---|---|${hasOutcomes ? "---|---|" : ""}`,
  ];
  for (const line of lines) print(line);
  let isComplete = true;
  for (const fault of faults) {
    const withRules = await searchAll(pool, level, fault, true);
    if (withRules.some(({ seeds }) => seeds === null)) isComplete = false;
    let line = `| ${fault} | ${describe(withRules)} |`;
    if (hasOutcomes) {
      const isHarmless = harmless.has(fault);
      const outcome = isHarmless ? null : describe(await searchAll(pool, level, fault, false));
      line += ` ${outcome ?? "harms nobody's data | –"} |`;
    }
    lines.push(line);
    print(line);
  }
  return { lines, isComplete };
}

function searchAll(pool: Pool, level: LevelName, fault: string, checksRules: boolean): Promise<Found[]> {
  return Promise.all(starts.map((start) => search(pool, level, fault, checksRules, start)));
}

async function search(
  pool: Pool,
  level: LevelName,
  fault: string,
  checksRules: boolean,
  start: number,
): Promise<Found> {
  const batch = level === "core" ? 250 : 10;
  for (let tried = 0; tried < seedsMax[level]; tried += batch) {
    const { failures } = await pool.run({
      level,
      start: start + tried,
      count: batch,
      fault,
      checksRules,
      stopsAtFailure: true,
    });
    const [failure] = failures;
    if (failure !== undefined) return { seeds: failure.seed - start + 1, checker: failure.checker };
  }
  return { seeds: null, checker: "none" };
}

function describe(found: readonly Found[]): string {
  const counts = found.map(({ seeds }) => seeds ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const [least = 0] = counts;
  const median = counts[counts.length >> 1] ?? 0;
  const most = counts.at(-1) ?? 0;
  const checkers = [...new Set(found.map(({ checker }) => checker))].filter((checker) => checker !== "none");
  const words = (count: number) => (count === Number.POSITIVE_INFINITY ? "not found" : String(count));
  return `${words(median)} (${words(least)}–${words(most)}) | ${checkers.join(", ") || "none"}`;
}
