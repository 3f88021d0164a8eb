/**
 * When a material is there for a student, and when it is open. Pure: rules and what is known of the reader go in, what
 * keeps the reader out comes out.
 */
import type { PrerequisiteKindName } from "./tables.ts";

export interface Dates {
  readonly published: boolean;
  readonly publishAt: number | null;
  readonly availableFrom: number | null;
  readonly availableUntil: number | null;
}

export interface RequiredItem {
  readonly kind: PrerequisiteKindName;
  readonly id: string;
  /** What was removed can no longer be done, so nobody has to. */
  readonly removed: boolean;
}

export interface ReleaseRules extends Dates {
  readonly after: readonly RequiredItem[];
  /** Open to these groups only; empty for everybody. */
  readonly groupIds: readonly string[];
}

export interface ReaderFacts {
  readonly now: number;
  /** Observers hand in nothing and are in no group: only the dates bind them. */
  readonly boundBy: "all rules" | "dates";
  readonly readIds: ReadonlySet<string>;
  readonly handedInIds: ReadonlySet<string>;
  readonly groupIds: ReadonlySet<string>;
}

export type Lock =
  | { readonly kind: "from" | "until"; readonly at: number }
  | { readonly kind: "after_material" | "after_assignment"; readonly id: string }
  | { readonly kind: "group"; readonly groupIds: readonly string[] };

/** What a material is at a moment: a draft whose date has come is published, whether or not a schedule has run. */
export function stateAt(dates: Dates, now: number): "draft" | "scheduled" | "published" {
  if (dates.published) return "published";
  if (dates.publishAt === null) return "draft";
  return dates.publishAt <= now ? "published" : "scheduled";
}

/** What keeps a reader out of a published material, in the order of the rules; nothing when it is open. */
export function locksOf(rules: ReleaseRules, reader: ReaderFacts): Lock[] {
  const { availableFrom, availableUntil, after, groupIds } = rules;
  const locks: Lock[] = [];
  if (availableUntil !== null && reader.now >= availableUntil)
    // Nothing else matters any more.
    return [{ kind: "until", at: availableUntil }];
  if (availableFrom !== null && reader.now < availableFrom) locks.push({ kind: "from", at: availableFrom });
  if (reader.boundBy === "dates") return locks;
  for (const { kind, id, removed } of after) {
    const done = kind === "material" ? reader.readIds : reader.handedInIds;
    if (!removed && !done.has(id))
      locks.push({ kind: kind === "material" ? "after_material" : "after_assignment", id });
  }
  if (groupIds.length > 0 && !groupIds.some((id) => reader.groupIds.has(id)))
    locks.push({ kind: "group", groupIds });
  return locks;
}

/** Whether the dates let a material be open at a moment. */
export function isReleasedAt(dates: Dates, now: number): boolean {
  const { availableFrom, availableUntil } = dates;
  return (
    stateAt(dates, now) === "published" &&
    (availableFrom === null || availableFrom <= now) &&
    (availableUntil === null || now < availableUntil)
  );
}

/** When the next thing happens to a material by itself: it is published, or its first day comes. Null for never. */
export function releaseDueAt(dates: Dates, isReleased: boolean, now: number): number | null {
  const { published, publishAt, availableFrom } = dates;
  if (!published) return publishAt;
  if (isReleased) return null;
  return availableFrom !== null && availableFrom > now ? availableFrom : null;
}

/** Why these dates cannot be, as the field and a sentence; null when they can. */
export function contradictionIn(
  dates: Omit<Dates, "published">,
): { readonly field: "availableUntil"; readonly message: string } | null {
  const { publishAt, availableFrom, availableUntil } = dates;
  if (availableUntil === null) return null;
  if (availableFrom !== null && availableUntil <= availableFrom)
    return { field: "availableUntil", message: "The last date must be after the first one." };
  if (publishAt !== null && availableUntil <= publishAt)
    return { field: "availableUntil", message: "The last date must be after the date of publishing." };
  return null;
}

/** Whether requiring `wanted` for `id` closes a circle, given what each material already requires. */
export function closesCircle(
  id: string,
  wanted: readonly string[],
  requiredBy: ReadonlyMap<string, readonly string[]>,
): boolean {
  const seen = new Set<string>();
  const open = [...wanted];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === id) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(requiredBy.get(next) ?? []));
  }
  return false;
}
