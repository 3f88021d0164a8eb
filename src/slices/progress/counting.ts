/** How progress is counted, and what comes next. Pure. */
import type { NextStep, ProgressCount, ProgressItem } from "./schema.ts";

type Parts = Pick<ProgressCount, "read" | "materials" | "handedIn" | "assignments">;

/** Each material and each assignment counts as one. Rounded down: 100 % is for those who have done everything. */
export function withPercent(parts: Parts): ProgressCount {
  const all = parts.materials + parts.assignments;
  const done = parts.read + parts.handedIn;
  return { ...parts, percent: all === 0 ? null : Math.floor((100 * done) / all) };
}

export function countOf(items: readonly ProgressItem[]): ProgressCount {
  const counted = items.filter(({ isCounted }) => isCounted);
  const of = (kind: ProgressItem["kind"]) => counted.filter((item) => item.kind === kind);
  const done = (kind: ProgressItem["kind"]) => of(kind).filter(({ isDone }) => isDone).length;
  return withPercent({
    read: done("material"),
    materials: of("material").length,
    handedIn: done("assignment"),
    assignments: of("assignment").length,
  });
}

const soonMs = 3 * 86_400_000;

/**
 * What to do next: first what is late and still taken, then what is due within three days, then what was begun, then the
 * first thing in the order of the course that is open. `untilOf` says until when an assignment takes work.
 */
export function nextStepOf(
  items: readonly ProgressItem[],
  { now, untilOf }: { readonly now: number; readonly untilOf: ReadonlyMap<string, number | null> },
): NextStep | null {
  const open = items.filter((item) => {
    if (item.isDone || !item.isCounted) return false;
    const until = untilOf.get(item.id) ?? null;
    return item.kind === "material"
      ? item.state !== "locked"
      : item.state !== "upcoming" && (until === null || now <= until);
  });
  const assignments = open
    .filter(({ kind, dueAt }) => kind === "assignment" && dueAt !== null)
    .sort((one, other) => (one.dueAt ?? 0) - (other.dueAt ?? 0));
  const overdue = assignments.find(({ state }) => state === "missing");
  if (overdue !== undefined) return { why: "overdue", item: overdue };
  const soon = assignments.find(({ dueAt }) => (dueAt ?? now) - now <= soonMs);
  if (soon !== undefined) return { why: "due_soon", item: soon };
  const begun = open.find(({ state }) => state === "opened" || state === "draft");
  if (begun !== undefined) return { why: "go_on", item: begun };
  const [first] = open;
  if (first === undefined) return null;
  return { why: first.kind === "material" ? "read" : "hand_in", item: first };
}
