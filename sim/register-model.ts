/**
 * What the clients of the simulator and of the fault tests do, as a model for the checker: keys that hold a text or
 * nothing, written, compared and set, appended to, and read.
 */
import type { Model } from "./linearizability.ts";

export type RegisterInput =
  | { readonly kind: "read"; readonly key: string }
  | { readonly kind: "write"; readonly key: string; readonly value: string }
  | {
      readonly kind: "compare-and-set";
      readonly key: string;
      readonly expected: string | null;
      readonly value: string;
    }
  /** Adds `value` and a comma to what the key holds: a lost or doubled one shows in every later read. */
  | { readonly kind: "append"; readonly key: string; readonly value: string };

/** What a read gave; whether a compare-and-set did it; null for the others. */
export type RegisterOutput =
  | { readonly kind: "value"; readonly value: string | null }
  | { readonly kind: "swapped"; readonly swapped: boolean }
  | { readonly kind: "done" };

export const registerModel: Model<string | null, RegisterInput, RegisterOutput> = {
  initial: null,
  keyOf: (input) => input.key,
  encode: (state) => JSON.stringify(state),
  isObservation(input, output) {
    return input.kind === "read" || (output.kind === "swapped" && !output.swapped);
  },
  seenIn(operations) {
    const seen: string[] = [];
    for (const { input, returned } of operations) {
      if (input.kind === "compare-and-set") seen.push(input.expected ?? "");
      if (returned?.output.kind === "value") seen.push(returned.output.value ?? "");
    }
    seen.sort();
    // The first that is not smaller begins with `state` if any does.
    return (state) => seen[lowerBound(seen, state ?? "")]?.startsWith(state ?? "") ?? false;
  },
  step(state, input, output) {
    switch (input.kind) {
      case "read":
        return output === null || (output.kind === "value" && output.value === state) ? { state } : null;
      case "write":
        return { state: input.value };
      case "append":
        return { state: `${state ?? ""}${input.value},` };
      case "compare-and-set": {
        const swaps = state === input.expected;
        if (output !== null && (output.kind !== "swapped" || output.swapped !== swaps)) return null;
        return { state: swaps ? input.value : state };
      }
    }
  },
};

/** The first place in the sorted `texts` that is not before `text`. */
function lowerBound(texts: readonly string[], text: string): number {
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((texts[middle] ?? "") < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
