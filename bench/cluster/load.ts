/**
 * The load of the cluster benchmarks, in a process of its own: as many clients as wished, each of which waits for its
 * answer before it writes again, to keys and values of the same size whoever serves. Prints one line of JSON.
 */
import { assert, present } from "#base/assert.ts";
import { quantile } from "./figures.ts";
import { type Write, type WriteKind, writerOf } from "./writers.ts";

export interface Load {
  readonly kind: WriteKind;
  /** `host:port` of each node that is written to; the clients are spread over them. */
  readonly addresses: readonly string[];
  readonly token: string | null;
  readonly clients: number;
  readonly durationMs: number;
  readonly valueBytes: number;
}

export interface LoadFigures {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the load itself per command. */
  readonly clientCpuMs: number;
}

/** Connections that gRPC clients share, as programs do: one for each 64 clients. */
const clientsPerChannel = 64;
const keys = 1_000;

async function run(wish: Load): Promise<LoadFigures> {
  const filler = "v".repeat(wish.valueBytes);
  const nonce = `${process.pid}-${Date.now()}`;
  const latencies: number[] = [];
  let sequence = 0;
  const writers = Array.from({ length: wish.clients }, (_, client) => writeTo(wish, client));
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await Promise.all(
    writers.map(async (write) => {
      for (;;) {
        const called = performance.now();
        if (called - start >= wish.durationMs) return;
        const own = sequence++;
        const value = `${own}:${filler}`.slice(0, wish.valueBytes);
        await write(`bench-${own % keys}`, value, `${nonce}-${own}`);
        latencies.push(performance.now() - called);
      }
    }),
  );
  const elapsedMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  assert(latencies.length > 0, "the load wrote something");
  return {
    count: latencies.length,
    perSecond: (latencies.length / elapsedMs) * 1_000,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    clientCpuMs: (user + system) / 1_000 / latencies.length,
  };
}

function writeTo({ kind, addresses, token }: Load, client: number): Write {
  const address = present(addresses[client % addresses.length], "an address");
  const channel = Math.floor(client / clientsPerChannel);
  return writerOf({ kind, address, token, channel, deadlineMs: null });
}

if (import.meta.main) {
  const wish = JSON.parse(present(process.argv[2], "what to do, as JSON")) as Load;
  process.stdout.write(`${JSON.stringify(await run(wish))}\n`);
  process.exit(0);
}
