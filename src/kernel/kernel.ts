/**
 * The kernel: what every feature stands on, put together. It opens the schema, answers calls, and runs what follows
 * the feed, the jobs and the schedules.
 */
import type { Clock } from "#base/clock.ts";
import { createIdSource } from "#base/ids.ts";
import type { JsonValue } from "#base/json.ts";
import type { Random } from "#base/random.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import type { Mailer } from "#engines/mail/port.ts";
import type { Store } from "#engines/store/port.ts";
import type { TextIndex } from "#engines/text-index/port.ts";
import type { Actor } from "./actor.ts";
import { type Authenticator, notingUse } from "./authenticator.ts";
import { clusterWork, nodeWork } from "./background.ts";
import {
  admission,
  type CallAnswer,
  type CallParts,
  type CallRequest,
  call,
  callAs,
  callHere,
  redeem,
  ticketFor,
  whoIs,
} from "./call.ts";
import type { Group } from "./group.ts";
import { createLastUse } from "./last-use.ts";
import type { Background } from "./leader-work.ts";
import { followLeadership, type Leadership } from "./leadership.ts";
import { createNodeReports, type DiskSpace } from "./node-reports.ts";
import { hasOnlyCopies } from "./only-copies.ts";
import type { HeavyReader } from "./read.ts";
import { madeUpKey } from "./receipts.ts";
import { createRegistry, type Registry } from "./registry.ts";
import { createRouter } from "./router.ts";
import type { AttemptLimiter, FileInspector, Services, TokenSealer } from "./services.ts";
import type { Slice } from "./slice.ts";
import { arriveMsMax, createStanding } from "./standing.ts";
import { kernelMigrations } from "./tables.ts";

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
  readonly mailer: Mailer;
  readonly textIndex: TextIndex;
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
  /** What a node of several brings along; absent for a node alone and on PostgreSQL. */
  readonly group?: Group | null;
  /** How much room the disk has, for people to see; not shown when absent. */
  readonly diskSpace?: DiskSpace | null;
  /** The archive of the log, as the settings have it; none when absent. */
  readonly logArchive?: Services["logArchive"];
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
  /** A ticket with which this read, answered at `position`, can be asked again for an hour without the token. */
  ticketFor(request: Pick<CallRequest, "operation" | "input" | "token">, position: number): Promise<string>;
  /** Answers the read of a ticket, as the session that asked for it stands now. */
  redeem(ticket: string, asked: Pick<CallRequest, "requestId" | "origin" | "signal">): Promise<CallAnswer>;
  /** Runs an operation as Lyceum itself; for start-up, schedules and the node's own command line. */
  callAs(actor: Extract<Actor, { kind: "system" }>, operation: string, input: JsonValue): Promise<CallAnswer>;
  /** Why requests had better go to another node at present, or null. */
  unready(): string | null;
  /** Begins the work in the background: followers, jobs, schedules; what one node does for all, where this one leads. */
  start(): void;
  /** Does what there is to do in the background until there is no more; for tests, which do not `start`. */
  settle(): Promise<void>;
  /** Ends that work. The store and the blobs stay open: whoever opened them closes them. */
  close(): Promise<void>;
}

/** Brings the schema up to date and gives the kernel, at rest. */
export async function openKernel(parts: KernelParts): Promise<Kernel> {
  const { store, blobs, tokens, limiter, inspector, mailer, textIndex, publicUrl, clock, random } = parts;
  const registry = createRegistry(parts.slices);
  const migrations = [...kernelMigrations, ...parts.slices.flatMap((slice) => slice.migrations)];
  await store.migrate(migrations);
  const { cluster } = store;
  const group = parts.group ?? null;
  const lastUse = createLastUse({ cluster, peers: group?.peers ?? null });
  const services: Services = {
    blobs,
    tokens,
    limiter,
    inspector,
    mailer,
    textIndex,
    publicUrl,
    cluster,
    admission: group?.admission ?? null,
    hasOnlyCopies:
      group === null ? null : (nodeId) => hasOnlyCopies({ store, replicas: group.blobs }, nodeId),
    lastUse,
    leaveNoTraceOf: (deletedAt) => store.leaveNoTraceOf(deletedAt),
    logArchive: parts.logArchive ?? null,
    slices: parts.slices,
    schemaKnown: migrations.length,
  };
  const newId = createIdSource(random);
  const leadership = cluster === null ? null : followLeadership(cluster, clock);
  const reports =
    cluster === null
      ? null
      : createNodeReports({
          cluster,
          store,
          peers: group?.peers ?? null,
          diskSpace: parts.diskSpace ?? null,
          clock,
        });
  const standing =
    leadership === null || cluster === null ? null : createStanding({ store, cluster, leadership, clock });
  await standing?.arrived(arriveMsMax);
  const background: readonly Background[] = [
    await clusterWork({ parts, services, leadership }),
    nodeWork({ parts, services, leadership }),
    ...(reports === null ? [] : [reports]),
  ];

  const kernel: Kernel = {
    registry,
    store,
    newId,
    services,
    call: (request) => call(kernel, callParts, request),
    admit: (request) => admission(kernel, callParts, request),
    ticketFor: (request, position) => ticketFor(kernel, callParts, request, position),
    redeem: (ticket, asked) => redeem(kernel, callParts, ticket, asked),
    identify: (token) => whoIs(callParts, token),
    callAs: (actor, operation, input) =>
      callAs(kernel, callParts, actor, {
        operation,
        input,
        token: null,
        idempotencyKey: null,
        atLeast: null,
        requestId: `internal:${actor.name}`,
        origin: { door: "internal", address: null, agent: null },
      }),
    unready: () => standing?.unready() ?? null,
    start() {
      for (const each of background) each.start();
    },
    async settle() {
      for (const each of background) await each.settle();
    },
    async close() {
      for (const each of background) await each.close();
      standing?.close();
      leadership?.close();
    },
  };
  const callParts: CallParts = {
    ...parts,
    authenticator: notingUse(parts.authenticator, lastUse),
    sight: cluster === null || reports === null ? null : { view: () => cluster.view(), reports: reports.all },
    membership:
      leadership === null || standing === null
        ? null
        : { leadership, standing, router: group === null ? null : routerOf(group, leadership) },
  };

  function routerOf({ peers }: Group, leads: Leadership) {
    return createRouter({
      leadership: leads,
      peers,
      clock,
      log: parts.log,
      isMember: (id) => cluster?.view().nodes.some((node) => node.id === id) ?? false,
      newKey: () => madeUpKey(newId(clock.now())),
      here: (forwarded) => callHere(kernel, callParts, forwarded),
    });
  }
  return kernel;
}
