/** Who has fallen behind, and why: said in reasons that a person can weigh, never as a bare number. Pure. */
import type { BehindReason, StudentProgress } from "./schema.ts";

const dayMs = 86_400_000;
/** Somebody who has not done anything for so many days is told of. */
export const inactiveDays = 14;
/** Reading is compared only once the class has read something: this share of the materials at the median. */
const comparedShareMin = 0.2;
const lateMin = 2;

export interface ClassFacts {
  readonly now: number;
  /** Whether there is anything in the course that one could have done. */
  readonly hasContents: boolean;
  /** What half of the class has read at least, as a share of what counts for each. */
  readonly medianShare: number;
}

export interface StudentFacts extends Pick<StudentProgress, "count" | "late" | "missing" | "lastActiveAt"> {
  /** How many assignments were due for them. */
  readonly due: number;
  /** Since when they are in the course. */
  readonly since: number;
}

export function medianShare(students: readonly Pick<StudentFacts, "count">[]): number {
  const shares = students.map(shareOf).sort((one, other) => one - other);
  return shares.at(Math.floor((shares.length - 1) / 2)) ?? 0;
}

function shareOf({ count: { read, materials } }: Pick<StudentFacts, "count">): number {
  return materials === 0 ? 0 : read / materials;
}

/** Why a student has fallen behind, the weightiest first; nothing when they have not. */
export function reasonsOf(
  student: StudentFacts,
  { now, hasContents, medianShare: median }: ClassFacts,
): BehindReason[] {
  const { count, late, missing, due, lastActiveAt, since } = student;
  const reasons: BehindReason[] = [];
  if (missing > 0) reasons.push({ kind: "missing", count: missing, of: due });
  const quietDays = Math.floor((now - (lastActiveAt ?? since)) / dayMs);
  if (hasContents && quietDays >= inactiveDays)
    reasons.push({ kind: "inactive", count: lastActiveAt === null ? null : quietDays, of: null });
  if (median >= comparedShareMin && count.materials > 0 && shareOf(student) < median / 2)
    reasons.push({ kind: "reading", count: count.read, of: Math.round(median * count.materials) });
  if (late >= lateMin && late * 2 > count.handedIn) reasons.push({ kind: "late", count: late, of: null });
  return reasons;
}

/** For ordering: whoever misses more stands first, then whoever has more reasons. */
export function weightOf({ reasons, missing }: Pick<StudentProgress, "reasons" | "missing">): number {
  return missing * 10 + reasons.length;
}
