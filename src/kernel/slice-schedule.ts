/** Work of a slice that comes back by the clock, at the node that leads: reminders, closing what is overdue, tidying up. */
import type { Services } from "./services.ts";
import type { Steps } from "./step.ts";

export interface ScheduleRun<Tables> extends Steps<Tables> {
  /** Milliseconds UTC. */
  readonly now: number;
  readonly services: Services;
}

export interface SliceScheduleSpec<Tables> {
  /** `<slice>.<verbNoun>`. */
  readonly name: string;
  /** How long to rest after there was nothing more to do. */
  readonly everyMs: number;
  /** Does a bounded piece, harmless when another node does the same; whether there is more to do at once. */
  run(run: ScheduleRun<Tables>): Promise<boolean>;
}

/** A schedule with its tables forgotten, as the kernel sees it. */
export interface SliceSchedule {
  readonly name: string;
  readonly everyMs: number;
  readonly run: (run: never) => Promise<boolean>;
}

/** Declares a schedule of a slice with these tables. */
export function scheduleFor<Tables>() {
  return (spec: SliceScheduleSpec<Tables>): SliceSchedule => ({
    name: spec.name,
    everyMs: spec.everyMs,
    run: spec.run.bind(spec),
  });
}
