/**
 * gRPC's framing on a plain HTTP/2 stream, for the one stream whose speed matters: a byte, a length, a message. Sending
 * never waits: what the link does not take yet stands in a bounded queue, from which the oldest appends fall first.
 */
import type { Http2Stream } from "node:http2";
import { FrameInvalid } from "./codec.ts";

const prefixBytes = 5;
/** The largest message: an entry of 32 MiB and what is around it, twice over. */
export const messageBytesMax = 64 * 1024 * 1024;
/** A small message is cheaper to copy than to write in two pieces. */
const copyBytesMax = 16 * 1024;
/** What one stream may hold back for a link that does not take it. */
const queueBytesMax = 96 * 1024 * 1024;
const queueFramesMax = 8_192;

export interface FrameStream {
  /** Sends, or queues, or drops, and then says false. `isExpendable`: it may also fall out of the queue later on. */
  send(message: Uint8Array, isExpendable: boolean): boolean;
  destroy(): void;
}

export interface FrameEvents {
  /** May throw `FrameInvalid`. */
  message(bytes: Uint8Array): void;
  /** Something was dropped since the queue was last empty; called once per such time. */
  dropped(): void;
  /** What came in is none of ours; nothing more is read. */
  invalid(reason: string): void;
}

export function createFrameStream(stream: Http2Stream, events: FrameEvents): FrameStream {
  const queue: { readonly frame: Uint8Array; readonly isExpendable: boolean }[] = [];
  let queuedBytes = 0;
  let hasDropped = false;
  const read = createFrameReader(events);
  stream.on("data", read);
  stream.on("drain", () => {
    while (queue.length > 0 && !stream.writableNeedDrain) {
      const next = queue.shift();
      if (next === undefined) break;
      queuedBytes -= next.frame.length;
      write(next.frame);
    }
    if (queue.length === 0) hasDropped = false;
  });

  function write(message: Uint8Array): void {
    if (message.length <= copyBytesMax) {
      const frame = Buffer.allocUnsafe(prefixBytes + message.length);
      frame[0] = 0;
      frame.writeUInt32BE(message.length, 1);
      frame.set(message, prefixBytes);
      stream.write(frame);
      return;
    }
    const prefix = Buffer.alloc(prefixBytes);
    prefix.writeUInt32BE(message.length, 1);
    stream.cork();
    stream.write(prefix);
    stream.write(message);
    stream.uncork();
  }

  function makeRoom(bytes: number): boolean {
    while (queuedBytes + bytes > queueBytesMax || queue.length >= queueFramesMax) {
      const oldest = queue.findIndex(({ isExpendable }) => isExpendable);
      if (oldest < 0) return false;
      queuedBytes -= queue[oldest]?.frame.length ?? 0;
      queue.splice(oldest, 1);
      noteDropped();
    }
    return true;
  }

  function noteDropped(): void {
    if (hasDropped) return;
    hasDropped = true;
    events.dropped();
  }

  return {
    send(message, isExpendable) {
      if (stream.destroyed || stream.writableEnded) return false;
      if (queue.length === 0 && !stream.writableNeedDrain) write(message);
      else if (makeRoom(message.length)) {
        queue.push({ frame: message, isExpendable });
        queuedBytes += message.length;
      } else {
        noteDropped();
        return false;
      }
      return true;
    },
    destroy() {
      queue.length = 0;
      stream.destroy();
    },
  };
}

/** Puts messages together from whatever pieces they arrive in, without copying those that arrive whole. */
function createFrameReader(events: FrameEvents): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let held = 0;
  let wanted = prefixBytes;
  let isBroken = false;
  const giveUp = (reason: string) => {
    isBroken = true;
    pieces = [];
    events.invalid(reason);
  };
  const take = (bytes: Uint8Array) => {
    try {
      events.message(bytes);
    } catch (error) {
      if (!(error instanceof FrameInvalid)) throw error;
      giveUp(error.message);
    }
  };
  return (chunk) => {
    if (isBroken) return;
    pieces.push(chunk);
    held += chunk.length;
    if (held < wanted) return;
    let bytes = pieces.length === 1 ? chunk : Buffer.concat(pieces, held);
    for (;;) {
      if (bytes.length < prefixBytes) {
        wanted = prefixBytes;
        break;
      }
      const length = bytes.readUInt32BE(1);
      if (bytes[0] !== 0) return giveUp("a compressed frame");
      if (length > messageBytesMax)
        return giveUp(`a message of ${length} bytes, when ${messageBytesMax} is the limit`);
      wanted = prefixBytes + length;
      if (bytes.length < wanted) break;
      take(bytes.subarray(prefixBytes, wanted));
      if (isBroken) return;
      bytes = bytes.subarray(wanted);
    }
    pieces = bytes.length === 0 ? [] : [bytes];
    held = bytes.length;
  };
}
