/** Two people's changes to one text: what differs, and both put together where they do not touch. Pure. */
import { applyPatch, diffLines, structuredPatch } from "diff";

export interface DiffPart {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
  /** Which part it is, counted from 0. */
  readonly at: number;
}

/** How to come from one text to another, line by line. */
export function differences(from: string, to: string): DiffPart[] {
  return diffLines(from, to).map(({ added, removed, value }, at) => ({
    at,
    kind: added ? "added" : removed ? "removed" : "same",
    text: value,
  }));
}

/** My changes to `base` made to `theirs`; null where both changed the same lines. */
export function merged(base: string, mine: string, theirs: string): string | null {
  const patch = structuredPatch("page", "page", base, mine, "", "", { context: 1 });
  const result = applyPatch(theirs, patch, { fuzzFactor: 0 });
  return result === false ? null : result;
}
