/** The school's operations as a client over HTTP, for parts of the program that work on a running cluster. */
import { randomUUID } from "node:crypto";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { type ClientParts, callOperation } from "#doors/cli/client.ts";
import { createServers } from "#doors/cli/servers.ts";
import { createRegistry } from "#kernel/registry.ts";
import { slices } from "../slices.ts";
import { version } from "../version.ts";

export type SchoolClient = (operation: string, input: JsonObject) => Promise<JsonValue>;

const parts: ClientParts = {
  fetch,
  agent: `lyceum/${version}`,
  wait: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
  timeLimit: (durationMs) => AbortSignal.timeout(durationMs),
  now: () => Date.now(),
};

/** Asks the nodes at `urls`, the first one first, as the bearer of `token`. */
export function schoolClient(urls: readonly [string, ...string[]], token: string | null): SchoolClient {
  const registry = createRegistry(slices);
  const [first, ...others] = urls;
  const session = { servers: createServers(first, others), token, position: null };
  return async (name, input) => {
    const operation = registry.byName(name);
    if (operation === undefined) throw new Error(`there is no operation ${name}`);
    const { output } = await callOperation(parts, session, operation, {
      input,
      idempotencyKey: randomUUID(),
    });
    return output;
  };
}
