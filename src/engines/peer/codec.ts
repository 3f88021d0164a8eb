/** Raft's messages as frames of the stream between two nodes. Who sent one to whom is known from the stream. */
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { unreachable } from "#base/assert.ts";
import type { Member, NodeId } from "#raft/configuration.ts";
import { type Entry, type EntryId, entryKinds } from "#raft/entry.ts";
import type { Message, SnapshotId } from "#raft/message.ts";
import {
  type AppendEntriesRequest,
  AppendEntriesRequestSchema,
  type MemberSchema,
  type MessageSchema,
  type SnapshotIdSchema,
  type Entry as WireEntry,
  type EntryId as WireEntryId,
  type Hello as WireHello,
  type Member as WireMember,
  type Message as WireMessage,
  type SnapshotId as WireSnapshotId,
} from "./generated/raft.ts";

/** What a frame of the stream holds; requests and answers are laid out alike. */
export type Frame = { readonly hello: WireHello } | { readonly message: StreamMessage };

/** Messages that travel on the stream. A snapshot has a call of its own. */
export type StreamMessage = Exclude<Message, { type: "snapshot-offer" }>;

/** A frame that is none of ours: the stream that it came on is of no further use. */
export class FrameInvalid extends Error {
  override readonly name = "FrameInvalid";
}

export function encodeHello(hello: WireHello): Uint8Array {
  return toBinary(
    AppendEntriesRequestSchema,
    create(AppendEntriesRequestSchema, { frame: { case: "hello", value: hello } }),
  );
}

export function encodeMessage(message: StreamMessage): Uint8Array {
  return toBinary(
    AppendEntriesRequestSchema,
    create(AppendEntriesRequestSchema, {
      frame: { case: "message", value: { term: BigInt(message.term), body: bodyOf(message) } },
    }),
  );
}

/** Null for a frame of a kind that this version does not know. Payloads are views of `bytes`. */
export function decodeFrame(bytes: Uint8Array, from: NodeId, to: NodeId): Frame | null {
  const { frame } = parsed(bytes);
  if (frame.case === undefined) return null;
  if (frame.case === "hello") return { hello: frame.value };
  const message = messageOf(frame.value, from, to);
  return message === null ? null : { message };
}

function parsed(bytes: Uint8Array): AppendEntriesRequest {
  try {
    return fromBinary(AppendEntriesRequestSchema, bytes);
  } catch (cause) {
    throw new FrameInvalid("a frame that cannot be read", { cause });
  }
}

type BodyInit = NonNullable<MessageInitShape<typeof MessageSchema>["body"]>;

function bodyOf(message: StreamMessage): BodyInit {
  switch (message.type) {
    case "append-request": {
      const { previous, entries, commitIndex } = message;
      return {
        case: "appendRequest",
        value: {
          previous: wireId(previous),
          entries: entries.map((entry) => ({
            index: BigInt(entry.index),
            term: BigInt(entry.term),
            kind: entryKinds.indexOf(entry.kind),
            schemaVersion: entry.schemaVersion,
            payload: entry.payload as Uint8Array<ArrayBuffer>,
          })),
          commitIndex: BigInt(commitIndex),
        },
      };
    }
    case "append-reply": {
      const { rejected } = message;
      return {
        case: "appendReply",
        value: {
          matchIndex: BigInt(message.matchIndex),
          ...(rejected === null
            ? {}
            : {
                rejected: { previousIndex: BigInt(rejected.previousIndex), hint: wireId(rejected.hint) },
              }),
        },
      };
    }
    case "heartbeat":
      return {
        case: "heartbeat",
        value: { commitIndex: BigInt(message.commitIndex), round: BigInt(message.round) },
      };
    case "heartbeat-reply":
      return { case: "heartbeatReply", value: { round: BigInt(message.round) } };
    case "read-index-request":
      return { case: "readIndexRequest", value: { context: BigInt(message.context) } };
    case "read-index-reply":
      return {
        case: "readIndexReply",
        value: {
          context: BigInt(message.context),
          ...(message.index === null ? {} : { index: BigInt(message.index) }),
        },
      };
    case "vote-request":
      return {
        case: "voteRequest",
        value: {
          term: BigInt(message.term),
          isPreVote: message.isPreVote,
          last: wireId(message.last),
          isTransfer: message.isTransfer,
        },
      };
    case "vote-reply":
      return {
        case: "voteReply",
        value: { term: BigInt(message.term), isPreVote: message.isPreVote, granted: message.granted },
      };
    case "timeout-now":
      return { case: "timeoutNow", value: {} };
    default:
      return unreachable(message, "a message that does not travel on the stream");
  }
}

function messageOf(wire: WireMessage, from: NodeId, to: NodeId): StreamMessage | null {
  const envelope = { from, to, term: whole(wire.term) };
  const { body } = wire;
  switch (body.case) {
    case "appendRequest": {
      const previous = idOf(body.value.previous);
      return {
        type: "append-request",
        ...envelope,
        previous,
        entries: body.value.entries.map((entry, offset) => entryOf(entry, previous.index + 1 + offset)),
        commitIndex: whole(body.value.commitIndex),
      };
    }
    case "appendReply": {
      const { rejected } = body.value;
      return {
        type: "append-reply",
        ...envelope,
        matchIndex: whole(body.value.matchIndex),
        rejected:
          rejected === undefined
            ? null
            : { previousIndex: whole(rejected.previousIndex), hint: idOf(rejected.hint) },
      };
    }
    case "heartbeat":
      return {
        type: "heartbeat",
        ...envelope,
        commitIndex: whole(body.value.commitIndex),
        round: whole(body.value.round),
      };
    case "heartbeatReply":
      return { type: "heartbeat-reply", ...envelope, round: whole(body.value.round) };
    case "readIndexRequest":
      return { type: "read-index-request", ...envelope, context: whole(body.value.context) };
    case "readIndexReply": {
      const { context, index } = body.value;
      return {
        type: "read-index-reply",
        ...envelope,
        context: whole(context),
        index: index === undefined ? null : whole(index),
      };
    }
    case "voteRequest": {
      const { isPreVote, last, isTransfer } = body.value;
      return { type: "vote-request", ...envelope, isPreVote, last: idOf(last), isTransfer };
    }
    case "voteReply":
      return {
        type: "vote-reply",
        ...envelope,
        isPreVote: body.value.isPreVote,
        granted: body.value.granted,
      };
    case "timeoutNow":
      return { type: "timeout-now", ...envelope };
    case undefined:
      return null;
  }
}

function entryOf(wire: WireEntry, index: number): Entry {
  const kind = entryKinds[wire.kind];
  if (kind === undefined) throw new FrameInvalid(`an entry of the unknown kind ${wire.kind}`);
  if (whole(wire.index) !== index) throw new FrameInvalid(`entry ${wire.index} where ${index} must stand`);
  return { index, term: whole(wire.term), kind, schemaVersion: wire.schemaVersion, payload: wire.payload };
}

export function wireSnapshotId(id: SnapshotId): MessageInitShape<typeof SnapshotIdSchema> {
  return {
    entry: wireId(id),
    configurationIndex: BigInt(id.configuration.index),
    members: id.configuration.members.map(wireMember),
  };
}

export function snapshotIdOf(wire: WireSnapshotId | undefined): SnapshotId {
  if (wire === undefined) throw new FrameInvalid("a snapshot without a name");
  return {
    ...idOf(wire.entry),
    configuration: { index: whole(wire.configurationIndex), members: wire.members.map(memberOf) },
  };
}

export function wireMember({ id, role, about }: Member): MessageInitShape<typeof MemberSchema> {
  const { name, peerAddress, httpUrl, grpcAddress } = about;
  return {
    id,
    isLearner: role === "learner",
    name,
    peerAddress,
    ...(httpUrl === null ? {} : { httpUrl }),
    ...(grpcAddress === null ? {} : { grpcAddress }),
  };
}

export function memberOf(wire: WireMember): Member {
  return {
    id: wire.id,
    role: wire.isLearner ? "learner" : "voter",
    about: {
      name: wire.name,
      peerAddress: wire.peerAddress,
      httpUrl: wire.httpUrl ?? null,
      grpcAddress: wire.grpcAddress ?? null,
    },
  };
}

function wireId({ index, term }: EntryId): { index: bigint; term: bigint } {
  return { index: BigInt(index), term: BigInt(term) };
}

function idOf(wire: WireEntryId | undefined): EntryId {
  if (wire === undefined) throw new FrameInvalid("a message that does not say which entry it means");
  return { index: whole(wire.index), term: whole(wire.term) };
}

/** Counters stay far below what a number holds exactly; what does not is no counter of ours. */
export function whole(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new FrameInvalid(`${value} is too large for a counter`);
  return number;
}
