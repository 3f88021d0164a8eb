/**
 * The gRPC door: every operation of the registry as a method, with health and reflection, over HTTP/2. TLS, or plain
 * text on loopback only.
 */

import { randomUUID } from "node:crypto";
import {
  constants,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  Http2ServerRequest,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { type AddressInfo, BlockList, isIPv6 } from "node:net";
import type { DescService } from "@bufbuild/protobuf";
import {
  type ConnectRouter,
  createContextKey,
  createContextValues,
  type HandlerContext,
} from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { present } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import type { Kernel, Log } from "#kernel/kernel.ts";
import { silenceMsMax, silentConnections } from "../silent-connections.ts";
import { buildContract } from "./contract.ts";
import { type FieldNumbers, readFieldNumbers } from "./field-numbers.ts";
import { createHealthService } from "./health.ts";
import { createMethods } from "./methods.ts";
import { reflectionRoutes } from "./reflection.ts";
import { GrpcResponse } from "./status-message.ts";
import { createUnaryCalls } from "./unary-calls.ts";
import { packageName } from "./wire-model.ts";

/** The largest message that is taken: a chunk of a file, or an input. */
export const messageBytesMax = 2 * 1024 * 1024;
const streamsPerConnectionMax = 256;
const drainMs = 10_000;

export interface GrpcDoorOptions {
  readonly kernel: Kernel;
  /** PEM texts; without them the door is in clear text, and opens on loopback only. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly log: Log;
  readonly clock: Clock;
  /** The committed numbers when absent. */
  readonly fieldNumbers?: FieldNumbers;
}

export interface GrpcDoor {
  /** Listens; gives where. */
  start(): Promise<{ readonly host: string; readonly port: number }>;
  /** Where it listens, or null. */
  address(): { readonly host: string; readonly port: number } | null;
  /** Takes no more calls, lets those under way end, then closes what is left. */
  close(): Promise<void>;
}

const remoteAddress = createContextKey<string | null>(null);

export function createGrpcDoor(options: GrpcDoorOptions): GrpcDoor {
  const { kernel, tls, host, port, log, clock } = options;
  if (tls === undefined && !isLoopback(host))
    throw new Error(
      `gRPC in clear text opens on loopback only, not on ${host}: tokens would travel unprotected. Set LYCEUM_TLS_CERT and LYCEUM_TLS_KEY, or LYCEUM_HOST=127.0.0.1.`,
    );
  const contract = buildContract(kernel.registry, options.fieldNumbers ?? readFieldNumbers());
  const service = (name: string): DescService =>
    present(contract.linked.getService(name), `descriptor of ${name}`);
  const names = contract.wire.services.map(({ name }) => `${packageName}.${name}`);
  const health = createHealthService(
    service("grpc.health.v1.Health"),
    names,
    () => kernel.unready() === null,
  );
  const implementations = createMethods({
    kernel,
    contract,
    log,
    clock,
    addressOf: (context: HandlerContext) => context.values.get(remoteAddress),
    newRequestId: randomUUID,
  });
  const unaryCalls = createUnaryCalls({
    kernel,
    contract,
    log,
    clock,
    newRequestId: randomUUID,
    messageBytesMax,
  });
  const handler = connectNodeAdapter({
    connect: false,
    grpcWeb: false,
    readMaxBytes: messageBytesMax,
    contextValues: (request) =>
      createContextValues().set(remoteAddress, request.socket.remoteAddress ?? null),
    routes(router: ConnectRouter) {
      for (const { name } of contract.wire.services)
        router.service(service(`${packageName}.${name}`), present(implementations.get(name), name) as never);
      health.routes(router);
      reflectionRoutes(router, service("grpc.reflection.v1.ServerReflection"), contract.linked);
    },
  });
  const settings = { maxConcurrentStreams: streamsPerConnectionMax, initialWindowSize: 1024 * 1024 };
  const server: Http2Server | Http2SecureServer =
    tls === undefined ? createServer({ settings }) : createSecureServer({ ...tls, settings });
  server.on(
    "stream",
    (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, rawHeaders: string[]) => {
      if (unaryCalls(stream, headers)) return;
      handler(new Http2ServerRequest(stream, headers, {}, rawHeaders), new GrpcResponse(stream));
      // Once the answer is out, with the trailers that the response sends first, what the client still sends is not
      // read: without a reset the stream would stay open.
      stream.once("wantTrailers", () => setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR)));
    },
  );
  const silent = silentConnections(server);
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
    session.once("stream", () => silent.heard(session.socket));
    // Its handshake was under way when the door closed.
    if (!server.listening) session.close();
  });
  server.on("sessionError", (error: Error) =>
    log("warn", "a gRPC connection broke", { error: error.message }),
  );

  function address() {
    const bound = server.address() as AddressInfo | null;
    return bound === null ? null : { host: bound.address, port: bound.port };
  }

  return {
    address,
    start() {
      return new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          resolve(present(address(), "the address of a server that listens"));
        });
      });
    },
    async close() {
      health.drain();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.close();
      const stopSilent = clock.after(silenceMsMax, () => silent.closeAll());
      const stopDraining = clock.after(drainMs, () => {
        for (const session of sessions) session.destroy();
      });
      await closed;
      stopSilent();
      stopDraining();
    },
  };
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

function isLoopback(host: string): boolean {
  return host === "localhost" || loopback.check(host, isIPv6(host) ? "ipv6" : "ipv4");
}
