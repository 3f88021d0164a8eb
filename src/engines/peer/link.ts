/** This node's own connection to one peer: kept up for as long as the peer is a member, dialled again whenever it breaks. */
import type { ClientHttp2Session } from "node:http2";
import type { Clock } from "#base/clock.ts";
import type { Random } from "#base/random.ts";
import type { NodeId } from "#raft/configuration.ts";
import type { NodeCredentials } from "./certificates.ts";
import { decodeFrame, encodeHello, type StreamMessage } from "./codec.ts";
import { DialFailed, dial } from "./dial.ts";
import { createFrameStream, type FrameStream } from "./framing.ts";
import type { Hello } from "./generated/raft.ts";
import { appendEntriesPath, onRefusal, openCall } from "./grpc-call.ts";
import type { PeerLog } from "./handshake.ts";
import { type KeepAliveTiming, keepAlive } from "./keep-alive.ts";

const staleAttemptMs = 250;

export interface LinkTiming {
  /** How long an attempt, and then the answer to the `Hello`, may take. */
  readonly attemptMs: number;
  readonly retryMsMin: number;
  readonly retryMsMax: number;
  readonly keepAlive: KeepAliveTiming;
}

export interface LinkOptions {
  readonly clusterId: string;
  readonly selfId: NodeId;
  readonly peerId: NodeId;
  readonly address: string;
  readonly credentials: () => NodeCredentials;
  readonly hello: () => Hello;
  readonly clock: Clock;
  readonly random: Random;
  readonly timing: LinkTiming;
  readonly log: PeerLog;
  onUp(hello: Hello): void;
  onDown(): void;
  onDropped(): void;
  onMessage(message: StreamMessage): void;
}

export interface Link {
  readonly isUp: boolean;
  readonly roundTripMs: number | null;
  readonly address: string;
  /** For calls beside the stream; null while the link is down. */
  readonly session: ClientHttp2Session | null;
  /** Where it is dialled from now on. */
  moveTo(address: string): void;
  /** There is a sign that the peer is back: tries now, not after the pause. */
  retryNow(): void;
  send(frame: Uint8Array, isExpendable: boolean): void;
  close(): void;
}

export function createLink(options: LinkOptions): Link {
  const { peerId, selfId, clusterId, clock, timing, log } = options;
  let isClosed = false;
  let address = options.address;
  let session: ClientHttp2Session | null = null;
  let up: FrameStream | null = null;
  let roundTripMs: number | null = null;
  let failures = 0;
  /** The attempt under way: since when, and how to give it up. */
  let trying: { readonly since: number; readonly giveUp: AbortController } | null = null;
  let cancelRetry = () => {};
  let lastComplaint = "";

  async function attempt(): Promise<void> {
    if (trying !== null || session !== null || isClosed) return;
    const giveUp = new AbortController();
    trying = { since: clock.monotonic(), giveUp };
    cancelRetry();
    try {
      session = await dial({
        address,
        authority: options.credentials().authority,
        own: options.credentials(),
        expected: { clusterId, nodeId: peerId },
        clock,
        timeoutMs: timing.attemptMs,
        signal: giveUp.signal,
      });
    } catch (error) {
      trying = null;
      complain(error instanceof Error ? error.message : String(error));
      retryLater(error instanceof DialFailed && error.isTransient);
      return;
    }
    trying = null;
    if (isClosed) session.destroy();
    else openStream(session);
  }

  function openStream(opened: ClientHttp2Session): void {
    const stream = openCall(opened, appendEntriesPath);
    let reason = "the connection broke";
    let refusal: { readonly isTransient: boolean } | null = null;
    const cancelWait = clock.after(timing.attemptMs, () => {
      reason = "it took the connection and said nothing";
      opened.destroy();
    });
    const frames = createFrameStream(stream, {
      message(bytes) {
        const frame = decodeFrame(bytes, peerId, selfId);
        if (frame === null) return;
        if ("message" in frame) return up === null ? undefined : options.onMessage(frame.message);
        cancelWait();
        isUp(frames, frame.hello);
      },
      dropped: options.onDropped,
      invalid(what) {
        reason = `it sent ${what}`;
        opened.destroy();
      },
    });
    onRefusal(stream, (said, isTransient) => {
      refusal = { isTransient };
      reason = `node ${peerId} refuses this node: ${said}`;
      opened.destroy();
    });
    stream.on("error", () => {
      // What went wrong is said by the connection.
    });
    stream.on("close", () => opened.destroy());
    opened.on("error", (error) => {
      if (refusal === null) reason = error.message;
    });
    opened.on("close", () => {
      cancelWait();
      isDown(reason, refusal?.isTransient ?? true);
    });
    keepAlive(opened, clock, timing.keepAlive, (durationMs) => {
      roundTripMs = durationMs;
    });
    frames.send(encodeHello(options.hello()), false);
  }

  function isUp(frames: FrameStream, hello: Hello): void {
    up = frames;
    failures = 0;
    lastComplaint = "";
    log("info", `linked with node ${peerId}`, { address, version: hello.version });
    options.onUp(hello);
  }

  function isDown(reason: string, isTransient: boolean): void {
    const wasUp = up !== null;
    session = null;
    up = null;
    roundTripMs = null;
    if (isClosed) return;
    complain(reason);
    if (wasUp) options.onDown();
    retryLater(isTransient);
  }

  /** Each trouble once, not at every attempt. */
  function complain(reason: string): void {
    if (isClosed || reason === lastComplaint) return;
    lastComplaint = reason;
    log("warn", `no link with node ${peerId}: ${reason}`, { address });
  }

  function retryLater(isTransient: boolean): void {
    if (isClosed) return;
    const pause = Math.min(timing.retryMsMin * 2 ** Math.min(failures++, 10), timing.retryMsMax);
    const [jitter = 0] = options.random.bytes(1);
    cancelRetry = clock.after((isTransient ? pause : timing.retryMsMax) * (0.5 + jitter / 256), () => {
      void attempt();
    });
  }

  void attempt();

  return {
    get isUp() {
      return up !== null;
    },
    get roundTripMs() {
      return roundTripMs;
    },
    get address() {
      return address;
    },
    get session() {
      return up === null ? null : session;
    },
    moveTo(next) {
      if (next === address) return;
      address = next;
      failures = 0;
      session?.destroy();
      void attempt();
    },
    retryNow() {
      if (session !== null) return;
      failures = 0;
      // One that began long ago may still wait for a machine that was down then.
      if (trying === null) void attempt();
      else if (clock.monotonic() - trying.since > staleAttemptMs) trying.giveUp.abort();
    },
    send: (frame, isExpendable) => up?.send(frame, isExpendable),
    close() {
      isClosed = true;
      trying?.giveUp.abort();
      cancelRetry();
      session?.destroy();
    },
  };
}
