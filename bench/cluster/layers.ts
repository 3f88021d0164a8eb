/**
 * The layers of one write, measured from inside the node that leads: what the disk takes to sync, what the quorum takes
 * to answer, the store below the doors, and the whole operation without a door.
 */
import { randomBytes, randomUUID } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { tablesOf } from "#engines/store/port.ts";
import type { Kernel } from "#kernel/kernel.ts";
import { quantile } from "./figures.ts";

export interface Layer {
  /** `sync`: a write of one frame and fdatasync; `quorum`: a strong read of nothing; then the store, then `call()`. */
  readonly layer: "sync" | "quorum" | "store" | "call";
  readonly clients: number;
  readonly durationMs: number;
  readonly valueBytes: number;
  /** An admin's. */
  readonly token: string;
  readonly folder: string;
}

export interface LayerFigures {
  readonly count: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Probes {
  cluster_probes: { key: string; value: string; version: number; written_at: number };
}

const keys = 1_000;
/** About what one command of this size leaves in the log. */
const frameBytes = 1_024;

export async function runLayer(kernel: Kernel, wish: Layer): Promise<LayerFigures> {
  const { clients, durationMs } = wish;
  const step = stepOf(kernel, wish);
  const latencies: number[] = [];
  let next = 0;
  const start = performance.now();
  const client = async () => {
    for (;;) {
      const called = performance.now();
      if (called - start >= durationMs) return;
      await step(next++);
      latencies.push(performance.now() - called);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const perSecond = (latencies.length / (performance.now() - start)) * 1_000;
  return {
    count: latencies.length,
    perSecond,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

function stepOf(kernel: Kernel, wish: Layer): (sequence: number) => Promise<unknown> {
  const { valueBytes, token, folder } = wish;
  const { store } = kernel;
  const keyOf = (sequence: number) => `bench-${sequence % keys}`;
  const textAt = (sequence: number) => `${sequence}:`.padEnd(valueBytes, "v");
  switch (wish.layer) {
    case "sync": {
      const fd = fs.openSync(join(folder, "sync-probe"), "w");
      const bytes = Buffer.alloc(frameBytes, 1);
      fs.writeSync(fd, Buffer.alloc(frameBytes * keys));
      return async (sequence) => {
        fs.writeSync(fd, bytes, 0, bytes.length, (sequence % keys) * frameBytes);
        fs.fdatasyncSync(fd);
        // A leader that is never let out of here would be taken for dead.
        await nextTurn();
      };
    }
    case "quorum":
      return () => store.read(async () => null, { strong: true });
    case "store":
      return (sequence) =>
        store.write(async ({ database }) => {
          const value = textAt(sequence);
          await tablesOf<Probes>(database)
            .insertInto("cluster_probes")
            .values({ key: keyOf(sequence), value, version: 1, written_at: sequence })
            .onConflict((conflict) => conflict.column("key").doUpdateSet({ value, written_at: sequence }))
            .execute();
        });
    case "call":
      return (sequence) =>
        kernel.call({
          operation: "cluster.writeProbe",
          input: { key: keyOf(sequence), value: textAt(sequence) },
          token,
          idempotencyKey: randomUUID(),
          atLeast: null,
          requestId: "bench",
          origin: { door: "internal", address: null, agent: null },
        });
  }
}

export interface Fill {
  readonly layer: "fill";
  /** How much to write, at random, in rows of 4 KB. */
  readonly bytes: number;
}

const rowBytes = 4_096;
const rowsPerCommand = 64;
const fillClients = 4;

/** Fills the store with rows of which no client knows, a command's worth at a time. */
export async function fill({ store }: Kernel, { bytes }: Fill): Promise<void> {
  const rows = Math.ceil(bytes / rowBytes);
  let next = 0;
  const client = async () => {
    while (next < rows) {
      const first = next;
      next += rowsPerCommand;
      const values = Array.from({ length: Math.min(rowsPerCommand, rows - first) }, (_, place) => ({
        key: `fill-${first + place}`,
        value: randomBytes((rowBytes * 3) / 4).toString("base64"),
        version: 1,
        written_at: 0,
      }));
      await store.write(({ database }) =>
        tablesOf<Probes>(database)
          .insertInto("cluster_probes")
          .values(values)
          .onConflict((conflict) => conflict.column("key").doNothing())
          .execute(),
      );
    }
  };
  await Promise.all(Array.from({ length: fillClients }, client));
}
