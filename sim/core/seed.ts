/** Runs one seed on the core: harm for a while, then healing, then what must hold in the end. */
import type { SeedOptions, SeedResult } from "../level.ts";
import { checkLinearizable } from "../linearizability.ts";
import { registerModel } from "../register-model.ts";
import { Violation } from "../trace.ts";
import type { VirtualTime } from "../virtual-time.ts";
import { Harms } from "./harm.ts";
import { World } from "./world.ts";

const healedMsMax = 5_000;

export function runCoreSeed(options: SeedOptions): SeedResult {
  const world = new World(options);
  let failure: SeedResult["failure"] = null;
  try {
    live(world);
  } catch (error) {
    failure = describe(error);
    world.trace.note("all", "FAILS", 0, () => `${failure?.checker}: ${failure?.message}`);
  }
  const { sent, lost, doubled } = world.network.counts;
  world.coverage.merge([
    ["network: sent", sent],
    ["network: lost", lost],
    ["network: doubled", doubled],
  ]);
  return {
    seed: options.seed,
    failure,
    events: world.time.count,
    hash: world.trace.hash,
    coverage: world.coverage.counts,
    transcript: world.trace.lines,
  };
}

/** A failed assertion of the program under test is a finding as much as a failed check. */
function describe(error: unknown): { checker: string; message: string } {
  if (error instanceof Violation) return { checker: error.checker, message: error.message };
  if (!(error instanceof Error)) return { checker: "exception", message: String(error) };
  const place = error.stack?.split("\n").slice(1, 4).join("\n") ?? "";
  return { checker: `the program's own ${error.name}`, message: `${error.message}\n${place}` };
}

function live(world: World): void {
  const { time, plan, nodes, clients } = world;
  for (const node of nodes.values()) node.start();
  for (const client of clients) client.think();
  const harms = new Harms(world);
  harms.plan();
  runUntil(time, plan.durationMs);
  harms.heal();
  settle(world);
  for (const client of clients) client.end();
  checkHistory(world);
}

/** With everything healed, the cluster must answer everybody and agree within a bounded time. */
function settle(world: World): void {
  const { time, plan, clients } = world;
  const until = plan.durationMs + healedMsMax;
  runUntil(time, plan.durationMs + 100);
  world.takesOperations = false;
  for (let at = time.now; at <= until; at += 20) {
    runUntil(time, at);
    if (clients.every(({ isIdle }) => isIdle) && differences(world).length === 0) return;
  }
  const waiting = clients.filter(({ isIdle }) => !isIdle).length;
  throw new Violation(
    "liveness",
    `${healedMsMax} ms after everything healed, ${waiting} clients wait; ${differences(world).join("; ") || "all nodes agree"}`,
  );
}

/** What keeps the members from being all alike. */
function differences({ oracle, nodes, leader }: World): string[] {
  const found: string[] = [];
  if (leader === null) found.push("nobody leads");
  for (const { id } of oracle.members) {
    const node = nodes.get(id);
    if (node === undefined || node.isGone) continue;
    const { status, appliedIndex, digest } = node;
    if (status === null) found.push(`${id} is down`);
    else if (status.last.index !== oracle.committedIndex)
      found.push(`${id} has a log up to ${status.last.index}, not ${oracle.committedIndex}`);
    else if (appliedIndex !== oracle.committedIndex) found.push(`${id} has applied ${appliedIndex}`);
    else if (digest !== oracle.digest)
      throw new Violation("same state everywhere", `${id} holds ${digest}, not ${oracle.digest}`);
  }
  return found;
}

function checkHistory(world: World): void {
  const history = world.clients.flatMap((client) => client.history);
  const { outcome, explanation } = checkLinearizable(history, registerModel, { stepsMax: 200_000 });
  world.coverage.add("operations", history.length);
  world.coverage.add(`histories ${outcome}`);
  if (outcome === "violated") throw new Violation("linearizability", explanation ?? "");
}

function runUntil(time: VirtualTime, until: number): void {
  while (time.step(until));
}
