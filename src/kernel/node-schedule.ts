/** Work of a slice that comes back by the clock at every node, for what lies in the node's own folders. */
import type { NodeParts } from "./follower.ts";

export interface NodeScheduleRun extends NodeParts {
  /** Milliseconds UTC. */
  readonly now: number;
  /** Aborted when the node stops; work that takes long ends then. */
  readonly signal: AbortSignal;
}

export interface NodeSchedule {
  /** `<slice>.<verbNoun>`. */
  readonly name: string;
  /** How long to rest after there was nothing more to do. */
  readonly everyMs: number;
  /** Does one piece; whether there is more to do at once. */
  run(run: NodeScheduleRun): Promise<boolean>;
}
