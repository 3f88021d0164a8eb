/** Snapshots from the leader to a member that needs one: checked pieces, and on from where an earlier try ended. */
import type { ClientHttp2Session } from "node:http2";
import { crc32 } from "node:zlib";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { Clock } from "#base/clock.ts";
import { Unavailable } from "#engines/errors.ts";
import type { SnapshotFile, TransportHandler } from "#engines/store/replica/transport.ts";
import type { NodeId } from "#raft/configuration.ts";
import type { SnapshotOffer } from "#raft/message.ts";
import { inPieces } from "./blob-transfer.ts";
import { clientOn, sentenceOf, wasNotTaken } from "./client.ts";
import { snapshotIdOf, whole, wireSnapshotId } from "./codec.ts";
import type {
  Caller,
  InstallSnapshotRequest,
  InstallSnapshotRequestSchema,
  SnapshotHeader,
  SnapshotHeaderSchema,
} from "./generated/raft.ts";
import { refusal } from "./handshake.ts";
import { paced } from "./pace.ts";

/** Tries in a row that may fail without having brought the receiver any further. */
const vainTriesMax = 3;
/** A quarter of what one core of a small machine could send: a gigabyte takes a quarter of a minute. */
const bytesPerSecondMax = 64 * 1024 * 1024;

/** Rejects with `Unavailable`. */
export async function sendSnapshot(
  withSession: (use: (session: ClientHttp2Session) => Promise<number>) => Promise<number>,
  {
    caller,
    offer,
    file,
    clock,
  }: {
    readonly caller: Caller;
    readonly offer: SnapshotOffer;
    readonly file: SnapshotFile;
    readonly clock: Clock;
  },
): Promise<void> {
  const snapshot: MessageInitShape<typeof SnapshotHeaderSchema> = {
    term: BigInt(offer.term),
    id: wireSnapshotId(file.id),
    bytes: BigInt(file.bytes),
    sha256: file.sha256,
  };
  let reached = -1;
  for (let vainTries = 0; ; ) {
    let offset = reached;
    try {
      await withSession(async (session) => {
        const client = clientOn(session);
        offset = whole((await client.snapshotOffset({ caller, snapshot })).offset);
        const source = file.read(offset);
        try {
          const pieces = paced(inPieces(source), bytesPerSecondMax, clock);
          await client.installSnapshot(requests({ caller, snapshot, offset: BigInt(offset) }, pieces));
        } catch (error) {
          // A call that was refused halfway stays half open: nothing else ends it.
          session.destroy();
          throw error;
        } finally {
          source.destroy();
        }
        return offset;
      });
      return;
    } catch (cause) {
      vainTries = offset > reached ? 1 : vainTries + 1;
      reached = offset;
      if (wasNotTaken(cause) || vainTries >= vainTriesMax)
        throw new Unavailable(`the snapshot did not reach node ${offer.to}: ${sentenceOf(cause)}`, { cause });
    }
  }
}

async function* requests(
  start: {
    readonly caller: Caller;
    readonly snapshot: MessageInitShape<typeof SnapshotHeaderSchema>;
    readonly offset: bigint;
  },
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<MessageInitShape<typeof InstallSnapshotRequestSchema>> {
  yield { frame: { case: "start", value: start } };
  let offset = start.offset;
  for await (const data of pieces) {
    yield { frame: { case: "chunk", value: { offset, data, crc32: crc32(data) } } };
    offset += BigInt(data.length);
  }
}

/** What the receiver answers to "how far did it come?". */
export async function snapshotOffset(
  handler: TransportHandler,
  snapshot: SnapshotHeader | undefined,
): Promise<{ readonly offset: bigint }> {
  const { id, bytes, sha256 } = headerOf(snapshot);
  return { offset: BigInt(await handler.snapshotOffset({ id, bytes, sha256 })) };
}

/** Takes a snapshot in. `check` looks at who sends it and gives the sender's id. */
export async function installSnapshot(
  handler: TransportHandler,
  selfId: NodeId,
  incoming: AsyncIterable<InstallSnapshotRequest>,
  check: (caller: Caller | undefined) => NodeId,
): Promise<void> {
  const requests = incoming[Symbol.asyncIterator]();
  const first = await requests.next();
  if (first.done === true || first.value.frame.case !== "start")
    throw refusal(Code.InvalidArgument, "a snapshot's transfer opens with what it is");
  const { caller, snapshot, offset } = first.value.frame.value;
  const from = check(caller);
  const { term, id, bytes, sha256 } = headerOf(snapshot);
  await handler.receiveSnapshot(
    { type: "snapshot-offer", from, to: selfId, term, snapshot: id },
    { bytes, sha256 },
    whole(offset),
    checkedPieces(requests, offset),
  );
}

async function* checkedPieces(
  requests: AsyncIterator<InstallSnapshotRequest>,
  start: bigint,
): AsyncGenerator<Uint8Array> {
  let offset = start;
  for (;;) {
    const next = await requests.next();
    if (next.done === true) return;
    const { frame } = next.value;
    if (frame.case !== "chunk") throw refusal(Code.InvalidArgument, "a second beginning of a snapshot");
    const { data } = frame.value;
    if (frame.value.offset !== offset)
      throw refusal(Code.DataLoss, `the piece at ${frame.value.offset} came where ${offset} must follow`);
    if (frame.value.crc32 !== crc32(data))
      throw refusal(Code.DataLoss, `the piece at ${offset} was damaged on its way; it is asked for again`);
    offset += BigInt(data.length);
    yield data;
  }
}

function headerOf(header: SnapshotHeader | undefined) {
  if (header === undefined) throw refusal(Code.InvalidArgument, "a snapshot that is not named");
  return {
    term: whole(header.term),
    id: snapshotIdOf(header.id),
    bytes: whole(header.bytes),
    sha256: header.sha256,
  };
}
