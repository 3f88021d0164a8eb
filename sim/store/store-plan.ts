/** What kind of world a seed with the real store makes; shorter than those of the core, since each step costs more. */
import type { SqliteLimits } from "#engines/store/sqlite/limits.ts";
import type { Chance } from "../chance.ts";
import type { Weather } from "../network.ts";

/** Bugs planted around the store: in the disk, the links, the checkpoints, the database, and what runs on it. */
export const storeFaults = [
  "lying-fsync",
  "acknowledge-before-saved",
  "lying-checkpoint",
  "apply-twice",
  "drop-receipts",
  "weak-reads",
] as const;

export const storeHarms = {
  stop: 4,
  kill: 6,
  "power-cut": 6,
  "power-cut-leader": 5,
  "power-cut-all": 2,
  "crash-at-a-step": 5,
  partition: 4,
  "cut-leader-off": 4,
  "one-way-cut": 3,
  heal: 6,
  freeze: 2,
  "freeze-leader": 3,
  "full-disk": 2,
  "failing-disk": 2,
  "slow-disks": 2,
  rot: 2,
  "spoil-copy": 6,
  transfer: 3,
  "add-node": 5,
  "remove-node": 4,
};
export type StoreHarm = keyof typeof storeHarms;

export interface StorePlan {
  readonly nodes: number;
  readonly clients: number;
  readonly keys: number;
  readonly durationMs: number;
  readonly thinkMs: number;
  readonly patienceMs: number;
  readonly weather: Weather;
  readonly syncMsMax: number;
  /** The chance that a new leader loses power at once. */
  readonly youngDeaths: number;
  readonly snapshotMs: number;
  readonly harmEveryMs: number;
  readonly restartMsMax: number;
  readonly harms: Readonly<Record<StoreHarm, number>>;
  readonly timing: {
    readonly tickMs: number;
    readonly heartbeatTicks: number;
    readonly electionTicks: number;
  };
  readonly limits: Partial<SqliteLimits>;
}

export function drawStorePlan(chance: Chance): StorePlan {
  const kept = chance.pick([0.4, 0.7, 1]);
  const harms = { ...storeHarms };
  for (const harm of Object.keys(harms) as StoreHarm[]) if (!chance.happens(kept)) harms[harm] = 0;
  harms.heal = 6;
  const comparesOften = chance.happens(0.5);
  // A copy that is spoiled is only found for certain where copies are compared.
  if (!comparesOften) harms["spoil-copy"] = 0;
  const isRough = chance.happens(0.5);
  return {
    nodes: chance.pick([1, 2, 3, 3, 3, 3, 3, 5]),
    clients: chance.between(2, 4),
    keys: chance.between(1, 3),
    durationMs: chance.between(600, 1_800),
    thinkMs: chance.pick([5, 20, 60]),
    patienceMs: chance.pick([60, 150, 400]),
    weather: {
      loss: isRough ? chance.pick([0.01, 0.05, 0.15]) : 0,
      duplicate: 0,
      delayMax: chance.pick([1, 4, 12]),
      straggle: isRough ? 0.03 : 0,
      straggleMax: 120,
      // A link is one stream: what is not lost keeps its order.
      reorders: false,
    },
    syncMsMax: chance.pick([0, 1, 4, 15]),
    youngDeaths: chance.happens(0.2) ? 0.5 : 0,
    snapshotMs: chance.pick([2, 30]),
    harmEveryMs: chance.pick([60, 150, 300]),
    restartMsMax: chance.pick([10, 100, 400]),
    harms,
    timing: { tickMs: 10, heartbeatTicks: 2, electionTicks: chance.between(6, 10) },
    limits: {
      segmentBytes: chance.pick([1_024, 4_096]),
      logKeepBytes: chance.pick([0, 512, 4_096]),
      logKeepBytesMax: 65_536,
      walWorkerBytes: chance.pick([4_096, 32_768]),
      walInlineBytes: 1 << 20,
      readWaitMsMax: 300,
      recoveryProbeMs: 40,
      batchCommandsMax: chance.pick([1, 4, 512]),
      stateHashEveryMs: comparesOften ? 300 : 60_000,
    },
  };
}
