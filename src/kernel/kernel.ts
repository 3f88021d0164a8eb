/**
 * The kernel: what every feature stands on, put together. It opens the schema, answers calls, and runs what follows
 * the feed, the jobs and the schedules.
 */
import type { Clock } from "#base/clock.ts";
import { createIdSource } from "#base/ids.ts";
import type { JsonValue } from "#base/json.ts";
import type { Random } from "#base/random.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import type { Store } from "#engines/store/port.ts";
import type { Actor } from "./actor.ts";
import type { Authenticator } from "./authenticator.ts";
import { admission, type CallAnswer, type CallRequest, call, callAs, whoIs } from "./call.ts";
import { collectSchedule } from "./collector.ts";
import { createFollowers } from "./followers.ts";
import { createJobRunner } from "./jobs.ts";
import type { HeavyReader } from "./read.ts";
import { createRegistry, type Registry } from "./registry.ts";
import { createSchedules } from "./schedules.ts";
import { scrubSchedule } from "./scrub.ts";
import type { AttemptLimiter, FileInspector, Services, TokenSealer } from "./services.ts";
import type { Slice } from "./slice.ts";
import { kernelMigrations } from "./tables.ts";
import { trimSchedule } from "./trim.ts";

/** A line of the structured log: what happened, and the facts around it. Never holds personal data or secrets. */
export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  facts?: Readonly<Record<string, unknown>>,
) => void;

export interface KernelParts {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly inspector: FileInspector;
  readonly slices: readonly Slice[];
  readonly authenticator: Authenticator;
  readonly tokens: TokenSealer;
  readonly limiter: AttemptLimiter;
  readonly clock: Clock;
  readonly random: Random;
  readonly publicUrl: () => string;
  readonly log: Log;
  /** Answers heavy reads in a process of their own; null where they run in this one. */
  readonly heavyReader: HeavyReader | null;
}

export interface Kernel {
  readonly registry: Registry;
  readonly store: Store;
  readonly services: Services;
  /** An id that sorts after every one that this node made before. */
  newId(now: number): string;
  /** Answers one request. Throws `Refusal`, `Unavailable`, or anything else for a bug. */
  call(request: CallRequest): Promise<CallAnswer>;
  /** Who asks and whether they may, without doing it; refuses as the call would. For doors that take files first. */
  admit(request: CallRequest): Promise<Actor>;
  /** Whose token this is; refuses one that is not valid. For doors that take files before any call. */
  identify(token: string | null): Promise<Actor>;
  /** Runs an operation as Lyceum itself; for start-up, schedules and the node's own command line. */
  callAs(actor: Extract<Actor, { kind: "system" }>, operation: string, input: JsonValue): Promise<CallAnswer>;
  /** Begins the work in the background: followers, jobs, schedules. */
  start(): void;
  /** Does what there is to do in the background until there is no more; for tests, which do not `start`. */
  settle(): Promise<void>;
  /** Ends that work. The store and the blobs stay open: whoever opened them closes them. */
  close(): Promise<void>;
}

/** Brings the schema up to date and gives the kernel, at rest. */
export async function openKernel(parts: KernelParts): Promise<Kernel> {
  const { store, blobs, tokens, limiter, inspector, publicUrl, clock, random, log } = parts;
  const registry = createRegistry(parts.slices);
  await store.migrate([...kernelMigrations, ...parts.slices.flatMap((slice) => slice.migrations)]);
  const services = { blobs, tokens, limiter, inspector, publicUrl };

  const followers = parts.slices.flatMap((slice) => slice.followers ?? []);
  const following = createFollowers({ store, followers, clock, random, log });
  await following.register();
  const jobs = parts.slices.flatMap((slice) => slice.jobs ?? []);
  const background = [
    following,
    createJobRunner({ store, jobs, services, clock, random, log }),
    createSchedules({
      schedules: [
        trimSchedule(store, followers),
        collectSchedule({ store, blobs, log }),
        scrubSchedule({ store, blobs, log }),
      ],
      clock,
      log,
    }),
  ];

  const kernel: Kernel = {
    registry,
    store,
    newId: createIdSource(random),
    services,
    call: (request) => call(kernel, parts, request),
    admit: (request) => admission(kernel, parts, request),
    identify: (token) => whoIs(parts, token),
    callAs: (actor, operation, input) =>
      callAs(kernel, parts, actor, {
        operation,
        input,
        token: null,
        idempotencyKey: null,
        atLeast: null,
        requestId: `internal:${actor.name}`,
        origin: { door: "internal", address: null, agent: null },
      }),
    start() {
      for (const each of background) each.start();
    },
    async settle() {
      for (const each of background) await each.settle();
    },
    async close() {
      for (const each of background) await each.close();
    },
  };
  return kernel;
}
