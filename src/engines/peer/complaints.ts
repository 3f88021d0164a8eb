/** A caller that is refused comes again and again; the log says so once a minute, not every time. */
import type { Clock } from "#base/clock.ts";
import type { PeerLog } from "./handshake.ts";

const quietMs = 60_000;
const sentencesMax = 1_000;

/** Says each sentence as a warning, unless it said the same a short while ago. */
export function createComplaints(clock: Clock, log: PeerLog): (sentence: string, from: string) => void {
  const quietUntil = new Map<string, number>();
  return (sentence, from) => {
    const now = clock.monotonic();
    if ((quietUntil.get(sentence) ?? 0) > now) return;
    if (quietUntil.size >= sentencesMax) quietUntil.clear();
    quietUntil.set(sentence, now + quietMs);
    log("warn", sentence, { from });
  };
}
