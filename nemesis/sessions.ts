/**
 * A client that reads what it wrote, at any node, without asking for a strong read: it only carries the position of the
 * last answer along, as our clients do. It must never be shown less than it has seen.
 */
import { randomUUID } from "node:crypto";
import type { Worker } from "./workload.ts";

const patienceMs = 60_000;

export async function readOwnWrites(worker: Worker): Promise<void> {
  const { client, chance, history, name } = worker;
  const key = `own-${name}`;
  let position: number | null = null;
  /** The newest value that was acknowledged or read, and the newest that may have been written. */
  let least = 0;
  let most = 0;
  const heard = (told: number | null, what: string) => {
    if (told !== null && position !== null && told < position)
      history.findings.push(`${name}: ${what} answered from position ${told}, after ${position} was seen`);
    if (told !== null) position = Math.max(position ?? 0, told);
  };
  while (!worker.isOver()) {
    client.goTo(chance.below(worker.nodes()));
    if (chance.oneIn(3)) {
      most++;
      const outcome = await client.ask({
        path: "cluster/write-probe",
        input: { key, value: String(most) },
        idempotencyKey: randomUUID(),
        patienceMs,
      });
      if (outcome.kind === "ok") {
        least = most;
        heard(outcome.position, "a write");
        history.acknowledgedAt.push(history.now());
      }
    } else {
      const outcome = await client.ask({ path: "cluster/read-probe", input: { key }, position, patienceMs });
      if (outcome.kind === "ok") {
        history.sessionReads++;
        const value = Number(outcome.body.value ?? 0);
        if (value < least || value > most)
          history.findings.push(
            `${name}: read ${value} at position ${outcome.position} (asked for ${position}), but had seen ${least}`,
          );
        least = Math.max(least, value);
        heard(outcome.position, "a read");
      }
    }
    await worker.rest();
  }
}
