/** The peer port: takes connections, finds out whose they are, and hands each call to who answers it. */
import {
  createSecureServer,
  Http2ServerRequest,
  Http2ServerResponse,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { Code } from "@connectrpc/connect";
import type { Clock } from "#base/clock.ts";
import { identityOf, type NodeCredentials } from "./certificates.ts";
import { sessionMemoryMax, sessionWindowBytes, streamWindowBytes } from "./dial.ts";
import { refuseStream } from "./grpc-call.ts";
import { type CallerIdentity, distrustSentence, refusal } from "./handshake.ts";
import { type KeepAliveTiming, keepAlive } from "./keep-alive.ts";

export interface ListenerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly credentials: NodeCredentials;
  readonly clock: Clock;
  readonly timing: KeepAliveTiming;
  readonly complain: (sentence: string, from: string) => void;
  /** Who takes the streams that bypass connect, by their path; each is answered with `acceptStream` or `refuseStream`. */
  readonly streams: Readonly<Record<string, (stream: ServerHttp2Stream, connection: CallerIdentity) => void>>;
  /** Any other call. */
  onCall(request: Http2ServerRequest, response: Http2ServerResponse): void;
}

export interface Listener {
  start(): Promise<{ readonly host: string; readonly port: number }>;
  address(): { readonly host: string; readonly port: number } | null;
  /** Shows another certificate from now on. */
  useCredentials(credentials: NodeCredentials): void;
  close(): Promise<void>;
}

const identities = new WeakMap<object, CallerIdentity>();

/** Who is at the other end of the connection that a call came on. */
export function connectionOf(session: object | undefined): CallerIdentity {
  return (
    (session === undefined ? undefined : identities.get(session)) ?? {
      kind: "stranger",
      hasCertificate: false,
      reason: "the connection is gone",
      from: "",
    }
  );
}

/** OpenSSL's own words carry addresses and line numbers; its reason alone says what was wrong. */
function reasonOf(error: Error & { readonly reason?: unknown }): string {
  return typeof error.reason === "string" ? error.reason : error.message;
}

export function createListener(options: ListenerOptions): Listener {
  const { clock } = options;
  const server = createSecureServer({
    ...tlsOf(options.credentials),
    requestCert: true,
    // Newcomers have no certificate yet; every method but Join looks at what the connection proved.
    rejectUnauthorized: false,
    minVersion: "TLSv1.3",
    maxSessionMemory: sessionMemoryMax,
    settings: { initialWindowSize: streamWindowBytes, maxConcurrentStreams: 4_096 },
  });
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    const identity = identify(session.socket);
    identities.set(session, identity);
    // Whoever shows a certificate means to be one of us: say why not. Newcomers show none.
    if (identity.kind === "stranger" && identity.hasCertificate)
      options.complain(`a caller was refused: ${identity.reason}`, identity.from);
    session.on("close", () => sessions.delete(session));
    session.setLocalWindowSize(sessionWindowBytes);
    keepAlive(session, clock, options.timing, () => {});
  });
  server.on("tlsClientError", (error, socket) => {
    options.complain(
      `a caller broke off before it was known: ${reasonOf(error)}`,
      socket.remoteAddress ?? "an unknown address",
    );
  });
  server.on("sessionError", () => {
    // Whoever uses the session hears of its end.
  });
  server.on(
    "stream",
    (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _flags: number, rawHeaders: string[]) => {
      stream.on("error", () => {
        // The stream's users hear of its end by "close".
      });
      const take = options.streams[headers[":path"] ?? ""];
      if (take !== undefined) {
        const connection = connectionOf(stream.session);
        if (connection.kind === "node") take(stream, connection);
        else refuseStream(stream, refusal(Code.Unauthenticated, connection.reason));
        return;
      }
      options.onCall(
        new Http2ServerRequest(stream, headers, {}, rawHeaders),
        new Http2ServerResponse(stream),
      );
    },
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
        server.listen(options.port, options.host, () => {
          server.off("error", reject);
          const bound = address();
          if (bound === null) reject(new Error("the peer port closed while it opened"));
          else resolve(bound);
        });
      });
    },
    useCredentials: (credentials) => server.setSecureContext(tlsOf(credentials)),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

function tlsOf(credentials: NodeCredentials) {
  return {
    ca: credentials.authority,
    cert: credentials.certificate + credentials.authority,
    key: credentials.privateKey,
  };
}

function identify(socket: Socket | TLSSocket): CallerIdentity {
  const from = socket.remoteAddress ?? "an unknown address";
  const stranger = (reason: string, hasCertificate: boolean): CallerIdentity => ({
    kind: "stranger",
    hasCertificate,
    reason,
    from,
  });
  // What a session shows of its socket is a proxy, which knows its class but not which properties it has.
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (certificate === undefined || !(socket instanceof TLSSocket))
    return stranger("a caller without a certificate may do nothing here but join", false);
  const identity = identityOf(certificate);
  const whose = identity === null ? `the caller at ${from}` : `node ${identity.nodeId} (${from})`;
  if (!socket.authorized) return stranger(distrustSentence(String(socket.authorizationError), whose), true);
  return identity === null
    ? stranger(`the certificate of ${whose} names no node`, true)
    : { kind: "node", identity, from };
}
