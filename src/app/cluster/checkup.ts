/**
 * The promise of the cluster, tried from inside: a value is written through every node, and every node must at once read
 * it back strongly. On the way each node tells its clock. `lyceum doctor` asks a running node for it.
 */
import type { Clock } from "#base/clock.ts";
import type { JsonValue } from "#base/json.ts";
import type { Peers } from "#engines/peer/port.ts";
import type { Cluster, ClusterNode } from "#engines/store/replica/cluster.ts";
import type { Kernel } from "#kernel/kernel.ts";
import type { Finding } from "../finding.ts";

/** What nodes ask each other: to write `value` first where it is given, then to read strongly. */
interface ProbeQuestion {
  readonly key: string;
  readonly value: string | null;
}

interface ProbeAnswer {
  /** The clock of the node that answers. */
  readonly now: number;
  readonly value: string | null;
}

const questionKind = "checkup";
const timeoutMs = 15_000;
/** Due times and sessions are told by the clock of whichever node is asked. */
const skewMsMax = 2_000;
const skewMsBad = 60_000;

export interface CheckupParts {
  readonly kernel: Kernel;
  readonly cluster: Cluster;
  /** Null for a node that is alone. */
  readonly peers: Peers | null;
  readonly clock: Clock;
}

/** Answers other nodes from now on; gives what looks at them all. */
export function createCheckup(parts: CheckupParts): () => Promise<Finding[]> {
  const { kernel, cluster, peers, clock } = parts;
  const actor = { kind: "system", name: "doctor" } as const;

  async function probe({ key, value }: ProbeQuestion): Promise<ProbeAnswer> {
    if (value !== null) await kernel.callAs(actor, "cluster.writeProbe", { key, value });
    const { output } = await kernel.callAs(actor, "cluster.readProbe", { key, strong: true });
    return { now: clock.now(), value: (output as { readonly value: string | null }).value };
  }
  peers?.answer(questionKind, (body) =>
    probe(body as unknown as ProbeQuestion).then((answer) => answer as unknown as JsonValue),
  );

  async function ask(node: ClusterNode, question: ProbeQuestion): Promise<ProbeAnswer> {
    if (node.id === cluster.view().selfId || peers === null) return probe(question);
    const answer = await peers.ask(node.id, questionKind, question as unknown as JsonValue, { timeoutMs });
    return answer as unknown as ProbeAnswer;
  }

  /** Writes through one node, reads at all; gives what is wrong, and how far the node's clock is off. */
  async function look(node: ClusterNode, nodes: readonly ClusterNode[]): Promise<Finding[]> {
    const key = `doctor:${cluster.view().selfId}`;
    const value = `${node.id}:${clock.now()}`;
    const askedAt = clock.now();
    const own = await ask(node, { key, value });
    const tookMs = clock.now() - askedAt;
    const skewMs = own.now - askedAt - tookMs / 2;
    const stale: string[] = [];
    for (const other of nodes) {
      const { value: seen } = await ask(other, { key, value: null });
      if (seen !== value) stale.push(other.about.name);
    }
    // A node that is alone has no name unless somebody gave it one.
    const name = node.about.name || "this node";
    const findings: Finding[] = [
      stale.length === 0
        ? { level: "ok", message: `What is written through ${name} is read at every node.` }
        : {
            level: "error",
            message: `What was written through ${name} was not read at ${stale.join(", ")}: a broken promise, please report it with the logs of all nodes.`,
          },
    ];
    if (Math.abs(skewMs) > skewMsMax + tookMs / 2)
      findings.push({
        level: Math.abs(skewMs) > skewMsBad ? "error" : "warn",
        message: `The clock of ${name} is ${Math.round(Math.abs(skewMs) / 1_000)} s ${skewMs > 0 ? "ahead of" : "behind"} this node's: let both keep time by NTP.`,
      });
    return findings;
  }

  return async () => {
    const all = cluster.view().nodes;
    const nodes = all.filter(({ isReachable }) => isReachable);
    const findings: Finding[] = all
      .filter(({ isReachable }) => !isReachable)
      .map(({ about }) => ({
        level: "error",
        message: `${about.name} (${about.peerAddress}) cannot be reached: start it, or see what is between.`,
      }));
    for (const node of nodes)
      findings.push(
        ...(await look(node, nodes).catch((error: Error): Finding[] => [
          { level: "error", message: `${node.about.name} could not be tried: ${error.message}` },
        ])),
      );
    return findings;
  };
}
