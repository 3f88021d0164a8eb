/** The answerer's end of questions between nodes: one stream from each peer, each question answered when it is done. */
import type { ServerHttp2Stream } from "node:http2";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { JsonValue } from "#base/json.ts";
import { NotLeader, OutcomeUnknown, Unavailable } from "#engines/errors.ts";
import type { NodeId } from "#raft/configuration.ts";
import { FrameInvalid } from "./codec.ts";
import { createFrameStream, messageBytesMax } from "./framing.ts";
import {
  type AskRequest,
  AskRequestSchema,
  AskResponseSchema,
  type Caller,
  type Question,
} from "./generated/raft.ts";
import { acceptStream, refuseStream } from "./grpc-call.ts";
import { refusal } from "./handshake.ts";
import type { PeerAnswerer } from "./port.ts";

type Outcome = NonNullable<MessageInitShape<typeof AskResponseSchema>["outcome"]>;

/** Answers what comes on `stream`. `check` says who asks, or throws what the asker is told. */
export function answerQuestions(
  stream: ServerHttp2Stream,
  options: {
    check(caller: Caller): NodeId;
    readonly answerers: ReadonlyMap<string, PeerAnswerer>;
  },
): void {
  let from: NodeId | null = null;
  const refuse = (error: unknown) =>
    refuseStream(
      stream,
      error instanceof ConnectError ? error : refusal(Code.InvalidArgument, `it sent ${String(error)}`),
    );
  const frames = createFrameStream(stream, {
    message(bytes) {
      const { frame } = parsed(bytes);
      if (from !== null) {
        if (frame.case === "question") void reply(frame.value, from);
        return;
      }
      if (frame.case !== "caller") throw new FrameInvalid("a question before saying who asks");
      try {
        from = options.check(frame.value);
        acceptStream(stream);
      } catch (error) {
        refuse(error);
      }
    },
    dropped: () => stream.destroy(),
    invalid(what) {
      if (from === null) refuse(what);
      else stream.destroy();
    },
  });

  async function reply(question: Question, asker: NodeId): Promise<void> {
    const outcome = await outcomeOf(question, asker, options.answerers);
    const bytes = encoded(question.number, outcome);
    if (bytes.length <= messageBytesMax) frames.send(bytes, false);
    else frames.send(encoded(question.number, failed(new OutcomeUnknown("the answer is too large"))), false);
  }
}

async function outcomeOf(
  { kind, body }: Question,
  from: NodeId,
  answerers: ReadonlyMap<string, PeerAnswerer>,
): Promise<Outcome> {
  const answerer = answerers.get(kind);
  if (answerer === undefined)
    return failed(new Unavailable(`this node does not answer questions of the kind "${kind}" (yet)`));
  try {
    const said = await answerer(JSON.parse(Buffer.from(body).toString()) as JsonValue, from);
    return { case: "answer", value: Buffer.from(JSON.stringify(said)) };
  } catch (error) {
    return failed(error);
  }
}

function encoded(number: number, outcome: Outcome): Uint8Array {
  return toBinary(AskResponseSchema, create(AskResponseSchema, { number, outcome }));
}

function parsed(bytes: Uint8Array): AskRequest {
  try {
    return fromBinary(AskRequestSchema, bytes);
  } catch (cause) {
    throw new FrameInvalid("a question that cannot be read", { cause });
  }
}

function failed(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  const retryAfterMs = error instanceof Unavailable ? error.retryAfterMs : 1_000;
  const isUnknown = error instanceof OutcomeUnknown;
  const value =
    error instanceof NotLeader
      ? {
          kind: "not_leader",
          message,
          retryAfterMs,
          ...(error.leaderId === null ? {} : { leaderId: error.leaderId }),
        }
      : { kind: isUnknown ? "outcome_unknown" : "unavailable", message, retryAfterMs };
  return { case: "failure", value };
}
