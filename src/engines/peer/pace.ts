/** Holds back what is large, so that a leader that sends a snapshot still has most of its time for commands. */
import type { Clock } from "#base/clock.ts";

/** Pauses shorter than this are saved up. */
const pauseMsMin = 5;

/** Gives `pieces` on no faster than at `bytesPerSecond`. Time in which the taker was slower is not made up for. */
export async function* paced<Piece extends Uint8Array>(
  pieces: AsyncIterable<Piece>,
  bytesPerSecond: number,
  clock: Clock,
): AsyncGenerator<Piece> {
  let dueAt = clock.monotonic();
  for await (const piece of pieces) {
    yield piece;
    const now = clock.monotonic();
    dueAt = Math.max(dueAt, now - pauseMsMin) + (piece.length / bytesPerSecond) * 1_000;
    const aheadMs = dueAt - now;
    if (aheadMs >= pauseMsMin) await new Promise<void>((resolve) => clock.after(aheadMs, resolve));
  }
}
