/**
 * The HTTP door: REST, the web app's files, documents and figures on one port. It reads the registry of operations
 * and knows no slice.
 */
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import compress from "@fastify/compress";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { Clock } from "#base/clock.ts";
import { uuidv7 } from "#base/ids.ts";
import type { Random } from "#base/random.ts";
import { Refusal } from "#kernel/errors.ts";
import type { Kernel, Log } from "#kernel/kernel.ts";
import { silenceMsMax, silentConnections } from "../silent-connections.ts";
import { addArchives } from "./archives.ts";
import { addDocs } from "./docs-page.ts";
import { cachedFileUrls } from "./file-urls.ts";
import { addFiles } from "./files.ts";
import { createMetrics } from "./metrics.ts";
import { openApiDocument } from "./openapi.ts";
import { positionCookies } from "./position.ts";
import { HttpRefusal, sendProblem } from "./problem.ts";
import { addRateLimits, defaultRateLimits, type RateLimits } from "./rate-limits.ts";
import { addOperationRoutes, publicOperations } from "./routes.ts";
import { type Headers, securityHeaders } from "./security-headers.ts";
import { type SessionOperations, sessionCookies } from "./session-cookie.ts";
import { addSisterNodes, connectingTo, sisterNodes } from "./sister-nodes.ts";
import { addUploads } from "./uploads.ts";
import { addWebApp } from "./web-app.ts";
import { addWellKnown } from "./well-known.ts";

/** The most that a JSON request may have; files travel by uploads. */
export const jsonBytesMax = 1024 * 1024;
/** How often a door that closes lets go of connections that have become idle. */
const idleSweepMs = 50;
/** How long a client may take over its headers, and over a whole JSON request. Uploads set their own. */
const headersTimeoutMs = 20_000;

export interface HttpSettings {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The address that people use, without a slash at its end; null means the address listened on. */
  readonly publicUrl: string | null;
  readonly tls: { readonly cert: string | Buffer; readonly key: string | Buffer } | null;
  /** Addresses or networks whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly limits?: RateLimits;
}

export interface HttpDoorOptions {
  readonly kernel: Kernel;
  readonly settings: HttpSettings;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  /** Lyceum's version, for the documents. */
  readonly version: string;
  /** The folder of the built web app; null for a node without pages. */
  readonly webRoot: string | null;
  readonly sessions: SessionOperations;
  /** Further gauges for /metrics, by name. */
  readonly figures?: () => Promise<Readonly<Record<string, number>>>;
}

export interface HttpDoor {
  /** Begins to listen; gives the address, with the port that was picked. */
  listen(): Promise<HttpAddress>;
  /** Stops taking requests, lets those in flight end, then releases the port. */
  close(): Promise<void>;
}

export interface HttpAddress {
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

export async function createHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const { settings, kernel, log, clock } = options;
  let listening: HttpAddress | null = null;
  let draining = false;
  const publicUrl = () => settings.publicUrl ?? listening?.url ?? "";
  const tls = settings.tls !== null || (settings.publicUrl?.startsWith("https:") ?? false);
  const headers = await securityHeaders({ tls });
  const app = openFastify(options, headers.data);
  const silent = silentConnections(app.server);
  app.server.on("request", ({ socket }: IncomingMessage) => silent.heard(socket));
  const sisters = sisterNodes(kernel.store);
  const cookies = sessionCookies({
    tls,
    ownOrigin: () => originOf(publicUrl()),
    isSister: (origin) => sisters.has(origin),
  });
  const metrics = createMetrics();

  const dataHeaders = Object.entries(headers.data);
  app.addHook("onRequest", (request, reply, done) => {
    for (const [name, value] of dataHeaders) reply.header(name, value);
    reply.header("x-request-id", request.id);
    done();
  });
  app.setErrorHandler((error, request, reply) => {
    sendProblem(request, reply, error, (cause) => logBug(log, request, cause));
    return reply;
  });
  await addSisterNodes(app, sisters);
  await addRateLimits(app, settings.limits ?? defaultRateLimits, cookies);
  await app.register(compress, { globalDecompression: false, encodings: ["br", "gzip"], threshold: 1_024 });
  const webApp = await addWebApp(app, options.webRoot, () => pageHeaders(headers.page, sisters.origins()));
  addWellKnown(app, {
    kernel,
    metrics,
    figures: options.figures ?? (async () => ({})),
    isDraining: () => draining,
  });
  addOperationRoutes(app, {
    kernel,
    cookies,
    positions: positionCookies({ tls }),
    sessions: options.sessions,
    metrics,
    fileUrl: cachedFileUrls(kernel, clock),
  });
  addArchives(app, kernel);
  addFiles(app, { blobs: kernel.services.blobs, tokens: kernel.services.tokens, clock });
  await addUploads(app, {
    blobs: kernel.services.blobs,
    identify(request) {
      const credentials = cookies.credentialsOf(request);
      cookies.refuseForgery(request, credentials);
      return kernel.identify(credentials.token);
    },
  });
  addDocs(app, headers.page, () =>
    openApiDocument(kernel.registry, publicOperations(kernel), {
      version: options.version,
      publicUrl: publicUrl(),
    }),
  );
  const methodOf = new Map(publicOperations(kernel).map(({ path, method }) => [path, method]));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    const method = methodOf.get(path);
    if (method !== undefined) throw wrongMethod(request, path, method === "GET" ? "GET, HEAD" : method);
    return webApp.page(request, reply) ?? notFound(path);
  });

  return {
    async listen() {
      await app.listen({ host: settings.host, port: settings.port });
      listening = addressOf(app, settings);
      return listening;
    },
    async close() {
      draining = true;
      let stop = () => {};
      const stopSilent = clock.after(silenceMsMax, () => silent.closeAll());
      // A connection whose answer was on its way when the door closed is idle only later, and its client may keep it.
      const sweep = () => {
        app.server.closeIdleConnections();
        stop = clock.after(idleSweepMs, sweep);
      };
      sweep();
      try {
        await app.close();
      } finally {
        stop();
        stopSilent();
      }
    },
  };
}

function openFastify({ settings, clock, random, log }: HttpDoorOptions, data: Headers): FastifyInstance {
  const app = Fastify({
    bodyLimit: jsonBytesMax,
    genReqId: requestIds(clock, random),
    // Requests are counted, and faults are logged with their cause; a line for each request would cost more than it.
    logger: false,
    trustProxy: settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
    forceCloseConnections: "idle",
    // Who asks in the last moments, on a connection that is open still, is answered like everybody and told to close it.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 1_000 },
    // A path that cannot be read never reaches a hook, so the answer needs its headers here.
    frameworkErrors(error, request, reply) {
      reply.headers(data).header("x-request-id", request.id);
      sendProblem(request, reply, error, (cause) => logBug(log, request, cause));
    },
    http: { headersTimeout: headersTimeoutMs },
    ...(settings.tls === null ? {} : { https: { ...settings.tls, headersTimeout: headersTimeoutMs } }),
  }) as FastifyInstance;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, parseJson(body as string));
    } catch (error) {
      done(error as Error);
    }
  });
  return app;
}

/** Ids that no other process gives: one of this process, drawn once, and a number that grows. */
function requestIds(clock: Clock, random: Random): () => string {
  const start = uuidv7(clock.now(), random);
  let requests = 0;
  return () => `${start}-${++requests}`;
}

/** A command without input may come without a body, whatever its Content-Type says. */
function parseJson(body: string): unknown {
  if (body === "") return {};
  try {
    return JSON.parse(body);
  } catch (error) {
    const where = error instanceof Error ? error.message.replace(/\.$/, "") : "it ends too early";
    throw new Refusal("invalid_input", `The body is not valid JSON: ${where}.`);
  }
}

function logBug(log: Log, request: FastifyRequest, cause: unknown): void {
  const { id, method } = request;
  // The route, not the address: that of a file is the permission to read it.
  const path = request.routeOptions.url ?? request.url.split("?")[0];
  const error = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  log("error", "a request failed by a fault of ours", { requestId: id, method, path, error });
}

function wrongMethod(request: FastifyRequest, path: string, allow: string): HttpRefusal {
  return new HttpRefusal(405, {
    code: "method_not_allowed",
    message: `${path} takes ${allow}, not ${request.method}.`,
    headers: { allow },
  });
}

function notFound(path: string): never {
  throw new Refusal("not_found", `There is nothing at ${path}. The operations are listed at /docs.`);
}

function addressOf(app: FastifyInstance, settings: HttpSettings): HttpAddress {
  const { port } = app.server.address() as AddressInfo;
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  return { host: settings.host, port, url: `${settings.tls === null ? "http" : "https"}://${host}:${port}` };
}

function pageHeaders(headers: Headers, sisters: readonly string[]): Headers {
  const name = "content-security-policy";
  return { ...headers, [name]: connectingTo(headers[name] ?? "", sisters) };
}

function originOf(url: string): string {
  return url === "" ? "" : new URL(url).origin;
}
