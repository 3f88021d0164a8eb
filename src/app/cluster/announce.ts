/**
 * Keeps true what the cluster says of this node. Its addresses may be others than at its last start; only the leader
 * can change what all believe, so each node tells it, again after every change of leader, until they agree.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Clock } from "#base/clock.ts";
import type { Peers } from "#engines/peer/port.ts";
import type { Cluster } from "#engines/store/replica/cluster.ts";
import type { Log } from "#kernel/kernel.ts";
import type { MemberAbout } from "#raft/configuration.ts";

const questionKind = "announce";
const timeoutMs = 5_000;
const betweenMs = 1_000;

/** Another version may say more. What comes into the membership must be readable at every node, for ever. */
const About = z.object({
  name: z.string(),
  peerAddress: z.string(),
  httpUrl: z.string().nullable(),
  grpcAddress: z.string().nullable(),
});

export interface AnnounceParts {
  readonly cluster: Cluster;
  /** Null for a node that is alone. */
  readonly peers: Peers | null;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Announcer {
  /** Tells the others from now on. */
  announce(about: MemberAbout): void;
  close(): void;
}

export function createAnnouncer({ cluster, peers, clock, log }: AnnounceParts): Announcer {
  let about: MemberAbout | null = null;
  let isTelling = false;
  let cancel = () => {};

  peers?.answer(questionKind, async (body, from) => {
    if (!cluster.view().nodes.some(({ id }) => id === from)) throw new Error(`${from} is no member`);
    await cluster.updateMember({ id: from, about: About.parse(body) });
    return null;
  });

  async function tell(): Promise<void> {
    if (about === null || isTelling) return;
    const { selfId, leaderId, nodes } = cluster.view();
    const known = nodes.find(({ id }) => id === selfId)?.about;
    if (isDeepStrictEqual({ ...known }, { ...about })) return;
    isTelling = true;
    cancel();
    try {
      // Without a leader nobody listens; who is no member, not yet or not any more, has nothing to say.
      if (leaderId !== null && known !== undefined) await tellLeader(leaderId, about);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log("info", "the others do not know this node's addresses yet", { error: message });
    } finally {
      isTelling = false;
      // Until it stands in the membership itself.
      cancel = clock.after(betweenMs, () => void tell());
    }
  }

  async function tellLeader(leaderId: string, now: MemberAbout): Promise<void> {
    const { selfId } = cluster.view();
    if (leaderId === selfId) await cluster.updateMember({ id: selfId, about: now });
    else if (peers !== null) await peers.ask(leaderId, questionKind, { ...now }, { timeoutMs });
  }

  const unsubscribe = cluster.onLeadership(() => void tell());
  return {
    announce(now) {
      about = now;
      void tell();
    },
    close() {
      about = null;
      cancel();
      unsubscribe();
    },
  };
}
