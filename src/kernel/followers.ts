/**
 * Drives the followers of the feed. Those that run once in the cluster change their rows and their position in one
 * transaction, so each event counts once; those of every node remember their position beside what they built, and
 * build it anew where the feed no longer reaches back to it.
 */
import { assert } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import { createIdSource } from "#base/ids.ts";
import type { Random } from "#base/random.ts";
import type { Database, Store } from "#engines/store/port.ts";
import { readEvents } from "./feed.ts";
import { feedBegin, feedEnd, followerPosition, setFollowerPosition, trimmedMark } from "./feed-ends.ts";
import type { ClusterFollower, Follower, LocalFollower } from "./follower.ts";
import { enqueueJob } from "./job-queue.ts";
import type { Log } from "./kernel.ts";
import type { Services } from "./services.ts";
import { createWorkLoop } from "./work-loop.ts";

export interface FollowersOptions {
  readonly store: Store;
  readonly followers: readonly Follower[];
  readonly services: Services;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface Followers {
  /** Gives new followers that run once their place at the end of the feed: what was before them is not theirs. */
  register(): Promise<void>;
  /** Begins to follow, now and after every commit. */
  start(): void;
  /** Follows until every follower is at the end of the feed, or has failed. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Events that one transaction of a cluster's follower takes, so that commands do not wait behind it. */
export const clusterChunkMax = 64;
/** Events that a follower on every node is given at once. */
export const localChunkMax = 512;
/** A follower whose events are rare still remembers its position this often, so that trimming can go on. */
export const silentEventsMax = 1_024;
/** How often to look without being woken, in case another node's commit went unnoticed. */
const restMs = 10_000;

export function createFollowers(options: FollowersOptions): Followers {
  const { store, followers, clock, log } = options;
  const names = followers.map((follower) => follower.name);
  assert(new Set(names).size === names.length, `two followers bear one name: ${names.join(", ")}`);
  assert(!names.includes(trimmedMark), `no follower is called ${trimmedMark}`);
  const loops = followers.map((follower) =>
    createWorkLoop({
      clock,
      step: follower.where === "once" ? clusterStep(options, follower) : localStep(options, follower),
      failed: (error, retryInMs) =>
        log("error", "a follower of the feed failed", { follower: follower.name, retryInMs, err: error }),
    }),
  );
  let unsubscribe = (): void => {};
  return {
    async register() {
      const once = followers.filter((follower) => follower.where === "once");
      if (once.length === 0) return;
      await store.write(async ({ database }) => {
        const end = await feedEnd(database);
        for (const { name } of once) {
          if ((await followerPosition(database, name)) === null)
            await setFollowerPosition(database, name, end);
        }
      });
    },
    start() {
      unsubscribe = store.onCommit(() => {
        for (const loop of loops) loop.wake();
      });
      for (const loop of loops) loop.start();
    },
    async settle() {
      await Promise.all(loops.map((loop) => loop.settle()));
    },
    async close() {
      unsubscribe();
      await Promise.all(loops.map((loop) => loop.close()));
    },
  };
}

function clusterStep(options: FollowersOptions, follower: ClusterFollower): () => Promise<number> {
  const { store, clock } = options;
  const nextId = createIdSource(options.random);
  const wanted = new Set(follower.events);
  /** Events up to here are known not to be wanted, although the stored position does not say so yet. */
  let scannedTo = 0;
  /** One event at a time after a failure, so that what stands before the one that fails is not held up by it. */
  let chunk = clusterChunkMax;
  return async () => {
    const { value } = await store.read(async (database) => {
      const position = await followerPosition(database, follower.name);
      assert(position !== null, `the follower ${follower.name} was not registered`);
      const after = Math.max(position, scannedTo);
      return { position, events: await readEvents(database, { after, limit: chunk }) };
    });
    const { position, events } = value;
    const last = events.at(-1);
    if (last === undefined) return restMs;
    const mine = events.filter((event) => wanted.has(event.type));
    if (mine.length > 0 || last.position - position >= silentEventsMax) {
      chunk = 1;
      const { value: taken } = await store.write(async ({ database }) => {
        // Another node may have been quicker; then this one looks again from where that one has come.
        if ((await followerPosition(database, follower.name)) !== position) return false;
        const now = clock.now();
        const newId = (): string => nextId(now);
        for (const event of mine) {
          await follower.take({
            database,
            event,
            now,
            newId,
            enqueue: (type, input) => enqueueJob(database, { id: newId(), type, input, now }),
          });
        }
        await setFollowerPosition(database, follower.name, last.position);
        return true;
      });
      chunk = clusterChunkMax;
      if (!taken) return 0;
    }
    scannedTo = last.position;
    return 0;
  };
}

function localStep({ store, services }: FollowersOptions, follower: LocalFollower): () => Promise<number> {
  const wanted = new Set(follower.events);
  let scannedTo = 0;
  const read = async <Result>(work: (database: Database) => Promise<Result>) =>
    (await store.read(work)).value;
  return async () => {
    const position = await follower.position(services);
    const { missed, events } = await read(async (database) =>
      position < (await feedBegin(database))
        ? { missed: await feedEnd(database), events: [] }
        : {
            missed: null,
            events: await readEvents(database, {
              after: Math.max(position, scannedTo),
              limit: localChunkMax,
            }),
          },
    );
    if (missed !== null) {
      await follower.rebuild({ services, read, position: missed });
      scannedTo = missed;
      return 0;
    }
    const last = events.at(-1);
    if (last === undefined) return restMs;
    const mine = events.filter((event) => wanted.has(event.type));
    if (mine.length > 0 || last.position - position >= silentEventsMax)
      await follower.take({ services, read, events: mine, upTo: last.position });
    else follower.pass?.(last.position, services);
    scannedTo = last.position;
    return 0;
  };
}
