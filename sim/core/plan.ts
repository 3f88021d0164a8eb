/**
 * What kind of world a seed makes: drawn anew for each, so that some are calm and large, others small and terrible, and most
 * lack some kinds of harm altogether (swarm testing): what one kind hides, another finds.
 */
import type { NodeId } from "#raft/configuration.ts";
import type { PlantedFault, RaftOptions } from "#raft/port.ts";
import type { Chance } from "../chance.ts";
import type { Weather } from "../network.ts";

/** Bugs that the simulator plants around the core: in the disk, the driver and the state machine. */
export const seamFaults = ["lying-fsync", "acknowledge-at-once", "apply-twice", "drop-receipts"] as const;
export type SeamFault = (typeof seamFaults)[number];

/** Every fault of the core, checked by the compiler to be all of them. */
const coreFaultNames: Readonly<Record<PlantedFault, true>> = {
  "count-stale-votes": true,
  "commit-older-term": true,
  "drop-pre-vote": true,
  "forget-vote": true,
  "acknowledge-before-saved": true,
  "commit-before-quorum": true,
  "skip-log-check": true,
  "read-without-quorum": true,
  "two-voter-changes-at-once": true,
};
export const coreFaults = Object.keys(coreFaultNames) as PlantedFault[];

export const harms = {
  crash: 10,
  "crash-leader": 6,
  "crash-all": 1,
  partition: 6,
  "cut-leader-off": 5,
  "one-way-cut": 4,
  heal: 8,
  freeze: 3,
  "freeze-leader": 2,
  "clock-jump": 2,
  "full-disk": 2,
  rot: 2,
  "slow-disks": 2,
  transfer: 4,
  "add-node": 4,
  "remove-node": 4,
  "hasty-removals": 3,
  demote: 1,
  unreachable: 2,
};
export type Harm = keyof typeof harms;

/** How long a client waits for an answer, and at most before it asks for something new. */
export interface Habits {
  readonly patienceMs: number;
  readonly thinkMs: number;
}

export interface Plan {
  readonly nodes: number;
  readonly habits: readonly Habits[];
  readonly clients: number;
  readonly keys: number;
  /** How long harm is done, in virtual milliseconds. */
  readonly durationMs: number;
  readonly tickMs: number;
  /** How much longer than they should a node's ticks are. */
  readonly tickSpeeds: Map<NodeId, number>;
  readonly raft: Pick<
    RaftOptions,
    "electionTicks" | "heartbeatTicks" | "appendBytesMax" | "inFlightMax" | "reads" | "plantedFault"
  >;
  readonly weather: Weather;
  readonly saveMsMax: number;
  readonly snapshotMs: number;
  /** Entries between two checkpoints of the state. */
  readonly checkpointEvery: number;
  /** The chance of a crash at each step of the driver's where one could matter. */
  readonly crashPoints: number;
  /** The chance that a new leader dies at once. */
  readonly youngDeaths: number;
  readonly harmEveryMs: number;
  readonly harms: Readonly<Record<Harm, number>>;
  readonly restartMsMax: number;
  readonly seamFault: SeamFault | null;
}

/** The plan of a seed; `fault` is planted, if any. */
export function drawPlan(chance: Chance, fault: string | null): Plan {
  const coreFault = coreFaults.find((each) => each === fault);
  const hasYoungDeaths = chance.happens(0.2);
  const nodes = chance.pick(hasYoungDeaths ? [3, 5, 5] : [1, 2, 3, 3, 3, 3, 3, 4, 5, 5]);
  const heartbeatTicks = chance.between(1, 2);
  const isRough = chance.happens(0.6);
  // Leases trust that clocks run at about one speed and that nobody stands still, so such worlds keep to that.
  const hasLeases = chance.happens(0.08);
  return {
    nodes,
    habits: Array.from({ length: 4 }, () => ({
      patienceMs: chance.pick([40, 80, 120, 500]),
      thinkMs: chance.pick([10, 40, 60, 250]),
    })),
    clients: chance.between(2, 4),
    keys: chance.between(1, 3),
    durationMs: chance.happens(0.03) ? 6_000 : chance.between(500, 1_500),
    tickMs: 10,
    tickSpeeds: new Map(),
    raft: {
      electionTicks: chance.between(heartbeatTicks * 2 + 1, 8),
      heartbeatTicks,
      appendBytesMax: hasYoungDeaths ? 1 : chance.pick([1, 40, 40, 1_000]),
      inFlightMax: hasYoungDeaths ? 1 : chance.pick([1, 2, 4, 16]),
      reads: hasLeases ? "lease" : "quorum",
      ...(coreFault === undefined ? {} : { plantedFault: coreFault }),
    },
    weather: {
      loss: isRough ? chance.pick([0, 0.02, 0.1, 0.25]) : 0,
      duplicate: isRough ? chance.pick([0, 0.05, 0.2]) : 0,
      delayMax: hasYoungDeaths ? chance.pick([10, 20]) : chance.pick([1, 4, 10, 30]),
      straggle: isRough ? chance.pick([0, 0.02, 0.1]) : 0,
      straggleMax: 300,
      reorders: chance.happens(0.6),
    },
    saveMsMax: chance.pick([0, 1, 5, 20]),
    snapshotMs: chance.pick([1, 20, 80]),
    checkpointEvery: chance.pick([3, 8, 25]),
    crashPoints: chance.happens(0.5) ? chance.pick([0.001, 0.004, 0.01]) : 0,
    youngDeaths: hasYoungDeaths ? 0.8 : 0,
    harmEveryMs: chance.pick([40, 100, 250]),
    harms: hasLeases ? { ...drawHarms(chance), ...keepingTime } : drawHarms(chance),
    restartMsMax: chance.pick([5, 60, 400]),
    seamFault: seamFaults.find((each) => each === fault) ?? null,
  };
}

/** What would be against the trust that leases rest on. */
const keepingTime = { freeze: 0, "freeze-leader": 0, "clock-jump": 0 } as const;

/** Each kind of harm is left out of some seeds. */
function drawHarms(chance: Chance): Record<Harm, number> {
  const drawn = { ...harms };
  const kept = chance.pick([0.3, 0.6, 0.9]);
  for (const harm of Object.keys(harms) as Harm[]) if (!chance.happens(kept)) drawn[harm] = 0;
  drawn.heal = Math.max(drawn.heal, 4);
  return drawn;
}
