/** The probe operations of the cluster as reads, writes and compare-and-sets of a register, recorded as they happen. */
import { randomUUID } from "node:crypto";
import type { RegisterInput, RegisterOutput } from "../sim/register-model.ts";
import type { ApiClient, Outcome } from "./api-client.ts";
import type { History } from "./history.ts";

/** What an operation came to: its output, or null when nobody knows; `refused` when it was turned away. */
export type Told = { readonly output: RegisterOutput | null } | "refused";

export interface ProbeParts {
  readonly client: ApiClient;
  readonly name: string;
  readonly history: History;
}

/** The code with which a compare-and-set says that the value was another one. */
export const differsCode = "conflict";

/** Does `input` and puts it into the history. Without patience a lost answer stays unknown. */
export async function probe(parts: ProbeParts, input: RegisterInput, patienceMs: number): Promise<Told> {
  const called = parts.history.now();
  const outcome = await send(parts.client, input, patienceMs);
  const at = parts.history.now();
  const told = toldBy(input, outcome);
  if (told === "refused") {
    if (outcome.kind === "refused" && outcome.status !== 429)
      parts.history.findings.push(`${parts.name}: ${input.kind} was refused: ${JSON.stringify(outcome)}`);
    return told;
  }
  // A read that gave nothing tells nothing.
  if (told.output === null && input.kind === "read") return told;
  parts.history.operations.push({
    client: parts.name,
    input,
    called,
    returned: told.output === null ? null : { at, output: told.output },
  });
  if (told.output !== null && input.kind !== "read") parts.history.acknowledgedAt.push(at);
  return told;
}

function send(client: ApiClient, input: RegisterInput, patienceMs: number): Promise<Outcome> {
  if (input.kind === "read")
    return client.ask({
      path: "cluster/read-probe",
      input: { key: input.key, strong: true },
      patienceMs,
    });
  const expected = input.kind === "compare-and-set" ? { expected: input.expected } : {};
  return client.ask({
    path: "cluster/write-probe",
    input: { key: input.key, value: input.value, ...expected },
    idempotencyKey: randomUUID(),
    patienceMs,
  });
}

function toldBy(input: RegisterInput, outcome: Outcome): Told {
  if (outcome.kind === "unknown") return { output: null };
  if (outcome.kind === "refused") {
    if (input.kind === "compare-and-set" && outcome.code === differsCode)
      return { output: { kind: "swapped", swapped: false } };
    return "refused";
  }
  switch (input.kind) {
    case "read":
      return { output: { kind: "value", value: valueIn(outcome.body.value) } };
    case "compare-and-set":
      return { output: { kind: "swapped", swapped: true } };
    case "write":
    case "append":
      return { output: { kind: "done" } };
  }
}

function valueIn(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
