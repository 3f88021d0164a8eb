/** Runs one seed with the real store: harm for a while, then healing, then what must hold in the end. */
import { PowerOff } from "#engines/store/log/simulated-disk.ts";
import type { SeedOptions, SeedResult } from "../level.ts";
import { checkLinearizable } from "../linearizability.ts";
import { registerModel } from "../register-model.ts";
import { Violation } from "../trace.ts";
import { StoreClient } from "./store-client.ts";
import { StoreHarms } from "./store-harm.ts";
import { StoreWorld } from "./store-world.ts";

export { storeFaults } from "./store-plan.ts";

const healedMsMax = 12_000;

export async function runStoreSeed(options: SeedOptions): Promise<SeedResult> {
  const world = new StoreWorld(options);
  const onRejection = (error: unknown) => {
    // What a dead process leaves unhandled is nobody's.
    if (!(error instanceof PowerOff)) world.fail(error);
  };
  process.on("unhandledRejection", onRejection);
  let failure: SeedResult["failure"] = null;
  try {
    await live(world);
  } catch (error) {
    failure = describe(error);
    world.trace.note("all", "FAILS", 0, () => `${failure?.checker}: ${failure?.message}`);
  } finally {
    await world.dispose();
    process.off("unhandledRejection", onRejection);
  }
  const { sent, lost } = world.network.counts;
  world.coverage.merge([
    ["network: sent", sent],
    ["network: lost", lost],
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

function describe(error: unknown): { checker: string; message: string } {
  if (error instanceof Violation) return { checker: error.checker, message: error.message };
  if (!(error instanceof Error)) return { checker: "exception", message: String(error) };
  const place = error.stack?.split("\n").slice(1, 6).join("\n") ?? "";
  return { checker: `the program's own ${error.name}`, message: `${error.message}\n${place}` };
}

async function live(world: StoreWorld): Promise<void> {
  const { plan, nodes } = world;
  const clients = Array.from({ length: plan.clients }, (_, place) => new StoreClient(world, `c${place + 1}`));
  for (const node of nodes.values()) void node.start();
  for (const client of clients) client.think();
  const harms = new StoreHarms(world);
  world.time.after(150, () => harms.plan());
  await world.run(plan.durationMs);
  harms.heal();
  await settle(world, clients);
  if (world.isInconclusive) {
    world.coverage.add("spoiled leaders: seeds that end there");
    return;
  }
  for (const client of clients) client.end();
  for (const node of nodes.values()) node.addFigures();
  const history = clients.flatMap((client) => client.history);
  const { outcome, explanation } = checkLinearizable(history, registerModel, { stepsMax: 200_000 });
  world.coverage.add("operations", history.length);
  world.coverage.add(`histories ${outcome}`);
  if (outcome === "violated") throw new Violation("linearizability", explanation ?? "");
}

/** With everything healed, the cluster must answer everybody and agree within a bounded time. */
async function settle(world: StoreWorld, clients: readonly StoreClient[]): Promise<void> {
  const { plan, time } = world;
  await world.run(plan.durationMs + 150);
  world.takesOperations = false;
  for (let at = time.now; at <= plan.durationMs + healedMsMax; at += 50) {
    await world.run(at);
    if (world.isInconclusive) return;
    if (clients.every(({ isIdle }) => isIdle) && differences(world).length === 0) return;
  }
  const waiting = clients.filter(({ isIdle }) => !isIdle).length;
  throw new Violation(
    "liveness",
    `${healedMsMax} ms after everything healed, ${waiting} clients wait; ${differences(world).join("; ") || "all nodes agree"}`,
  );
}

/** What keeps the members from being all alike. */
function differences(world: StoreWorld): string[] {
  const { leader, members, nodes } = world;
  const found: string[] = [];
  const expected = leader?.state ?? null;
  if (expected === null) return ["nobody leads"];
  for (const id of members) {
    const node = nodes.get(id);
    if (node === undefined || node.isGone) continue;
    const { state } = node;
    // A round of comparing may wait ten minutes for a hash that a restart has lost; the copy is found out after that.
    if (node.isSpoiled) world.coverage.add("looks at a copy that is spoiled and does not know yet");
    else if (state === null) found.push(`${id} is down`);
    else if (state.position !== expected.position)
      found.push(`${id} stands at ${state.position}, not ${expected.position}`);
    else if (state.digest !== expected.digest)
      throw new Violation("same rows everywhere", `${id} holds ${state.digest}, not ${expected.digest}`);
  }
  return found;
}
