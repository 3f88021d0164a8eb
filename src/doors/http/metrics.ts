/** Figures about this node in the OpenMetrics text format: requests by operation, the store, the process. */
import type { Store } from "#engines/store/port.ts";

/** Upper bounds of the histogram's buckets, in seconds. */
const bucketBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export const openMetricsMediaType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

export interface Metrics {
  /** Gives the function that counts one answered request of `operation`. Made once per operation: requests are hot. */
  readonly observerOf: (operation: string) => (status: number, durationMs: number) => void;
  /** Everything as text. */
  readonly render: (store: Store, more: Readonly<Record<string, number>>) => string;
}

interface Series {
  readonly byStatus: Map<number, number>;
  readonly buckets: number[];
  sumSeconds: number;
  count: number;
}

export function createMetrics(): Metrics {
  const byOperation = new Map<string, Series>();
  return {
    observerOf(operation) {
      const series: Series = {
        byStatus: new Map(),
        buckets: new Array<number>(bucketBounds.length).fill(0),
        sumSeconds: 0,
        count: 0,
      };
      byOperation.set(operation, series);
      return (status, durationMs) => {
        const seconds = durationMs / 1_000;
        series.byStatus.set(status, (series.byStatus.get(status) ?? 0) + 1);
        series.sumSeconds += seconds;
        series.count++;
        const bucket = bucketBounds.findIndex((bound) => seconds <= bound);
        if (bucket !== -1) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
      };
    },
    render(store, more) {
      const lines = [...requestLines(byOperation), ...storeLines(store)];
      const memory = process.memoryUsage();
      lines.push(...figure("lyceum_process_resident_memory_bytes", "Memory of the process.", memory.rss));
      lines.push(...figure("lyceum_process_heap_bytes", "JavaScript heap in use.", memory.heapUsed));
      lines.push(...figure("lyceum_process_uptime_seconds", "Seconds since the start.", process.uptime()));
      for (const [name, value] of Object.entries(more)) lines.push(...figure(`lyceum_${name}`, null, value));
      return `${lines.join("\n")}\n# EOF\n`;
    },
  };
}

function requestLines(byOperation: ReadonlyMap<string, Series>): string[] {
  const counts = ["# TYPE lyceum_http_requests counter", "# HELP lyceum_http_requests Requests answered."];
  const times = [
    "# TYPE lyceum_http_request_duration_seconds histogram",
    "# UNIT lyceum_http_request_duration_seconds seconds",
    "# HELP lyceum_http_request_duration_seconds From the request's arrival to the end of the answer.",
  ];
  for (const [operation, series] of byOperation) {
    if (series.count === 0) continue;
    for (const [status, count] of series.byStatus)
      counts.push(`lyceum_http_requests_total{operation="${operation}",status="${status}"} ${count}`);
    let below = 0;
    const name = "lyceum_http_request_duration_seconds";
    for (const [index, bound] of bucketBounds.entries()) {
      below += series.buckets[index] ?? 0;
      times.push(`${name}_bucket{operation="${operation}",le="${bound.toFixed(3)}"} ${below}`);
    }
    times.push(`${name}_bucket{operation="${operation}",le="+Inf"} ${series.count}`);
    times.push(`${name}_sum{operation="${operation}"} ${series.sumSeconds.toFixed(6)}`);
    times.push(`${name}_count{operation="${operation}"} ${series.count}`);
  }
  return [...counts, ...times];
}

function storeLines(store: Store): string[] {
  const { position, queued, readOnlyBecause, figures } = store.status();
  return [
    ...figure("lyceum_store_position", "Position of the last commit.", position),
    ...figure("lyceum_store_queued_commands", "Commands waiting to be run.", queued),
    ...figure("lyceum_store_read_only", "1 while commands are refused.", readOnlyBecause === null ? 0 : 1),
    ...Object.entries(figures).flatMap(([name, value]) => figure(`lyceum_store_${name}`, null, value)),
  ];
}

/** A figure as a family of its own; a name that ends in `_total` is that of a counter, as the format wants it. */
function figure(name: string, help: string | null, value: number): string[] {
  const isCounter = name.endsWith("_total");
  const family = isCounter ? name.slice(0, -"_total".length) : name;
  const head = [`# TYPE ${family} ${isCounter ? "counter" : "gauge"}`];
  if (help !== null) head.push(`# HELP ${family} ${help}`);
  return [...head, `${name} ${value}`];
}
