/** The streams that peers opened to this node. Each peer has one, from one process only. */
import type { Http2Session, ServerHttp2Stream } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Clock } from "#base/clock.ts";
import type { NodeId } from "#raft/configuration.ts";
import { decodeFrame, encodeHello, type StreamMessage } from "./codec.ts";
import { createFrameStream, type FrameStream } from "./framing.ts";
import type { Hello } from "./generated/raft.ts";
import { acceptStream, refuseStream } from "./grpc-call.ts";
import { type CallerIdentity, refusal } from "./handshake.ts";

export interface Inbound {
  readonly instanceId: string;
  send(frame: Uint8Array, isExpendable: boolean): void;
}

export interface InboundOptions {
  readonly selfId: NodeId;
  readonly clock: Clock;
  readonly helloTimeoutMs: number;
  readonly complain: (sentence: string, from: string) => void;
  /** Says who calls, or throws what the caller is told. */
  check(hello: Hello, connection: CallerIdentity): { readonly nodeId: NodeId; readonly instanceId: string };
  hello(): Hello;
  onUp(id: NodeId, hello: Hello): void;
  onDown(id: NodeId): void;
  onDropped(id: NodeId): void;
  onMessage(message: StreamMessage): void;
}

export interface InboundStreams {
  get(id: NodeId): Inbound | null;
  /** A peer's stream arrived; it says who it is in its first frame. */
  take(stream: ServerHttp2Stream, connection: CallerIdentity): void;
  /** Ends what a node that is no member any more has open. */
  drop(id: NodeId): void;
}

interface Open extends Inbound {
  readonly session: Http2Session;
}

export function createInboundStreams(options: InboundOptions): InboundStreams {
  const { selfId, clock } = options;
  const open = new Map<NodeId, Open>();

  function take(stream: ServerHttp2Stream, connection: CallerIdentity): void {
    let peerId: NodeId | null = null;
    let isIntroduced = false;
    const refuse = (error: unknown) => {
      const said =
        error instanceof ConnectError ? error : refusal(Code.InvalidArgument, `it sent ${String(error)}`);
      options.complain(`a caller was refused: ${said.rawMessage}`, connection.from);
      refuseStream(stream, said);
    };
    const cancelWait = clock.after(options.helloTimeoutMs, () =>
      refuse(refusal(Code.DeadlineExceeded, "the stream did not say who opened it")),
    );
    stream.on("close", cancelWait);
    const frames = createFrameStream(stream, {
      message(bytes) {
        const frame = decodeFrame(bytes, peerId ?? "", selfId);
        if (frame === null) return;
        if ("message" in frame) {
          if (peerId !== null) options.onMessage(frame.message);
          return;
        }
        if (isIntroduced) return;
        isIntroduced = true;
        cancelWait();
        introduce(frame.hello).catch(refuse);
      },
      dropped: () => peerId !== null && options.onDropped(peerId),
      invalid(what) {
        if (peerId === null) refuse(what);
        else stream.session?.destroy();
      },
    });

    async function introduce(hello: Hello): Promise<void> {
      const { nodeId, instanceId } = options.check(hello, connection);
      const { session } = stream;
      await makeWay(nodeId, instanceId);
      if (session === undefined || stream.destroyed) return;
      peerId = nodeId;
      acceptStream(stream);
      frames.send(encodeHello(options.hello()), false);
      register(nodeId, { instanceId, session, send: frames.send }, stream, frames);
      options.onUp(nodeId, hello);
    }
  }

  /** Two processes with one id would vote twice. The one that is here stays, as long as it shows a sign of life. */
  async function makeWay(nodeId: NodeId, instanceId: string): Promise<void> {
    for (;;) {
      const present = open.get(nodeId);
      if (present === undefined || present.instanceId === instanceId) return;
      if (await isAlive(present.session))
        throw refusal(
          Code.AlreadyExists,
          `two processes say that they are node ${nodeId}: a data folder was copied; stop one of the two`,
        );
      if (open.get(nodeId) === present) open.delete(nodeId);
    }
  }

  function register(nodeId: NodeId, added: Open, stream: ServerHttp2Stream, frames: FrameStream): void {
    const former = open.get(nodeId);
    open.set(nodeId, added);
    if (former !== undefined && former.session !== added.session) former.session.destroy();
    stream.on("close", () => {
      frames.destroy();
      if (open.get(nodeId) !== added) return;
      open.delete(nodeId);
      options.onDown(nodeId);
    });
  }

  return {
    take,
    get: (id) => open.get(id) ?? null,
    drop(id) {
      open.get(id)?.session.destroy();
    },
  };
}

/** Whether the process at the other end still answers; a session that dies meanwhile does not. */
function isAlive(session: Http2Session): Promise<boolean> {
  return new Promise((resolve) => {
    if (session.destroyed || session.closed) return resolve(false);
    session.once("close", () => resolve(false));
    session.ping((error) => resolve(error === null));
  });
}
