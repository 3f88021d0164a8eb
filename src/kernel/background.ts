/**
 * What runs in the background, and where: once for the whole cluster, at the node that leads, or at every node for what
 * lies in its own folders.
 */
import { NotLeader, OutcomeUnknown } from "#engines/errors.ts";
import { collectSchedule, sweepSchedule } from "./collector.ts";
import { createFollowers } from "./followers.ts";
import { giveBackAll } from "./job-claims.ts";
import { createJobRunner } from "./jobs.ts";
import { keepFilesSchedule } from "./keep-files.ts";
import type { KernelParts, Log } from "./kernel.ts";
import { type Background, createLeaderWork } from "./leader-work.ts";
import type { Leadership } from "./leadership.ts";
import type { NodeScheduleRun } from "./node-schedule.ts";
import { createSchedules, type Schedule } from "./schedules.ts";
import { scrubSchedule } from "./scrub.ts";
import type { Services } from "./services.ts";
import type { Slice } from "./slice.ts";
import { type StepParts, stepsOf } from "./step.ts";
import { trimSchedule } from "./trim.ts";

/** The followers that run once, jobs, trimming and collecting: this node's while it leads. */
export async function clusterWork({
  parts,
  services,
  leadership,
}: {
  readonly parts: KernelParts;
  readonly services: Services;
  readonly leadership: Leadership | null;
}): Promise<Background> {
  const { store, blobs, clock, random, slices } = parts;
  const log = leadership === null ? parts.log : quietAboutLeaders(parts.log);
  const followers = slices.flatMap((slice) => slice.followers ?? []).filter(({ where }) => where === "once");
  const jobs = slices.flatMap((slice) => slice.jobs ?? []);
  const replicas = parts.group?.blobs ?? null;
  const follow = () => createFollowers({ store, followers, services, clock, random, log });
  // Before the first command, where that is possible: what a new follower missed would never be its own.
  if (leadership === null || leadership.isLeader) await follow().register();

  return createLeaderWork({
    leadership,
    log,
    async begin() {
      const following = follow();
      await following.register();
      if (leadership !== null) await store.write(({ database }) => giveBackAll(database));
      const work = [
        following,
        createJobRunner({ store, jobs, services, clock, random, log }),
        createSchedules({
          schedules: [
            trimSchedule(store, followers),
            collectSchedule({ store, blobs, replicas, log }),
            ...slices.flatMap((slice) => scheduled(slice, { store, clock, random }, services)),
          ],
          clock,
          log,
        }),
      ];
      return {
        start() {
          // Tokens are sealed on every node, and none but this one can make the first key for it.
          services.tokens.prepare().catch((err: unknown) => log("error", "no key could be made", { err }));
          for (const each of work) each.start();
        },
        async settle() {
          for (const each of work) await each.settle();
        },
        async close() {
          for (const each of work) await each.close();
        },
      };
    },
  });
}

/** What follows the feed into local files, and care for the files in this node's folder. */
export function nodeWork({
  parts,
  services,
  leadership,
}: {
  readonly parts: KernelParts;
  readonly services: Services;
  readonly leadership: Leadership | null;
}): Background {
  const { store, blobs, clock, random, slices } = parts;
  const log = leadership === null ? parts.log : quietAboutLeaders(parts.log);
  const followers = slices.flatMap((slice) => slice.followers ?? []).filter(({ where }) => where !== "once");
  const following = createFollowers({ store, followers, services, clock, random, log });
  const closing = new AbortController();
  const schedules = createSchedules({
    schedules: [
      sweepSchedule({ store, blobs, log }),
      scrubSchedule({ store, blobs, log }),
      ...(parts.group == null ? [] : [keepFilesSchedule({ store, blobs, clock })]),
      ...slices.flatMap((slice) => nodeSchedulesOf(slice, { store, services, signal: closing.signal })),
    ],
    clock,
    log,
  });
  return {
    start() {
      following.start();
      schedules.start();
    },
    async settle() {
      await following.settle();
      await schedules.settle();
    },
    async close() {
      closing.abort();
      await following.close();
      await schedules.close();
    },
  };
}

function scheduled({ schedules = [] }: Slice, parts: StepParts, services: Services): readonly Schedule[] {
  const steps = stepsOf<never>(parts);
  return schedules.map(({ name, everyMs, run }) => ({
    name,
    everyMs,
    run: (now) => run({ now, services, ...steps } as never),
  }));
}

function nodeSchedulesOf(
  { nodeSchedules = [] }: Slice,
  { store, services, signal }: Pick<KernelParts, "store"> & Pick<NodeScheduleRun, "services" | "signal">,
): readonly Schedule[] {
  return nodeSchedules.map(({ name, everyMs, run }) => ({
    name,
    everyMs,
    run: (now) => run({ now, services, signal, read: async (work) => (await store.read(work)).value }),
  }));
}

/** Work that was cut short because another node leads is no fault: that node does it. */
function quietAboutLeaders(log: Log): Log {
  return (level, message, facts) => {
    const isPassing = facts?.err instanceof NotLeader || facts?.err instanceof OutcomeUnknown;
    log(isPassing ? "info" : level, message, facts);
  };
}
