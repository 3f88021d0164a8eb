/**
 * The life of a query as a pure state machine: open until it is answered, closed when it needs nothing more, open again
 * when it does. A step gives the next state or throws the refusal that the person sees.
 */
import { Refusal } from "#kernel/errors.ts";
import type { QueryState } from "./schema.ts";

export interface QueryLife {
  readonly state: QueryState;
  /** Since when it waits for an answer; null unless it is open. */
  readonly waitingSince: number | null;
}

/** A new query waits from the moment that it is asked. */
export function ask(now: number): QueryLife {
  return { state: "open", waitingSince: now };
}

/** An answer ends the waiting; an answered query takes further answers, a closed one none. */
export function answer(life: QueryLife): QueryLife {
  if (life.state === "closed")
    throw new Refusal("query_closed", "This query is closed. Reopen it to add an answer.");
  return { state: "answered", waitingSince: null };
}

/** The asker asks on: it waits again, behind those that wait already, whatever it was before. */
export function followUp(life: QueryLife, now: number): QueryLife {
  return reopen(life, now);
}

/** A classmate's answer is none of those who teach: it still waits, until one of them endorses an answer. */
export function answerAsClassmate(life: QueryLife): QueryLife {
  answer(life);
  return life;
}

/** What one of those who teach stands by is an answer; a closed query stays closed. */
export function endorse(life: QueryLife): QueryLife {
  return life.state === "closed" ? life : answer(life);
}

/** Merged ones wait as one, from when the first of them began to; an answered one answers the others. */
export function merge(into: QueryLife, merged: readonly QueryLife[]): QueryLife {
  if (into.state !== "open") return into;
  const waits = [into, ...merged].flatMap(({ waitingSince }) =>
    waitingSince === null ? [] : [waitingSince],
  );
  return { state: "open", waitingSince: Math.min(...waits) };
}

/** Closing takes it off everybody's list, answered or not. Twice is harmless. */
export function close(life: QueryLife): QueryLife {
  return life.state === "closed" ? life : { state: "closed", waitingSince: null };
}

/** Reopening puts it at the end of those that wait; one that waits already keeps its place. */
export function reopen(life: QueryLife, now: number): QueryLife {
  return life.state === "open" ? life : { state: "open", waitingSince: now };
}

const ranks = { open: 0, answered: 1, closed: 2 } as const satisfies Record<QueryState, number>;

/** Where a query stands in lists: open ones first, the longest waiting before; then the latest change before. */
export function orderOf(life: QueryLife, now: number): { state_rank: 0 | 1 | 2; order_key: number } {
  return { state_rank: ranks[life.state], order_key: life.waitingSince ?? -now };
}
