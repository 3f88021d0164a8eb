/** Events: what has happened, in the past tense, for other slices to follow. They carry ids, not personal data. */
import type { JsonObject } from "#base/json.ts";

export interface EventType<Data extends JsonObject> {
  /** `<noun>.<past tense>`: `submission.received`. */
  readonly type: string;
  /** Only for the compiler: the shape of the data. */
  readonly data?: Data;
}

/** Declares an event: `export const submissionReceived = eventType<{ submissionId: string }>("submission.received")`. */
export function eventType<Data extends JsonObject>(type: string): EventType<Data> {
  return { type };
}

/** An event as a follower gets it. */
export interface FeedEvent {
  /** Grows with each event, in the order of commits; numbers may be left out. */
  readonly position: number;
  readonly type: string;
  readonly data: JsonObject;
  /** Milliseconds UTC. */
  readonly at: number;
}
