/**
 * When each session was last used. A call only notes it in the memory of the node that took it; every few minutes the
 * node that leads collects what all nodes have noted, to be written in a few steps. So a read stays a read, and what a
 * node that dies has not yet told is a quarter of an hour of a "last seen", which nothing depends on.
 */
import { z } from "zod";
import type { Peers } from "#engines/peer/port.ts";
import type { Cluster } from "#engines/store/replica/cluster.ts";

/** Sessions that a node remembers between two collections; further ones are noted the next time. */
const notedMax = 100_000;
/** So many are handed over at once. */
export const handedOverMax = 5_000;
const kind = "session.lastUse";
const timeoutMs = 5_000;

/** By session: when it was last used, in milliseconds UTC. */
const Noted = z.record(z.string(), z.number());

export interface Collected {
  readonly used: ReadonlyMap<string, number>;
  /** Whether a node had more to tell than it could at once. */
  readonly more: boolean;
}

export interface LastUse {
  /** Remembers that the session was used here. */
  note(sessionId: string, at: number): void;
  /** What all nodes have noted since the last time, each use once. A node that does not answer is asked again later. */
  collect(): Promise<Collected>;
}

/** Answers other nodes from now on. Both null for a node that is alone. */
export function createLastUse({
  cluster,
  peers,
}: {
  readonly cluster: Pick<Cluster, "view"> | null;
  readonly peers: Pick<Peers, "ask" | "answer"> | null;
}): LastUse {
  const noted = new Map<string, number>();

  function handOver(): Record<string, number> {
    const taken = [...noted].slice(0, handedOverMax);
    for (const [sessionId] of taken) noted.delete(sessionId);
    return Object.fromEntries(taken);
  }

  async function others(): Promise<Record<string, number>[]> {
    if (cluster === null || peers === null) return [];
    const { selfId, nodes } = cluster.view();
    const asked = await Promise.allSettled(
      nodes
        .filter(({ id }) => id !== selfId)
        .map(async ({ id }) => Noted.parse(await peers.ask(id, kind, null, { timeoutMs }))),
    );
    return asked.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  }

  peers?.answer(kind, async () => handOver());
  return {
    note(sessionId, at) {
      if (noted.size < notedMax || noted.has(sessionId)) noted.set(sessionId, at);
    },
    async collect() {
      const answers = [handOver(), ...(await others())];
      const used = new Map<string, number>();
      for (const [sessionId, at] of answers.flatMap((each) => Object.entries(each)))
        used.set(sessionId, Math.max(at, used.get(sessionId) ?? 0));
      return { used, more: answers.some((each) => Object.keys(each).length === handedOverMax) };
    },
  };
}
