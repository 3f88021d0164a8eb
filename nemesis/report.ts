/** What a run found, in figures that an operator understands. */
import type { Comparison } from "./aftermath.ts";
import type { AttemptCounts } from "./api-client.ts";
import type { Judgement } from "./checker.ts";
import type { Blow } from "./storm.ts";

export interface RunResult {
  readonly nodes: number;
  readonly seed: number;
  readonly stormMs: number;
  readonly blows: readonly Blow[];
  readonly judgement: Judgement;
  readonly comparison: Comparison;
  readonly counts: AttemptCounts;
  /** When writes were acknowledged. */
  readonly acknowledgedAt: readonly number[];
  /** Ends of nodes that nobody asked for. */
  readonly unexpectedEnds: readonly string[];
  /** Stops that took too long, as they may while links are cut. */
  readonly roughStops: readonly string[];
  /** How often each event stood in the nodes' logs. */
  readonly events: ReadonlyMap<string, number>;
  readonly uploads: readonly string[];
  readonly memoryPeakBytes: number;
  readonly diskNote: string;
}

/** Everything that must not be there. */
export function faultsOf(result: RunResult): readonly string[] {
  return [...result.judgement.violations, ...result.comparison.differences, ...result.unexpectedEnds];
}

/** The longest time without an acknowledged write between `from` and `to`. */
export function longestGap(acknowledgedAt: readonly number[], from: number, to: number): number {
  const within = acknowledgedAt.filter((at) => at > from && at < to).sort((a, b) => a - b);
  let longest = 0;
  let last = from;
  for (const at of [...within, to]) {
    longest = Math.max(longest, at - last);
    last = at;
  }
  return longest;
}

export function linesOf(result: RunResult): string[] {
  const { judged, undecided } = result.judgement;
  const perSecond = result.acknowledgedAt.length / (result.stormMs / 1_000);
  const blows = [...Map.groupBy(result.blows, ({ fault }) => fault)]
    .map(([fault, list]) => {
      const gaps = list.map(({ from, to }) => longestGap(result.acknowledgedAt, from, to));
      return `${fault} ×${list.length} (longest time without a write ${(Math.max(...gaps) / 1_000).toFixed(1)} s)`;
    })
    .sort();
  const faults = faultsOf(result);
  return [
    `${result.nodes} nodes, seed ${result.seed}: ${(result.stormMs / 60_000).toFixed(1)} minutes, ${result.blows.length} faults`,
    `operations on registers ${judged.operations} over ${judged.keys} keys, ${judged.unknown} of unknown outcome; ` +
      `appends acknowledged ${judged.appends}; announcements ${judged.posts}; reads of sessions ${judged.sessionReads}; ` +
      `commands sent again ${judged.replays}; ${perSecond.toFixed(0)} writes acknowledged per second`,
    `attempts ${result.counts.attempts}, of them unanswered ${result.counts.silences}, "unavailable" ${result.counts.unavailable}, turned away for haste ${result.counts.limited}`,
    `at the end ${result.comparison.tables} tables with ${result.comparison.rows} rows compared on every node at position ${result.comparison.position}: ${result.comparison.differences.length} differ`,
    ...result.uploads,
    ...(result.diskNote === "" ? [] : [result.diskNote]),
    `memory of a node at most ${Math.round(result.memoryPeakBytes / (1 << 20))} MiB`,
    `events in the logs: ${[...result.events].map(([event, count]) => `${event} ${count}`).join(", ") || "none"}`,
    ...blows.map((blow) => `fault: ${blow}`),
    ...result.roughStops.map((each) => `stopped late: ${each}`),
    ...undecided.map((each) => `not decided: ${each}`),
    ...faults.map((each) => `BROKEN: ${each}`),
    faults.length === 0 ? "nothing lost, doubled or stale" : `${faults.length} promises broken`,
  ];
}
