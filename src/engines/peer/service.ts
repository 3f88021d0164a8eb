/** Answers the calls of `RaftService`, all but the streams of messages and of questions. */
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Readable } from "node:stream";
import {
  Code,
  ConnectError,
  createConnectRouter,
  createContextKey,
  createContextValues,
  type HandlerContext,
  type ServiceImpl,
} from "@connectrpc/connect";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import type { TransportHandler } from "#engines/store/replica/transport.ts";
import type { Member, NodeId } from "#raft/configuration.ts";
import { serveBlob } from "./blob-transfer.ts";
import { sentenceOf } from "./client.ts";
import { FrameInvalid, whole, wireMember } from "./codec.ts";
import { messageBytesMax } from "./framing.ts";
import { type Caller, RaftService } from "./generated/raft.ts";
import { type CallerIdentity, refusal } from "./handshake.ts";
import type { JoinDesk } from "./join-desk.ts";
import { connectionOf } from "./listener.ts";
import { installSnapshot, snapshotOffset } from "./snapshot-transfer.ts";
import type { VoteCalls } from "./votes.ts";

export interface ServiceOptions {
  readonly selfId: NodeId;
  readonly votes: VoteCalls;
  readonly joinDesk: JoinDesk;
  /** Null until this node is ready for Raft's messages. */
  handler(): TransportHandler | null;
  /** Says who calls, or throws what the caller is told: a node may speak Raft, a member do all the rest. */
  checkNode(caller: Caller | undefined, connection: CallerIdentity): NodeId;
  checkMember(caller: Caller | undefined, connection: CallerIdentity): NodeId;
  leader(): { readonly leaderId: NodeId | null; readonly members: readonly Member[] };
  openBlob(): ((sha256: string, offset: number) => Promise<Readable | null>) | null;
}

/** Who has no certificate has nothing to say but a request to join. */
const strangerBytesMax = 64 * 1024;

const connectionKey = createContextKey<CallerIdentity>(connectionOf(undefined));

export function createService(
  options: ServiceOptions,
): (request: Http2ServerRequest, response: Http2ServerResponse) => void {
  const { selfId, votes } = options;

  function connectionIn(context: HandlerContext): CallerIdentity {
    return context.values.get(connectionKey);
  }

  const node = (caller: Caller | undefined, context: HandlerContext) =>
    options.checkNode(caller, connectionIn(context));

  function ready(): TransportHandler {
    const handler = options.handler();
    if (handler === null) throw refusal(Code.Unavailable, `node ${selfId} is starting`);
    return handler;
  }

  return serve({
    requestVote: (request, context) =>
      told(async () => {
        const from = node(request.caller, context);
        const { vote } = request;
        if (vote === undefined) throw new FrameInvalid("a question for a vote that is not there");
        const handler = ready();
        const { isPreVote, isTransfer } = vote;
        const question = {
          type: "vote-request" as const,
          from,
          to: selfId,
          term: whole(vote.term),
          isPreVote,
          isTransfer,
          last: { index: whole(vote.last?.index ?? 0n), term: whole(vote.last?.term ?? 0n) },
        };
        const reply = votes.wait(question);
        handler.message(question);
        const said = await reply;
        return said === null
          ? {}
          : { reply: { term: BigInt(said.term), isPreVote: said.isPreVote, granted: said.granted } };
      }),
    timeoutNow: (request, context) =>
      told(async () => {
        const from = node(request.caller, context);
        ready().message({ type: "timeout-now", from, to: selfId, term: whole(request.term) });
        return {};
      }),
    snapshotOffset: (request, context) =>
      told(() => {
        node(request.caller, context);
        return snapshotOffset(ready(), request.snapshot);
      }),
    installSnapshot: (requests, context) =>
      told(async () => {
        await installSnapshot(ready(), selfId, requests, (caller) => node(caller, context));
        return {};
      }),
    getLeader: (request, context) =>
      told(async () => {
        options.checkMember(request.caller, connectionIn(context));
        const { leaderId, members } = options.leader();
        return {
          members: members.map(wireMember),
          ...(leaderId === null ? {} : { leaderId }),
        };
      }),
    async *openBlob(request, context) {
      options.checkMember(request.caller, connectionIn(context));
      const open = options.openBlob();
      if (open === null) throw refusal(Code.Unavailable, `node ${selfId} does not serve files yet`);
      try {
        yield* serveBlob(request, open, context.signal);
      } catch (error) {
        throw asTold(error);
      }
    },
    join: (request, context) => told(() => options.joinDesk.admit(request, connectionIn(context).from)),
  });
}

/**
 * As connect's own adapter does it, but for what it prints when a caller goes away in the middle of an answer, and for
 * the length of what is taken from whom.
 */
function serve(methods: Partial<ServiceImpl<typeof RaftService>>) {
  const forNodes = methodsTaking(messageBytesMax, methods);
  const forStrangers = methodsTaking(strangerBytesMax, methods);
  return (request: Http2ServerRequest, response: Http2ServerResponse) => {
    const connection = connectionOf(request.stream.session);
    const method = (connection.kind === "node" ? forNodes : forStrangers).get(request.url);
    if (method === undefined) {
      response.writeHead(404);
      response.end();
      return;
    }
    const values = createContextValues().set(connectionKey, connection);
    method(universalRequestFromNodeRequest(request, response, undefined, values))
      .then((answer) => universalResponseToNodeResponse(answer, response))
      .catch(() => {
        // The answer did not reach the caller, whose link is watched elsewhere.
      });
  };
}

function methodsTaking(readMaxBytes: number, methods: Partial<ServiceImpl<typeof RaftService>>) {
  const router = createConnectRouter({ connect: false, grpcWeb: false, acceptCompression: [], readMaxBytes });
  router.service(RaftService, methods);
  return new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
}

/** Peers are believed, and told what went wrong. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asTold(error);
  }
}

function asTold(error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  return refusal(error instanceof FrameInvalid ? Code.InvalidArgument : Code.Aborted, sentenceOf(error));
}
