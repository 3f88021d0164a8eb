/**
 * A command on its way from the node that a client asked to the node that leads, as JSON, and what came of it on its
 * way back. Nodes may run different versions for a while: unknown fields are ignored, and new ones must be optional.
 */
import { z } from "zod";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { NotLeader, OutcomeUnknown, Unavailable } from "#engines/errors.ts";
import type { CallAnswer, CallRequest } from "./call.ts";
import { type Failure, failureTable, refusalOf, toFailure } from "./errors.ts";
import type { UploadFacts } from "./upload-facts.ts";

/** The kind of question under which commands travel between nodes. */
export const forwardedKind = "call";

/** A command that another node was asked for. */
export interface ForwardedCall {
  readonly request: CallRequest;
  /** The name of the part of Lyceum that asks, where it is no person. */
  readonly system: string | null;
  /** What the asking node found out about the upload, where the command refers to one. */
  readonly upload: UploadFacts | null;
}

const Problem = z.object({ field: z.string(), message: z.string() });
const FailureShape = z.object({
  kind: z.enum(Object.keys(failureTable) as [Failure["kind"], ...Failure["kind"][]]),
  code: z.string(),
  message: z.string(),
  problems: z.array(Problem),
  retryAfterMs: z.number().nullable(),
});
const Call = z.object({
  operation: z.string(),
  // What the operation takes, its own schema says, where it runs.
  input: z.unknown(),
  token: z.string().nullable(),
  system: z.string().nullable(),
  idempotencyKey: z.string().nullable(),
  requestId: z.string(),
  origin: z.object({
    door: z.enum(["http", "grpc", "cli", "internal"]),
    address: z.string().nullable(),
    agent: z.string().nullable(),
  }),
  upload: z
    .union([
      z.object({
        owner: z.string(),
        blob: z.object({
          sha256: z.string(),
          bytes: z.number(),
          mediaType: z.string(),
          fileName: z.string(),
        }),
      }),
      z.object({ refusal: FailureShape }),
    ])
    .nullable(),
});

/** The question that carries `call` to the leader. */
export function encodeCall({ request, system, upload }: ForwardedCall): JsonValue {
  const { operation, input, token, idempotencyKey, requestId, origin } = request;
  return {
    operation,
    input,
    token,
    system,
    idempotencyKey,
    requestId,
    origin,
    upload,
  } as unknown as JsonObject;
}

export function decodeCall(body: JsonValue): ForwardedCall {
  const { system, upload, input, ...rest } = Call.parse(body);
  return { request: { ...rest, input: input as JsonValue, atLeast: null }, system, upload };
}

const Outcome = z.union([
  z.object({ output: z.unknown(), position: z.number(), replayed: z.boolean() }),
  z.object({ failure: FailureShape }),
  z.object({ notLeader: z.object({ leaderId: z.string().nullable() }) }),
  z.object({ outcomeUnknown: z.string() }),
]);

/** Runs `work` and gives what came of it as the answer to the asking node; reports a bug where it happened. */
export async function encodeOutcome(
  work: () => Promise<CallAnswer>,
  onBug: (error: unknown) => void,
): Promise<JsonValue> {
  try {
    const { output, position, replayed } = await work();
    return { output, position, replayed };
  } catch (error) {
    if (error instanceof NotLeader) return { notLeader: { leaderId: error.leaderId } };
    if (error instanceof OutcomeUnknown) return { outcomeUnknown: error.message };
    const failure = toFailure(error);
    if (failure.kind === "bug") onBug(error);
    return { failure } as unknown as JsonObject;
  }
}

/** The answer, or the same error that the command met at the leader. */
export function decodeOutcome(body: JsonValue): CallAnswer {
  const outcome = Outcome.parse(body);
  if ("output" in outcome) {
    const { output, position, replayed } = outcome;
    return { output: output as JsonValue, position, replayed };
  }
  if ("notLeader" in outcome) throw new NotLeader(outcome.notLeader.leaderId);
  if ("outcomeUnknown" in outcome) throw new OutcomeUnknown(outcome.outcomeUnknown);
  const { failure } = outcome;
  if (failure.kind === "bug")
    throw new Error("The leader met a fault of ours; its log has the cause under the same request id.");
  if (failure.kind !== "unavailable") throw refusalOf(failure);
  const hint = failure.retryAfterMs === null ? {} : { retryAfterMs: failure.retryAfterMs };
  throw new Unavailable(failure.message, hint);
}
