/**
 * Finds out that a connection is dead although nobody closed it: the machine at the other end lost power, a cable was
 * cut, one direction of a link is gone. Both ends of each connection ask the other for a sign of life.
 */
import type { Http2Session } from "node:http2";
import type { Clock } from "#base/clock.ts";

export interface KeepAliveTiming {
  readonly pingEveryMs: number;
  /** After so many rounds in which nothing arrived the connection is given up. */
  readonly roundsMax: number;
}

export const keepAliveTiming: KeepAliveTiming = { pingEveryMs: 250, roundsMax: 6 };

/**
 * Pings until the session closes, and destroys it when the other end is silent. Counts rounds, not time: a process
 * that was stopped for a while finds what came meanwhile before it counts on.
 */
export function keepAlive(
  session: Http2Session,
  clock: Clock,
  timing: KeepAliveTiming,
  onRoundTrip: (durationMs: number) => void,
): void {
  let silentRounds = 0;
  let bytesSeen = 0;
  let isWaiting = false;
  let cancel = () => {};
  const round = () => {
    if (session.destroyed || session.closed) return;
    // A large message under way holds up the answer: whatever arrives is a sign of life.
    const bytesRead = session.socket?.bytesRead ?? 0;
    silentRounds = bytesRead === bytesSeen ? silentRounds + 1 : 0;
    bytesSeen = bytesRead;
    if (silentRounds >= timing.roundsMax) {
      session.destroy(new Error(`no sign of life for ${timing.roundsMax * timing.pingEveryMs} ms`));
      return;
    }
    if (!isWaiting) {
      isWaiting = session.ping((error, durationMs) => {
        isWaiting = false;
        if (error === null) onRoundTrip(durationMs);
      });
    }
    cancel = clock.after(timing.pingEveryMs, round);
  };
  session.on("close", () => cancel());
  round();
}
