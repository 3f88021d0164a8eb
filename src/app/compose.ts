/**
 * The composition root: the one place that knows which engine, slices and doors a node is made of. Read from top to
 * bottom: the store and the files, the kernel over them, then the doors.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Clock, systemClock } from "#base/clock.ts";
import { type Random, systemRandom } from "#base/random.ts";
import { createGrpcDoor } from "#doors/grpc/door.ts";
import type { RateLimits } from "#doors/http/rate-limits.ts";
import { createHttpDoor, type HttpAddress } from "#doors/http/server.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import { createFileInspector } from "#engines/inspector/inspector.ts";
import type { Store } from "#engines/store/port.ts";
import { openPostgresStore } from "#engines/store/postgres/open.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { countOpenJobs } from "#kernel/job-admin.ts";
import { type Kernel, type Log, openKernel } from "#kernel/kernel.ts";
import { createKeyring } from "#kernel/keyring.ts";
import { createAttemptLimiter } from "#kernel/limiter.ts";
import { createTokenSealer } from "#kernel/tokens.ts";
import { createAuthenticator } from "#slices/identity/api.ts";
import { backUp } from "./backup/back-up.ts";
import type { Config } from "./config.ts";
import { openControlSocket } from "./control-socket.ts";
import { isLoopback } from "./exposure.ts";
import { createHeavyReaders } from "./heavy-reader.ts";
import { masterKeyAt } from "./master-key.ts";
import { needsOfRoles } from "./roles.ts";
import { sessionOperations } from "./session-operations.ts";
import { slices } from "./slices.ts";
import { version } from "./version.ts";

/** Where things lie in the data folder. */
export function placesOf(config: Config) {
  const data = resolve(config.data);
  return {
    data,
    store: join(data, "store"),
    blobs: join(data, "blobs"),
    masterKey: resolve(config.masterKey ?? join(data, "master.key")),
    cluster: join(data, "cluster"),
    /** There once the node is a member of a cluster. */
    clusterNote: join(data, "cluster", "node.json"),
    demoPassword: join(data, "demo-password"),
    demoUnfinished: join(data, "demo-unfinished"),
  };
}

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
  /** Opens the doors that its roles call for; null when they call for none. */
  listen(): Promise<Addresses | null>;
  /** Begins the work in the background, where its roles call for it. */
  start(): void;
  /** Stops taking requests, lets what was begun end, and releases everything. */
  close(): Promise<void>;
}

/** Opens a node at rest: the schema is up to date, nothing listens yet. */
export async function openNode(parts: NodeParts): Promise<Node> {
  const { config, log } = parts;
  const clock = parts.clock ?? systemClock;
  const random = parts.random ?? systemRandom;
  const places = placesOf(config);
  const needs = needsOfRoles(config.roles);
  // Whatever is opened is closed again, the last first, when a later step fails and when the node ends.
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };

  try {
    const isSchoolNew = config.databaseUrl === null && !existsSync(join(places.store, "CURRENT"));
    const masterKey = await masterKeyAt({
      file: places.masterKey,
      random,
      isSchoolNew: isSchoolNew || config.databaseUrl !== null,
    });
    const store = await openStore(config, places.store, { clock, log });
    opened.push(() => store.close());
    const blobs: BlobStore = await openLocalBlobStore({
      folder: places.blobs,
      clock,
      random,
      report: (report) => log(report.kind === "recovered" ? "info" : "error", "files on disk", { ...report }),
    });
    opened.push(() => blobs.close());

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
    const kernel = await openKernel({
      store,
      blobs,
      inspector: createFileInspector(),
      slices,
      authenticator: createAuthenticator(tokens),
      tokens,
      limiter: createAttemptLimiter(),
      clock,
      random,
      publicUrl,
      log,
      heavyReader: heavyReaders.read,
    });
    opened.push(() => kernel.close());
    if (config.databaseUrl === null) {
      const backUpNow = () => backUp({ store, blobs, scratchFolder: places.data, version, now: clock.now() });
      const control = await openControlSocket({
        dataFolder: places.data,
        backUp: backUpNow,
        answerers: {
          checkup: async () => [],
          leave: () => Promise.reject(new Error("This node is in no cluster, so there is none to leave.")),
        },
        log,
      });
      if (control !== null) opened.push(() => control.close());
    }

    return {
      kernel,
      publicUrl,
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
        const grpc = createGrpcDoor({
          kernel,
          log,
          clock,
          // gRPC without TLS stays on this machine, also behind a proxy that does TLS for HTTP only.
          host: tls !== null || isLoopback(config.host) ? config.host : "127.0.0.1",
          port: config.grpcPort,
          ...(tls === null ? {} : { tls }),
        });
        opened.push(() => grpc.close());
        return { http: address, grpc: await grpc.start() };
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

function openStore(
  config: Config,
  folder: string,
  { clock, log }: { clock: Clock; log: Log },
): Promise<Store> {
  if (config.databaseUrl !== null)
    return openPostgresStore({
      url: config.databaseUrl,
      clock,
      log: { error: (facts, message) => log("error", message, { ...facts }) },
    });
  return openSqliteStore({
    folder,
    clock,
    report: ({ level, event, message, facts }) => log(level, message, { event, ...facts }),
  });
}

async function readTls(config: Config): Promise<{ readonly cert: string; readonly key: string } | null> {
  if (config.tlsCert === null || config.tlsKey === null) return null;
  return { cert: await readFile(config.tlsCert, "utf8"), key: await readFile(config.tlsKey, "utf8") };
}
