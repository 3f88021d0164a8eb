/**
 * What an admin does with a cluster from the command line: look at it, let a machine in, remove one, hand leadership
 * over. Each goes through the operations of the slice `cluster`, at whichever node answers.
 */
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { ComposedCommand, Hands } from "#doors/cli/composed-command.ts";
import { failureOf, usage } from "#doors/cli/failure.ts";
import { type ClusterState, findNode, healthOf, type NodeState, statusText } from "./status.ts";

/** A machine joins within this time, or the token is of no use any more. */
const lifetimeMinutes = 60;
const lifetimeMinutesMax = 7 * 24 * 60;
const joinMsMax = 30 * 60_000;
const betweenMs = 1_000;
const unhealthyExit = 1;

export const clusterCommands: readonly ComposedCommand[] = [
  {
    words: ["cluster", "status"],
    summary: "Shows the nodes, who leads, who lags; the exit status tells whether all is well.",
    options: [],
    async run(hands) {
      const state = await stateOf(hands);
      const health = healthOf(state);
      hands.show(
        { ...(state as unknown as JsonObject), healthy: health.length === 0, problems: [...health] },
        statusText(state, health, hands.now()),
      );
      return health.length === 0 ? 0 : unhealthyExit;
    },
  },
  {
    words: ["cluster", "token"],
    summary: "Makes a one-time token with which another machine joins the cluster.",
    options: [lifetimeOption()],
    async run(hands, { options }) {
      const made = await makeToken(hands, options);
      hands.show(made.answer, `${made.command}\n`);
      hands.say(`Run this on the new machine, once, within ${minutesText(made.minutes)}.\n`);
      return 0;
    },
  },
  {
    words: ["cluster", "add"],
    summary: "Lets another machine in: shows what to run there, and waits until it has caught up.",
    options: [lifetimeOption()],
    async run(hands, { options }) {
      const before = await stateOf(hands);
      const made = await makeToken(hands, options);
      hands.say(`Run this on the new machine, once, within ${minutesText(made.minutes)}:\n\n`);
      hands.say(`  ${made.command}\n\nWaiting for it; Ctrl-C stops the waiting and nothing else.\n`);
      const added = await waitForNewcomer(hands, before, Math.min(joinMsMax, made.minutes * 60_000));
      hands.show({ node: added as unknown as JsonObject }, `${titleOf(added)} has caught up and votes.\n`);
      return 0;
    },
  },
  {
    words: ["cluster", "remove"],
    summary: "Takes a node out of the cluster for good.",
    takes: { name: "node", about: "its name or id" },
    options: [],
    asks: true,
    async run(hands, { operand }) {
      const state = await stateOf(hands);
      const node = nodeNamed(state, operand);
      const left = state.nodes.filter(({ id, role }) => id !== node.id && role === "voter").length;
      const tolerated = Math.max(0, Math.ceil(left / 2) - 1);
      await hands.confirm(
        `Remove ${titleOf(node)}? It cannot come back with the data that it has. ` +
          `${left} voting ${left === 1 ? "node is" : "nodes are"} left, of which ${tolerated === 0 ? "none" : tolerated} may fail.`,
      );
      await hands.call("cluster.removeNode", { nodeId: node.id });
      hands.show(
        { removed: node.id },
        `${titleOf(node)} is removed. Stop it where it runs; its data folder is of no use any more.\n`,
      );
      return 0;
    },
  },
  {
    words: ["cluster", "transfer"],
    summary: "Hands leadership to another node: to the one named, or to any that is fit.",
    takes: { name: "node", about: "its name or id", optional: true },
    options: [],
    asks: true,
    async run(hands, { operand }) {
      const state = await stateOf(hands);
      const target = operand === undefined ? null : nodeNamed(state, operand);
      const to = target === null ? "another node" : titleOf(target);
      await hands.confirm(`Hand leadership to ${to}? Commands pause for a moment.`);
      await hands.call("cluster.transferLeadership", { nodeId: target?.id ?? null });
      const after = await stateOf(hands);
      const leader = after.nodes.find(({ id }) => id === after.leaderId);
      hands.show(
        { leaderId: after.leaderId },
        `${leader === undefined ? "A new leader is being found" : `${titleOf(leader)} leads now`}.\n`,
      );
      return 0;
    },
  },
];

async function stateOf(hands: Hands): Promise<ClusterState> {
  return (await hands.call("cluster.getCluster", {})) as unknown as ClusterState;
}

function lifetimeOption() {
  return {
    flags: "--minutes <number>",
    about: `for how long it may be used (default: ${lifetimeMinutes})`,
  };
}

async function makeToken(
  hands: Hands,
  options: Readonly<Record<string, unknown>>,
): Promise<{ readonly answer: JsonValue; readonly command: string; readonly minutes: number }> {
  const minutes = Number(options.minutes ?? lifetimeMinutes);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > lifetimeMinutesMax)
    throw usage(`--minutes takes a whole number from 1 to ${lifetimeMinutesMax}.`);
  const answer = (await hands.call("cluster.createJoinToken", { lifetimeMs: minutes * 60_000 })) as {
    readonly token: string;
  } & JsonObject;
  const command = `lyceum cluster join ${answer.token} --data <folder>`;
  return { answer: { ...answer, command }, command, minutes };
}

/** Waits until a node votes that was no member before. */
async function waitForNewcomer(hands: Hands, before: ClusterState, msMax: number): Promise<NodeState> {
  const known = new Set(before.nodes.map(({ id }) => id));
  const giveUpAt = hands.now() + msMax;
  let joined = false;
  while (hands.now() < giveUpAt) {
    const newcomer = (await stateOf(hands)).nodes.find(({ id }) => !known.has(id));
    if (newcomer?.role === "voter") return newcomer;
    if (newcomer !== undefined && !joined) {
      hands.say(`${titleOf(newcomer)} has joined and catches up.\n`);
      joined = true;
    }
    await hands.wait(betweenMs);
  }
  throw failureOf("unavailable", {
    code: "nobody_joined",
    message: joined ? "The new node has not caught up in time." : "No machine joined in time.",
    remedy: "Look at it with: lyceum cluster status",
  });
}

function nodeNamed(state: ClusterState, named: string | undefined): NodeState {
  const found = findNode(state, named ?? "");
  if (found !== null) return found;
  const known = state.nodes.map(({ id, name }) => `${name} (${id})`).join(", ");
  throw usage(`There is no single node "${named}" in this cluster.`, `Its nodes are: ${known}`);
}

function titleOf({ name, id }: NodeState): string {
  return `${name} (${id})`;
}

function minutesText(minutes: number): string {
  if (minutes % 60 !== 0) return `${minutes} minutes`;
  return minutes === 60 ? "an hour" : `${minutes / 60} hours`;
}
