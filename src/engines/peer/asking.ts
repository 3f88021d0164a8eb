/** Questions between nodes beside Raft's messages: both ends of `Peers.ask`. */
import { Code } from "@connectrpc/connect";
import type { Clock } from "#base/clock.ts";
import type { JsonValue } from "#base/json.ts";
import { NotLeader, OutcomeUnknown, Unavailable } from "#engines/errors.ts";
import type { NodeId } from "#raft/configuration.ts";
import { type PeerClient, sentenceOf, wasNotTaken } from "./client.ts";
import type { AskFailure, AskRequest, Caller } from "./generated/raft.ts";
import { refusal } from "./handshake.ts";
import type { PeerAnswerer } from "./port.ts";

/** Asks over a link that is up; what may have been done there becomes `OutcomeUnknown`, what was not, `Unavailable`. */
export async function ask(
  client: PeerClient,
  question: {
    readonly caller: Caller;
    readonly to: NodeId;
    readonly kind: string;
    readonly body: JsonValue;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal | undefined;
    readonly clock: Clock;
  },
): Promise<JsonValue> {
  const { caller, to, kind, body, timeoutMs, signal, clock } = question;
  if (signal?.aborted === true) throw new Unavailable("the question was withdrawn before it was asked");
  // Not connect's own time limit: its timers outlive the call and hold up the end of the process.
  const ending = new AbortController();
  const withdraw = () => ending.abort(new Error("the question was withdrawn"));
  const cancel = clock.after(timeoutMs, () => ending.abort(new Error(`no answer within ${timeoutMs} ms`)));
  signal?.addEventListener("abort", withdraw);
  let answer: Awaited<ReturnType<PeerClient["ask"]>>;
  try {
    answer = await client.ask(
      { caller, kind, body: Buffer.from(JSON.stringify(body)) },
      { signal: ending.signal },
    );
  } catch (cause) {
    if (wasNotTaken(cause)) throw new Unavailable(sentenceOf(cause), { cause });
    throw new OutcomeUnknown(
      `node ${to} did not answer (${sentenceOf(cause)}); whether it did what was asked is not known`,
      { cause },
    );
  } finally {
    cancel();
    signal?.removeEventListener("abort", withdraw);
  }
  const { outcome } = answer;
  if (outcome.case === "answer") return JSON.parse(Buffer.from(outcome.value).toString()) as JsonValue;
  throw outcome.case === "failure" ? failureOf(outcome.value) : new Unavailable(`node ${to} gave no answer`);
}

type Outcome =
  | { readonly case: "answer"; readonly value: Uint8Array<ArrayBuffer> }
  | {
      readonly case: "failure";
      readonly value: Omit<AskFailure, "$typeName" | "$unknown">;
    };

/** Answers a question with what the answerer of its kind says. */
export async function answer(
  answerers: ReadonlyMap<string, PeerAnswerer>,
  request: AskRequest,
  from: NodeId,
): Promise<{ readonly outcome: Outcome }> {
  const answerer = answerers.get(request.kind);
  if (answerer === undefined)
    throw refusal(
      Code.Unimplemented,
      `this node does not answer questions of the kind "${request.kind}" (yet)`,
    );
  try {
    const body = JSON.parse(Buffer.from(request.body).toString()) as JsonValue;
    const said = await answerer(body, from);
    return { outcome: { case: "answer", value: Buffer.from(JSON.stringify(said)) } };
  } catch (error) {
    return { outcome: { case: "failure", value: wireFailure(error) } };
  }
}

function wireFailure(error: unknown): Omit<AskFailure, "$typeName" | "$unknown"> {
  const message = error instanceof Error ? error.message : String(error);
  const retryAfterMs = error instanceof Unavailable ? error.retryAfterMs : 1_000;
  if (error instanceof NotLeader)
    return {
      kind: "not_leader",
      message,
      retryAfterMs,
      ...(error.leaderId === null ? {} : { leaderId: error.leaderId }),
    };
  return {
    kind: error instanceof OutcomeUnknown ? "outcome_unknown" : "unavailable",
    message,
    retryAfterMs,
  };
}

function failureOf({ kind, message, retryAfterMs, leaderId }: AskFailure): Unavailable {
  if (kind === "not_leader") return new NotLeader(leaderId ?? null, { retryAfterMs });
  return kind === "outcome_unknown"
    ? new OutcomeUnknown(message, { retryAfterMs })
    : new Unavailable(message, { retryAfterMs });
}
