/** The asker's end of questions between nodes. All questions to a peer travel on one stream of the link's connection. */
import type { ClientHttp2Session } from "node:http2";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Clock } from "#base/clock.ts";
import type { JsonValue } from "#base/json.ts";
import { NotLeader, OutcomeUnknown, Unavailable } from "#engines/errors.ts";
import type { NodeId } from "#raft/configuration.ts";
import { FrameInvalid } from "./codec.ts";
import { createFrameStream, type FrameStream, messageBytesMax } from "./framing.ts";
import {
  type AskFailure,
  AskRequestSchema,
  type AskResponse,
  AskResponseSchema,
  type Caller,
} from "./generated/raft.ts";
import { askPath, onRefusal, openCall } from "./grpc-call.ts";

export interface Question {
  readonly kind: string;
  readonly body: JsonValue;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Asks over one connection. What may have been done there rejects with `OutcomeUnknown`, what was not, with `Unavailable`. */
export type Asker = (question: Question) => Promise<JsonValue>;

interface Pending {
  settle(outcome: AskResponse["outcome"]): void;
  fail(error: Unavailable): void;
}

export function createAsker(options: {
  readonly session: ClientHttp2Session;
  readonly to: NodeId;
  readonly caller: () => Caller;
  readonly clock: Clock;
}): Asker {
  const { session, to, clock } = options;
  let stream: { readonly frames: FrameStream; readonly pending: Map<number, Pending> } | null = null;
  let asked = 0;

  /** Opens the stream when there is none: the peer may have turned away an earlier one, and may think otherwise by now. */
  function opened() {
    if (stream !== null) return stream;
    const call = openCall(session, askPath);
    const pending = new Map<number, Pending>();
    const frames = createFrameStream(call, {
      message(bytes) {
        const { number, outcome } = parsed(bytes);
        pending.get(number)?.settle(outcome);
      },
      dropped() {
        // Whoever asked is told by `send`.
      },
      invalid: () => call.destroy(),
    });
    const mine = { frames, pending };
    let error: Unavailable = unknown(to, "the link broke");
    onRefusal(call, (said) => {
      error = new Unavailable(said);
      call.destroy();
    });
    call.on("error", () => {
      // Followed by "close".
    });
    call.on("close", () => {
      if (stream === mine) stream = null;
      for (const each of [...pending.values()]) each.fail(error);
    });
    const caller = options.caller();
    frames.send(
      toBinary(AskRequestSchema, create(AskRequestSchema, { frame: { case: "caller", value: caller } })),
      false,
    );
    stream = mine;
    return mine;
  }

  return ({ kind, body, timeoutMs, signal }) => {
    if (signal?.aborted === true)
      return Promise.reject(new Unavailable("the question was withdrawn before it was asked"));
    if (session.destroyed || session.closed)
      return Promise.reject(new Unavailable(`node ${to} cannot be reached at present`));
    asked = (asked + 1) >>> 0;
    const number = asked;
    const question = { number, kind, body: Buffer.from(JSON.stringify(body)) };
    const bytes = toBinary(
      AskRequestSchema,
      create(AskRequestSchema, { frame: { case: "question", value: question } }),
    );
    if (bytes.length > messageBytesMax)
      return Promise.reject(new Unavailable(`a question of ${bytes.length} bytes is too large to be asked`));
    const { frames, pending } = opened();
    return new Promise((resolve, reject) => {
      const end = () => {
        cancel();
        signal?.removeEventListener("abort", withdraw);
        pending.delete(number);
      };
      const fail = (error: Unavailable) => {
        end();
        reject(error);
      };
      const withdraw = () => fail(unknown(to, "the question was withdrawn"));
      const cancel = clock.after(timeoutMs, () => fail(unknown(to, `no answer within ${timeoutMs} ms`)));
      signal?.addEventListener("abort", withdraw);
      pending.set(number, {
        fail,
        settle(outcome) {
          if (outcome.case === "answer") resolve(answerOf(outcome.value));
          else reject(outcome.case === "failure" ? failureOf(outcome.value) : unknown(to, "an empty answer"));
          end();
        },
      });
      if (!frames.send(bytes, false))
        fail(new Unavailable(`node ${to} does not keep up: too much waits to be sent to it`));
    });
  };
}

function unknown(to: NodeId, why: string): OutcomeUnknown {
  return new OutcomeUnknown(`node ${to} did not answer (${why}); whether it did what was asked is not known`);
}

function parsed(bytes: Uint8Array): AskResponse {
  try {
    return fromBinary(AskResponseSchema, bytes);
  } catch (cause) {
    throw new FrameInvalid("an answer that cannot be read", { cause });
  }
}

function answerOf(bytes: Uint8Array): JsonValue {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as JsonValue;
  } catch (cause) {
    throw new FrameInvalid("an answer that is no JSON", { cause });
  }
}

function failureOf({ kind, message, retryAfterMs, leaderId }: AskFailure): Unavailable {
  if (kind === "not_leader") return new NotLeader(leaderId ?? null, { retryAfterMs });
  return kind === "outcome_unknown"
    ? new OutcomeUnknown(message, { retryAfterMs })
    : new Unavailable(message, { retryAfterMs });
}
