/**
 * The judge of a run. From what the clients did and heard, and from what the nodes hold at the end, it says what was
 * lost, doubled or stale. It was itself shown to fail on bad histories: see its test.
 */
import { checkLinearizable } from "../sim/linearizability.ts";
import { registerModel } from "../sim/register-model.ts";
import { elementsOf } from "./appends.ts";
import type { History, Intended } from "./history.ts";

/** What can be read when all is well again; the same from every node. */
export interface FinalState {
  /** What each key of the probe holds. */
  readonly registers: ReadonlyMap<string, string | null>;
  /** The titles of the announcements of each course. */
  readonly posts: ReadonlyMap<string, readonly string[]>;
}

export interface Judgement {
  /** Each a sentence about a promise that was broken. */
  readonly violations: readonly string[];
  /** Keys on whose histories the search was given up: neither right nor wrong. */
  readonly undecided: readonly string[];
  readonly judged: {
    readonly operations: number;
    readonly unknown: number;
    readonly keys: number;
    readonly appends: number;
    readonly posts: number;
    readonly sessionReads: number;
    readonly replays: number;
  };
}

export function judge(history: History, final: FinalState): Judgement {
  const violations = [...history.findings];
  const undecided: string[] = [];
  const keys = new Set(history.operations.map(({ input }) => input.key));
  const endedAt = history.operations.reduce((last, each) => Math.max(last, each.returned?.at ?? 0), 0) + 1;
  for (const key of keys) {
    const operations = history.operations.filter(({ input }) => input.key === key);
    // What stands there at the end is one more read, which nothing overlaps.
    const last = {
      client: "the end",
      input: { kind: "read", key } as const,
      called: endedAt,
      returned: {
        at: endedAt + 1,
        output: { kind: "value", value: final.registers.get(key) ?? null } as const,
      },
    };
    const verdict = checkLinearizable([...operations, last], registerModel);
    if (verdict.outcome === "violated") violations.push(`not linearizable: ${verdict.explanation}`);
    if (verdict.outcome === "undecided") undecided.push(verdict.explanation ?? key);
  }
  violations.push(
    ...countOnce("list", history.appends, (key) => elementsOf(final.registers.get(key) ?? null)),
    ...countOnce("course", history.posts, (courseId) => final.posts.get(courseId) ?? []),
  );
  return {
    violations,
    undecided,
    judged: {
      operations: history.operations.length,
      unknown: history.operations.filter(({ returned }) => returned === null).length,
      keys: keys.size,
      appends: history.appends.filter(({ outcome }) => outcome === "acknowledged").length,
      posts: history.posts.filter(({ outcome }) => outcome === "acknowledged").length,
      sessionReads: history.sessionReads,
      replays: history.replays,
    },
  };
}

/** What was acknowledged stands in its place once; what is unknown, at most once; and nothing else stands there. */
function countOnce(
  what: string,
  intended: readonly Intended[],
  contentOf: (place: string) => readonly string[],
): string[] {
  const violations: string[] = [];
  const byPlace = Map.groupBy(intended, ({ place }) => place);
  for (const [place, wishes] of byPlace) {
    const counts = new Map<string, number>();
    for (const element of contentOf(place)) counts.set(element, (counts.get(element) ?? 0) + 1);
    for (const { element, outcome } of wishes) {
      const count = counts.get(element) ?? 0;
      counts.delete(element);
      if (count === 0 && outcome === "acknowledged")
        violations.push(`lost: ${element} was acknowledged and is not in ${what} ${place}`);
      if (count > 1) violations.push(`doubled: ${element} is ${count} times in ${what} ${place}`);
      if (count > 0 && outcome === "refused")
        violations.push(`done in spite of a refusal: ${element} is in ${what} ${place}`);
    }
    for (const element of counts.keys())
      violations.push(`nobody meant it: ${element} is in ${what} ${place}`);
  }
  return violations;
}
