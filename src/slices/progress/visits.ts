/** Visits of Today: what is new is what came since the one before. Pure. */
import { firstNewsMs, newsMsMax, visitMs } from "./schema.ts";
import type { TodayVisitsTable } from "./tables.ts";

type Visit = Pick<TodayVisitsTable, "since_at" | "seen_at">;

/** Whether looking now begins a new visit; within one, what is new stays so, however often the page is opened. */
export function isNewVisit(last: Visit | undefined, now: number): boolean {
  return last === undefined || now - last.seen_at >= visitMs;
}

/** Since when things are new to somebody who looks now. */
export function newsSince(last: Visit | undefined, now: number): number {
  if (last === undefined) return now - firstNewsMs;
  const since = isNewVisit(last, now) ? last.seen_at : (last.since_at ?? last.seen_at - firstNewsMs);
  return Math.max(since, now - newsMsMax);
}
