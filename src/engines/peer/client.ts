/** The calls of `RaftService` over a connection that is open already. */
import type { ClientHttp2Session } from "node:http2";
import { type Client, Code, ConnectError, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport, type GrpcTransportOptions } from "@connectrpc/connect-node";
import { messageBytesMax } from "./framing.ts";
import { RaftService } from "./generated/raft.ts";

export type PeerClient = Client<typeof RaftService>;

/** What says for certain that the call was not taken: nothing was done at the other end. */
const notTaken: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.PermissionDenied,
  Code.Unauthenticated,
  Code.FailedPrecondition,
  Code.AlreadyExists,
  Code.ResourceExhausted,
  Code.Unimplemented,
]);

export function wasNotTaken(error: unknown): boolean {
  return error instanceof ConnectError && notTaken.has(error.code);
}

/** The sentence of a failed call, without gRPC's name for its kind. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ConnectError) return error.rawMessage;
  return error instanceof Error ? error.message : String(error);
}

const clients = new WeakMap<ClientHttp2Session, PeerClient>();

export function clientOn(session: ClientHttp2Session): PeerClient {
  const known = clients.get(session);
  if (known !== undefined) return known;
  const made = createClient(
    RaftService,
    createGrpcTransport({
      baseUrl: authority,
      sessionManager: managerOf(session),
      interceptors: [endingWith(session)],
      acceptCompression: [],
      readMaxBytes: messageBytesMax,
    }),
  );
  clients.set(session, made);
  return made;
}

/** A call that has sent all it has to say would wait for its answer even after the connection was taken down. */
function endingWith(session: ClientHttp2Session): Interceptor {
  const ended = new AbortController();
  const end = () => ended.abort(new ConnectError("the connection ended", Code.Unavailable));
  if (session.destroyed) end();
  else session.once("close", end);
  return (next) => (call) => next({ ...call, signal: AbortSignal.any([call.signal, ended.signal]) });
}

/** A name only: connections are opened, watched and closed by `link.ts` and `bulk.ts`. */
const authority = "https://peer";

function managerOf(session: ClientHttp2Session): NonNullable<GrpcTransportOptions["sessionManager"]> {
  return {
    authority,
    request(method, path, headers, options) {
      if (session.closed || session.destroyed)
        return Promise.reject(new ConnectError("the connection is closed", Code.FailedPrecondition));
      return Promise.resolve(
        session.request({ ...headers, ":method": method, ":path": path, ":authority": "peer" }, options),
      );
    },
    notifyResponseByteRead() {
      // `keep-alive.ts` watches the connection.
    },
  };
}
