/** From which position on a read sees everything that was acknowledged anywhere before it began. */
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "../../errors.ts";
import type { Group } from "../replica/group.ts";

export interface StrongReadsOptions {
  readonly group: Group;
  readonly clock: Clock;
  /** How long a read waits for a leader. */
  readonly waitMsMax: number;
  readonly isClosed: () => boolean;
}

const retryMs = 50;

/** Tries again while no leader answers, so that a failover is a pause. */
export async function confirmedPosition(options: StrongReadsOptions): Promise<number> {
  const { group, clock, waitMsMax, isClosed } = options;
  const giveUpAt = clock.monotonic() + waitMsMax;
  for (;;) {
    const index = await group.confirmedIndex();
    if (index !== null) return index;
    if (isClosed() || clock.monotonic() >= giveUpAt) {
      throw new Unavailable(
        "no leader could confirm that this read would be current: most nodes of the cluster do not reach each other",
      );
    }
    await new Promise<void>((resolve) => clock.after(retryMs, resolve));
  }
}
