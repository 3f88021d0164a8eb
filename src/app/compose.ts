/**
 * The composition root: the one place that knows which engine, slices and doors a node is made of. Read from top to
 * bottom: the store and the files, the kernel over them, then the doors.
 */
import { existsSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, systemClock } from "#base/clock.ts";
import { type Random, systemRandom } from "#base/random.ts";
import { createGrpcDoor } from "#doors/grpc/door.ts";
import type { RateLimits } from "#doors/http/rate-limits.ts";
import { createHttpDoor, type HttpAddress } from "#doors/http/server.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import { createFileInspector } from "#engines/inspector/inspector.ts";
import { createMailer } from "#engines/mail/mailer.ts";
import type { Cluster } from "#engines/store/replica/cluster.ts";
import { openTextIndex } from "#engines/text-index/open.ts";
import { countOpenJobs } from "#kernel/job-admin.ts";
import { type Kernel, type Log, openKernel } from "#kernel/kernel.ts";
import { createKeyring } from "#kernel/keyring.ts";
import { createAttemptLimiter } from "#kernel/limiter.ts";
import { createTokenSealer } from "#kernel/tokens.ts";
import { admit, sealedAuthorityIn } from "#slices/cluster/api.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import { backUp } from "./backup/back-up.ts";
import { createAnnouncer } from "./cluster/announce.ts";
import { createCheckup } from "./cluster/checkup.ts";
import { departureFrom, leaveCluster, untilRemoved } from "./cluster/leave.ts";
import { openMembership } from "./cluster/membership.ts";
import { handOver, logLeadership, openGroup } from "./cluster/open-group.ts";
import { keepCertificateFresh } from "./cluster/renewal.ts";
import type { Config } from "./config.ts";
import { openControlSocket } from "./control-socket.ts";
import { isLoopback } from "./exposure.ts";
import { createHeavyReaders } from "./heavy-reader.ts";
import { masterKeyAt } from "./master-key.ts";
import { logArchiveKeepMs, openStore } from "./open-store.ts";
import { type Places, placesOf } from "./places.ts";
import { needsOfRoles } from "./roles.ts";
import { sessionOperations } from "./session-operations.ts";
import { slices } from "./slices.ts";
import { version } from "./version.ts";

export interface NodeParts {
  readonly config: Config;
  readonly log: Log;
  /** The built web app, or null for a node without pages. */
  readonly webRoot: string | null;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Other limits than the usual ones on how often one caller may ask, for measurements. */
  readonly limits?: RateLimits;
}

export interface Addresses {
  readonly http: HttpAddress;
  readonly grpc: { readonly host: string; readonly port: number };
}

/** A running node. */
export interface Node {
  readonly kernel: Kernel;
  readonly publicUrl: () => string;
  /** Resolves once this node has left its cluster and had better stop. */
  readonly left: Promise<void>;
  /** Opens the doors that its roles call for; null when they call for none. */
  listen(): Promise<Addresses | null>;
  /** Begins the work in the background, where its roles call for it. */
  start(): void;
  /** Hands leadership over, stops taking requests, lets what was begun end, and releases everything. */
  close(): Promise<void>;
}

/** Opens a node at rest: the schema is up to date, nothing listens yet but the port for other nodes. */
export async function openNode(parts: NodeParts): Promise<Node> {
  const { config, log } = parts;
  const clock = parts.clock ?? systemClock;
  const random = parts.random ?? systemRandom;
  const places = placesOf(config);
  const needs = needsOfRoles(config.roles);
  const left = Promise.withResolvers<void>();
  const noteDeparture = departureFrom(places.cluster, clock);
  const depart = () => noteDeparture().then(left.resolve);
  // Whatever is opened is closed again, the last first, when a later step fails and when the node ends.
  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = async () => {
    const failures: unknown[] = [];
    for (const close of opened.splice(0).reverse()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "not everything could be closed");
  };

  try {
    const masterKey = await masterKeyAt({
      file: places.masterKey,
      random,
      isSchoolNew: isNew(config, places),
    });
    const seen: { cluster: Cluster | null } = { cluster: null };
    const membership = await openMembership({
      ...{ config, places, masterKey, clock, random, log },
      cluster: () => seen.cluster,
    });
    if (membership !== null) opened.push(() => membership.transport.close());
    const store = await openStore({ config, folder: places.store, membership, clock, random, log });
    opened.push(() => store.close());
    const { cluster } = store;
    seen.cluster = cluster;
    const localBlobs = await openLocalBlobStore({
      folder: places.blobs,
      clock,
      random,
      report: (report) => log(report.kind === "recovered" ? "info" : "error", "files on disk", { ...report }),
    });
    opened.push(() => localBlobs.close());
    const group =
      membership === null || cluster === null ? null : openGroup(membership, cluster, localBlobs, log);
    const blobs: BlobStore = group?.blobs.store ?? localBlobs;
    if (group !== null && cluster !== null) {
      opened.push(logLeadership(cluster, log));
      const closing = new AbortController();
      opened.push(() => closing.abort());
      untilRemoved({ cluster, clock, signal: closing.signal })
        .then(async (isRemoved) => {
          if (isRemoved) await depart();
        })
        .catch(left.reject);
    }

    let address: HttpAddress | null = null;
    const publicUrl = () => config.publicUrl ?? address?.url ?? "";
    const tokens = createTokenSealer({ keyring: createKeyring({ store, masterKey, clock, random }), random });
    const heavyReaders = createHeavyReaders({
      source:
        config.databaseUrl === null
          ? { engine: "sqlite", folder: places.store }
          : { engine: "postgres", url: config.databaseUrl },
      clock,
      log,
    });
    opened.push(() => heavyReaders.close());
    const mailer = createMailer({
      smtpUrl: config.smtpUrl,
      from: config.mailFrom ?? "Lyceum <lyceum@localhost>",
      outbox: places.outbox,
    });
    opened.push(() => mailer.close());
    const textIndex = openTextIndex({ folder: places.textIndex, clock });
    opened.push(() => textIndex.close());
    const kernel = await openKernel({
      store,
      blobs,
      inspector: createFileInspector(),
      mailer,
      textIndex,
      slices,
      authenticator: createAuthenticator(tokens),
      tokens,
      limiter: createAttemptLimiter(),
      clock,
      random,
      publicUrl,
      log,
      heavyReader: heavyReaders.read,
      group,
      diskSpace: () => diskSpaceOf(places.data),
      logArchive: config.logArchive === null ? null : { keepMs: logArchiveKeepMs(config) },
    });
    opened.push(() => kernel.close());
    const announcer =
      cluster === null || group === null
        ? null
        : createAnnouncer({ cluster, peers: group.peers, clock, log });
    if (announcer !== null) opened.push(() => announcer.close());
    if (membership !== null) {
      membership.transport.admitWith((request) => admit(kernel, request));
      opened.push(
        keepCertificateFresh({
          nodeId: membership.stored.identity.nodeId,
          folder: places.cluster,
          credentials: membership.stored.credentials,
          admission: membership.admission,
          sealedAuthority: () => sealedAuthorityIn(store),
          use: (credentials) => membership.transport.useCredentials(credentials),
          clock,
          log,
        }),
      );
    }
    if (config.databaseUrl === null && cluster !== null) {
      const backUpNow = () => backUp({ store, blobs, scratchFolder: places.data, version, now: clock.now() });
      const checkup = createCheckup({ kernel, cluster, peers: group?.peers ?? null, clock });
      const control = await openControlSocket({
        dataFolder: places.data,
        backUp: backUpNow,
        answerers: {
          checkup: async () => (await checkup()).map((finding) => ({ ...finding })),
          async leave() {
            await leaveCluster({ kernel, cluster, clock });
            await depart();
            return null;
          },
        },
        log,
      });
      if (control !== null) opened.push(() => control.close());
    }

    return {
      kernel,
      publicUrl,
      left: left.promise,
      async listen() {
        if (!needs.doors) return null;
        const tls = await readTls(config);
        const http = await createHttpDoor({
          kernel,
          log,
          clock,
          random,
          version,
          webRoot: parts.webRoot,
          sessions: sessionOperations,
          async figures() {
            const { waiting, running, parked } = (await store.read(countOpenJobs)).value;
            return { jobs_waiting: waiting, jobs_running: running, jobs_parked: parked };
          },
          settings: {
            host: config.host,
            port: config.httpPort,
            publicUrl: config.publicUrl,
            tls,
            trustedProxies: config.trustedProxies,
            ...(parts.limits === undefined ? {} : { limits: parts.limits }),
          },
        });
        opened.push(() => http.close());
        address = await http.listen();
        const door = createGrpcDoor({
          kernel,
          log,
          clock,
          // gRPC without TLS stays on this machine, also behind a proxy that does TLS for HTTP only.
          host: tls !== null || isLoopback(config.host) ? config.host : "127.0.0.1",
          port: config.grpcPort,
          ...(tls === null ? {} : { tls }),
        });
        opened.push(() => door.close());
        const grpc = await door.start();
        if (membership !== null) announcer?.announce(membership.listensAt({ httpUrl: address.url, grpc }));
        // The first thing when the node closes: whoever asks it in its last moments still finds a leader.
        if (cluster !== null) opened.push(() => handOver(cluster, clock, log));
        return { http: address, grpc };
      },
      start() {
        if (needs.background) kernel.start();
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Whether there are no secrets yet that only an old key opens. A node that joined was handed the school's key. */
function isNew(config: Config, places: Places): boolean {
  if (config.databaseUrl !== null) return true;
  return !existsSync(join(places.store, "CURRENT")) && !existsSync(places.clusterNote);
}

async function diskSpaceOf(folder: string): Promise<{ readonly freeBytes: number; readonly bytes: number }> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, bytes: blocks * bsize };
}

async function readTls(config: Config): Promise<{ readonly cert: string; readonly key: string } | null> {
  if (config.tlsCert === null || config.tlsKey === null) return null;
  return { cert: await readFile(config.tlsCert, "utf8"), key: await readFile(config.tlsKey, "utf8") };
}
