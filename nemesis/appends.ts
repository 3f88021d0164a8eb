/**
 * A client that appends to lists with nothing but compare-and-set: reads the list, sets it with one more element, and
 * tries again when another was quicker. An element that was acknowledged is there once for ever; an unknown one, once
 * or not at all.
 */
import { probe } from "./probes.ts";
import type { Worker } from "./workload.ts";

const lists = 2;
const patienceMs = 60_000;

/** How a list is written down: every element ends with a comma. */
export function elementsOf(list: string | null): string[] {
  return (list ?? "").split(",").filter((element) => element !== "");
}

export async function appendToLists(worker: Worker): Promise<void> {
  const { chance, history, name } = worker;
  for (let sequence = 0; !worker.isOver(); sequence++) {
    const key = `list-${worker.era()}-${chance.below(lists)}`;
    const element = `${name}.${sequence}`;
    history.appends.push({ place: key, element, outcome: await append(worker, key, element) });
    if (chance.oneIn(4)) worker.client.goTo(chance.below(worker.nodes()));
    await worker.rest();
  }
}

async function append(
  worker: Worker,
  key: string,
  element: string,
): Promise<"acknowledged" | "refused" | "unknown"> {
  while (!worker.isOver()) {
    const read = await probe(worker, { kind: "read", key }, patienceMs);
    if (read === "refused" || read.output?.kind !== "value") return "refused";
    const before = read.output.value;
    const wish = {
      kind: "compare-and-set",
      key,
      expected: before,
      value: `${before ?? ""}${element},`,
    } as const;
    const told = await probe(worker, wish, worker.chance.oneIn(8) ? 0 : patienceMs);
    if (told === "refused") return "refused";
    // Trying again from the start would not be the same wish any more: it could be done twice.
    if (told.output === null) return "unknown";
    if (told.output.kind === "swapped" && told.output.swapped) return "acknowledged";
    await worker.rest();
  }
  return "refused";
}
