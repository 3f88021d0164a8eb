/** Followers of the feed: how features hear of each other. Each says which of the two kinds it is. */
import type { Database } from "#engines/store/port.ts";
import type { FeedEvent } from "./event.ts";
import type { Job } from "./job.ts";
import type { Services } from "./services.ts";

/** What work at every node has: reads of what this node knows, and the node's own files and indexes. */
export interface NodeParts {
  readonly services: Services;
  /** Reads on a snapshot of its own; slow work belongs outside of it. */
  read<Result>(work: (database: Database) => Promise<Result>): Promise<Result>;
}

/** Runs on every node: keeps something local and rebuildable (an index, a cache) up to date. */
export interface LocalFollower {
  readonly where: "every-node";
  readonly name: string;
  /** The event types that it wants. */
  readonly events: readonly string[];
  /** The position it has reached, kept beside what it built; -1 when nothing is built yet, so that it is rebuilt. */
  position(services: Services): Promise<number>;
  /** Takes the next events, in order, and remembers the position of the last. */
  take(step: NodeParts & { readonly events: readonly FeedEvent[]; readonly upTo: number }): Promise<void>;
  /** Hears that no event up to here was for it. */
  pass?(upTo: number, services: Services): void;
  /**
   * Builds all from the source tables as they are at `position` or later; called when its position was trimmed away.
   * What happens meanwhile comes again from `position` on, so taking an event twice must be harmless.
   */
  rebuild(step: NodeParts & { readonly position: number }): Promise<void>;
}

/** Runs once in the cluster: its rows and its position change in one transaction; outside effects go through jobs. */
export interface ClusterFollower {
  readonly where: "once";
  readonly name: string;
  readonly events: readonly string[];
  take(step: {
    readonly database: Database;
    readonly event: FeedEvent;
    readonly now: number;
    readonly newId: () => string;
    readonly enqueue: (job: Job, input: FeedEvent["data"]) => Promise<string>;
  }): Promise<void>;
}

export type Follower = LocalFollower | ClusterFollower;
