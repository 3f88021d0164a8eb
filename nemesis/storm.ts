/** The schedule: which faults come when, drawn from a seed, and what was done when, for the report. */
import { setTimeout as sleep } from "node:timers/promises";
import { present } from "#base/assert.ts";
import { type Chance, chanceOf } from "./chance.ts";
import { type Fault, type FaultParts, faults } from "./faults.ts";
import type { RealCluster } from "./real-cluster.ts";

export interface StormOptions {
  readonly cluster: RealCluster;
  readonly seed: number;
  readonly durationMs: number;
  readonly smallDisks: readonly string[];
  /** Told of everything that is done. */
  readonly note: (what: string) => void;
}

/** One fault, from when to when. */
export interface Blow {
  readonly fault: string;
  readonly leavesMajority: boolean;
  readonly from: number;
  readonly to: number;
}

const lastsMs = [500, 8_000] as const;
const calmMs = [500, 4_000] as const;

/** Lets faults come, one or two at a time, until the time is up; afterwards everything runs and all links are whole. */
export async function storm(options: StormOptions): Promise<readonly Blow[]> {
  const { cluster, durationMs, note, smallDisks } = options;
  const chance = chanceOf(options.seed);
  const parts: FaultParts = {
    cluster,
    chance,
    note,
    smallDisks,
    last: () => sleep(chance.between(...lastsMs)),
  };
  const blows: Blow[] = [];
  const start = performance.now();
  while (performance.now() - start < durationMs) {
    await sleep(chance.between(...calmMs));
    const fault = draw(parts, () => true);
    // Links that are slow or broken go together with anything.
    const second = chance.oneIn(4) ? draw(parts, ({ name }) => /links|connections/.test(name)) : null;
    const from = performance.now();
    await Promise.all([fault.run(parts), second === null || second === fault ? null : second.run(parts)]);
    blows.push({ fault: fault.name, leavesMajority: fault.leavesMajority, from, to: performance.now() });
  }
  cluster.links.healAll();
  return blows;
}

function draw(parts: FaultParts, fits: (fault: Fault) => boolean): Fault {
  const possible = faults.filter((fault) => fits(fault) && fault.isPossible(parts));
  return weighted(parts.chance, possible);
}

function weighted(chance: Chance, list: readonly Fault[]): Fault {
  let ticket = chance.below(list.reduce((sum, { weight }) => sum + weight, 0));
  for (const fault of list) {
    ticket -= fault.weight;
    if (ticket < 0) return fault;
  }
  return present(list.at(-1), "a list to draw from is not empty");
}
