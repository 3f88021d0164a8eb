/** Files from node to node: a stream of pieces that goes no faster than its reader. */

import type { ClientHttp2Session } from "node:http2";
import { Readable } from "node:stream";
import { Unavailable } from "#engines/errors.ts";
import type { BulkConnection } from "./bulk.ts";
import { clientOn, sentenceOf } from "./client.ts";
import { whole } from "./codec.ts";
import type { Caller, OpenBlobRequest, OpenBlobResponse } from "./generated/raft.ts";

/** The largest piece of a file in one message. */
export const pieceBytesMax = 256 * 1024;

/** A peer's file, or null when it has none of that name. Rejects, and the stream fails, with `Unavailable`. */
export function openPeerBlob(
  bulk: BulkConnection,
  wanted: { readonly caller: Caller; readonly sha256: string; readonly offset: number },
): Promise<Readable | null> {
  const opened = Promise.withResolvers<Readable | null>();
  // The connection stays open until the stream has ended.
  bulk.with((session) => transfer(session, wanted, opened.resolve)).catch(opened.reject);
  return opened.promise;
}

async function transfer(
  session: ClientHttp2Session,
  { caller, sha256, offset }: { readonly caller: Caller; readonly sha256: string; readonly offset: number },
  onOpen: (file: Readable | null) => void,
): Promise<void> {
  const leaving = new AbortController();
  try {
    const frames = clientOn(session)
      .openBlob({ caller, sha256, offset: BigInt(offset) }, { signal: leaving.signal })
      [Symbol.asyncIterator]();
    const first = await frames.next();
    if (first.done === true || first.value.frame.case !== "isFound")
      throw new Unavailable("the peer's answer cannot be read");
    if (!first.value.frame.value) return onOpen(null);
    const file = Readable.from(piecesOf(frames), { objectMode: false, highWaterMark: pieceBytesMax });
    const closed = new Promise<void>((resolve) => file.once("close", resolve));
    onOpen(file);
    await closed;
  } catch (cause) {
    throw cause instanceof Unavailable ? cause : new Unavailable(sentenceOf(cause), { cause });
  } finally {
    leaving.abort();
  }
}

async function* piecesOf(frames: AsyncIterator<OpenBlobResponse>): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const next = await frames.next();
      if (next.done === true) return;
      if (next.value.frame.case === "data") yield next.value.frame.value;
    }
  } catch (cause) {
    throw new Unavailable(`the file's transfer broke: ${sentenceOf(cause)}`, { cause });
  }
}

/** Serves a file to a peer; `signal` says that the peer has gone. */
export async function* serveBlob(
  request: OpenBlobRequest,
  open: (sha256: string, offset: number) => Promise<Readable | null>,
  signal: AbortSignal,
): AsyncGenerator<{
  readonly frame:
    | { readonly case: "isFound"; readonly value: boolean }
    | { readonly case: "data"; readonly value: Uint8Array<ArrayBuffer> };
}> {
  const file = await open(request.sha256, whole(request.offset));
  if (file === null) {
    yield { frame: { case: "isFound", value: false } };
    return;
  }
  const leave = () => file.destroy();
  signal.addEventListener("abort", leave);
  try {
    yield { frame: { case: "isFound", value: true } };
    for await (const piece of inPieces(file)) yield { frame: { case: "data", value: piece } };
  } finally {
    signal.removeEventListener("abort", leave);
    file.destroy();
  }
}

/** The bytes of `source` in pieces that fit a message. */
export async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of source)
    for (let at = 0; at < chunk.length; at += pieceBytesMax)
      yield chunk.subarray(at, at + pieceBytesMax) as Uint8Array<ArrayBuffer>;
}
