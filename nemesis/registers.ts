/** A client that reads, writes, and compares and sets a few registers that it shares with others. */
import { probe } from "./probes.ts";
import type { Worker } from "./workload.ts";

const registers = 3;
/** Longer than any fault lasts, so that most outcomes are learnt in the end. */
const patienceMs = 60_000;

export async function useRegisters(worker: Worker): Promise<void> {
  const { chance, name } = worker;
  const seen = new Map<string, string | null>();
  for (let sequence = 0; !worker.isOver(); sequence++) {
    const key = `register-${worker.era()}-${chance.below(registers)}`;
    const value = `${name}.${sequence}`;
    // Some clients go away without waiting for the answer: then nobody ever learns it.
    const patience = chance.oneIn(8) ? 0 : patienceMs;
    switch (chance.below(5)) {
      case 0:
      case 1: {
        const told = await probe(worker, { kind: "read", key }, patience);
        if (told !== "refused" && told.output?.kind === "value") seen.set(key, told.output.value);
        break;
      }
      case 2:
      case 3:
        await probe(worker, { kind: "write", key, value }, patience);
        seen.set(key, value);
        break;
      default: {
        const expected = seen.get(key) ?? null;
        const told = await probe(worker, { kind: "compare-and-set", key, expected, value }, patience);
        if (told !== "refused" && told.output?.kind === "swapped" && told.output.swapped)
          seen.set(key, value);
        break;
      }
    }
    // Every node is asked in turn, whoever leads.
    if (chance.oneIn(4)) worker.client.goTo(chance.below(worker.nodes()));
    await worker.rest();
  }
}
