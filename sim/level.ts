/** What a kind of simulation offers to those who run many seeds of it. */

export interface SeedOptions {
  readonly seed: number;
  /** The bug that is planted, or null. */
  readonly fault: string | null;
  /** Whether somebody reads the transcript. */
  readonly isVerbose: boolean;
  /** False to look only at what comes of a bug, not at the breaking of rules that should prevent it. */
  readonly checksRules: boolean;
}

export interface SeedResult {
  readonly seed: number;
  /** Null when everything held. */
  readonly failure: { readonly checker: string; readonly message: string } | null;
  readonly events: number;
  /** Of everything that happened, in its order. */
  readonly hash: string;
  readonly coverage: ReadonlyMap<string, number>;
  /** Empty unless it was wished for. */
  readonly transcript: readonly string[];
}

export interface Level {
  readonly faults: readonly string[];
  runSeed(options: SeedOptions): Promise<SeedResult>;
}

export const levelNames = ["core", "store"] as const;
export type LevelName = (typeof levelNames)[number];

export async function levelOf(name: LevelName): Promise<Level> {
  if (name === "core") {
    const { runCoreSeed } = await import("./core/seed.ts");
    const { coreFaults, seamFaults } = await import("./core/plan.ts");
    return { faults: [...coreFaults, ...seamFaults], runSeed: async (options) => runCoreSeed(options) };
  }
  const { runStoreSeed, storeFaults } = await import("./store/seed.ts");
  return { faults: storeFaults, runSeed: runStoreSeed };
}
