/**
 * `call()`: the one way into the system. Every door, job and test comes through here with JSON values only, so that
 * the store may live in another thread behind the same port.
 *
 * A read: open a snapshot, ask who it is, ask the policy, answer. A command: gather slow facts on a snapshot, then in
 * one transaction ask again who it is and whether they may, do the work in an inner savepoint, and leave receipt and
 * audit row in the outer one, so that a refusal is kept while its effects are not.
 */
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { FinishedUpload, Upload } from "#engines/blobs/port.ts";
import { tablesOf, type WriteTransaction } from "#engines/store/port.ts";
import { type Actor, actorKey, anonymous } from "./actor.ts";
import { audit, subjectOf } from "./audit.ts";
import { heldBlobs } from "./blob-holds.ts";
import { asRefusal, invalidField, Refusal, refusalOf, toFailure } from "./errors.ts";
import { appendEvents, type NewEvent } from "./feed.ts";
import type { UploadedBlob } from "./held-blobs.ts";
import { enqueueJob } from "./job-queue.ts";
import type { Kernel, KernelParts } from "./kernel.ts";
import type { CommandContext, Origin } from "./operation.ts";
import { refusalOfDecision } from "./policy.ts";
import { parseInput } from "./problems.ts";
import { type Asker, admit, answerRead, identify } from "./read.ts";
import { findReceipt, idempotencyKeyLengthMax, inputText, keepReceipt, type Outcome } from "./receipts.ts";
import type { RegisteredOperation } from "./registry.ts";

export interface CallRequest {
  /** The operation's name: `courses.createCourse`. */
  readonly operation: string;
  readonly input: JsonValue;
  /** The bearer's token, or null for someone who is not signed in. */
  readonly token: string | null;
  /** Chosen by the client, 1 to 200 characters; null when the client does not mean to retry. */
  readonly idempotencyKey: string | null;
  /** The position that the client has seen; a read never answers from before it. */
  readonly atLeast: number | null;
  readonly requestId: string;
  readonly origin: Origin;
  /** Aborted when nobody waits for the answer any more; a heavy read is ended then. */
  readonly signal?: AbortSignal;
}

export interface CallAnswer {
  readonly output: JsonValue;
  readonly position: number;
  /** True when the answer came from the receipt of an earlier call with the same key. */
  readonly replayed: boolean;
}

/** What a call carries on its way through the steps below. */
interface Call extends Asker {
  readonly request: CallRequest;
  readonly operation: RegisteredOperation;
  readonly input: JsonObject;
}

/** Answers one request. Throws `Refusal`, `Unavailable`, or anything else for a bug. */
export async function call(kernel: Kernel, parts: KernelParts, request: CallRequest): Promise<CallAnswer> {
  const operation = operationOf(kernel, request);
  const now = parts.clock.now();
  const claims = request.token === null ? null : await parts.authenticator.verify(request.token, now);
  return dispatch(parts, kernel, {
    request,
    operation,
    claims,
    internalActor: null,
    now,
    input: inputOf(operation, request),
  });
}

/** The same for Lyceum's own work: no token, but an actor that the caller vouches for. Doors never call it. */
export async function callAs(
  kernel: Kernel,
  parts: KernelParts,
  actor: Extract<Actor, { kind: "system" }>,
  request: CallRequest,
): Promise<CallAnswer> {
  const operation = operationOf(kernel, request);
  const input = inputOf(operation, request);
  return dispatch(parts, kernel, {
    request,
    operation,
    claims: null,
    internalActor: actor,
    now: parts.clock.now(),
    input,
  });
}

/**
 * Who asks, and whether they may: the answer that the call itself would give, before it. A door asks this before it
 * takes a large file from someone, with a placeholder for the upload that is yet to come; the call decides again.
 */
export async function admission(kernel: Kernel, parts: KernelParts, request: CallRequest): Promise<Actor> {
  const operation = operationOf(kernel, request);
  const now = parts.clock.now();
  const claims = request.token === null ? null : await parts.authenticator.verify(request.token, now);
  const input = inputOf(operation, request);
  const one = { input, claims, internalActor: null, now };
  return (await parts.store.read((database) => admit(parts.authenticator, database, operation, one))).value;
}

/** Whose token this is; for doors that do something for people outside any operation (taking their files). */
export async function whoIs(parts: KernelParts, token: string | null): Promise<Actor> {
  if (token === null) return anonymous;
  const now = parts.clock.now();
  const claims = await parts.authenticator.verify(token, now);
  return (await parts.store.read((database) => parts.authenticator.actorOf(database, claims, now))).value;
}

async function dispatch(parts: KernelParts, kernel: Kernel, one: Call): Promise<CallAnswer> {
  if (one.operation.kind === "command") return runCommand(parts, kernel, one);
  const { operation, request, input, claims, internalActor, now } = one;
  const { atLeast, origin, signal } = request;
  const read = { operation: operation.name, input, claims, internalActor, now, atLeast, origin };
  return operation.heavy && parts.heavyReader !== null
    ? parts.heavyReader(read, signal)
    : answerRead(parts, operation, read);
}

async function runCommand(parts: KernelParts, kernel: Kernel, one: Call): Promise<CallAnswer> {
  const { operation, request, now } = one;
  const key = request.idempotencyKey;
  if (key !== null && (key.length === 0 || key.length > idempotencyKeyLengthMax))
    throw invalidField(
      "idempotencyKey",
      `An idempotency key has 1 to ${idempotencyKeyLengthMax} characters.`,
    );
  const prepared = await prepare(parts, kernel, one);
  const inputHash =
    key === null
      ? ""
      : kernel.services.tokens.fingerprint(inputText(hashable(one.input), prepared.blob?.sha256 ?? null));

  const { value, position } = await parts.store.write(async (tx) => {
    const actor = await identify(parts.authenticator, tx.database, one);
    const name = { actor: receiptHolder(actor), operation: operation.name, key: key ?? "" };
    const earlier = key === null ? null : await findReceipt(tx.database, name, inputHash);
    if (earlier !== null) {
      await mayMintAgain(tx, one, actor);
      return { outcome: earlier, replayed: true };
    }
    const { outcome, events } = await runHandler(parts, kernel, tx, one, actor, prepared);
    if (key !== null) await keepReceipt(tx.database, name, inputHash, outcome, now);
    await audit(tx.database, {
      id: kernel.newId(now),
      at: now,
      actor: actorKey(actor),
      operation: operation.name,
      subject: subjectOf(one.input),
      outcome: "refusal" in outcome ? outcome.refusal.code : "done",
      requestId: request.requestId,
      origin: request.origin,
    });
    if (events.length > 0) await appendEvents(tx, events, now);
    return { outcome, replayed: false };
  });
  if ("refusal" in value.outcome) throw refusalOf(value.outcome.refusal);
  const output = await withSecrets(kernel, one, value.outcome.output);
  return { output, position, replayed: value.replayed };
}

interface Prepared {
  readonly facts: unknown;
  readonly blob: UploadedBlob | null;
  /** Thrown again inside the transaction, so that it leaves a receipt and an audit row like any other refusal. */
  readonly refusal: Refusal | null;
}

/** What is slow, outside the transaction: who asks and whether they may, then the upload and the operation's own facts. */
async function prepare(parts: KernelParts, kernel: Kernel, one: Call): Promise<Prepared> {
  const { operation, request, input, now } = one;
  let blob: UploadedBlob | null = null;
  if (operation.prepare === null && operation.accepts === null)
    return { facts: undefined, blob, refusal: null };
  try {
    const { value: actor } = await parts.store.read((database) =>
      admit(parts.authenticator, database, operation, one),
    );
    if (operation.accepts !== null) blob = await uploadedBlob(kernel, actor, input);
    const facts = await operation.prepare?.({
      input,
      actor,
      origin: request.origin,
      now,
      read: async (work: (db: never) => Promise<unknown>) =>
        (await parts.store.read((database) => work(tablesOf<never>(database) as never))).value,
      random: (count: number) => parts.random.bytes(count),
      services: kernel.services,
      blob,
    } as never);
    return { facts, blob, refusal: null };
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal === null || !isWritten(refusal)) throw error;
    return { facts: undefined, blob, refusal };
  }
}

/**
 * Refusals that are written down. Someone without a session was not let in, and attempts at guessing come in floods:
 * both are counted at the door instead.
 */
function isWritten(refusal: Refusal): boolean {
  return refusal.kind !== "unauthenticated" && refusal.kind !== "rate_limited";
}

async function runHandler(
  parts: KernelParts,
  kernel: Kernel,
  tx: WriteTransaction,
  one: Call,
  actor: Actor,
  prepared: Prepared,
): Promise<{ outcome: Outcome; events: readonly NewEvent[] }> {
  const { operation, input, now, request } = one;
  const events: NewEvent[] = [];
  const context: CommandContext<never, JsonObject, unknown> = {
    input,
    actor,
    origin: request.origin,
    now,
    facts: prepared.facts,
    blob: prepared.blob,
    tx: tablesOf<never>(tx.database),
    newId: () => kernel.newId(now),
    random: (count) => parts.random.bytes(count),
    emit: (type, data) => events.push({ type: type.type, data }),
    enqueue: (type, jobInput, options) =>
      enqueueJob(tx.database, { id: kernel.newId(now), type, input: jobInput, now, ...options }),
    blobs: heldBlobs(tx.database, now),
  };
  try {
    const output = await tx.attempt(async () => {
      if (prepared.refusal !== null) throw prepared.refusal;
      const decision = await operation.policy.decide({
        actor,
        input: input as never,
        database: tx.database,
        now,
      });
      if (!decision.allowed) throw refusalOfDecision(decision);
      return storedOutput(operation, await operation.handle(context as never));
    });
    return { outcome: { output }, events };
  } catch (error) {
    if (!(error instanceof Refusal) || !isWritten(error)) throw error;
    return { outcome: { refusal: toFailure(error) }, events: [] };
  }
}

/**
 * Whose receipts these are: a person's, from whichever session the retry comes, but a session with fewer rights never
 * gets the answer of one with more.
 */
function receiptHolder(actor: Actor): string {
  const isNarrowed = actor.kind === "person" && actor.scope !== "full";
  return isNarrowed ? `${actorKey(actor)} as ${actor.scope}` : actorKey(actor);
}

/**
 * An answer may be given again to whoever got it, but a secret is a right: it is minted again only for a session that
 * the policy lets have it now, and not for one of the same person with fewer rights, or after they were lost.
 */
async function mayMintAgain(
  { database }: WriteTransaction,
  { operation, input, now }: Call,
  actor: Actor,
): Promise<void> {
  if (Object.keys(operation.secrets).length === 0) return;
  const decision = await operation.policy.decide({ actor, input: input as never, database, now });
  if (!decision.allowed) throw refusalOfDecision(decision);
}

async function uploadedBlob(kernel: Kernel, actor: Actor, input: JsonObject): Promise<UploadedBlob> {
  const upload = await kernel.services.blobs.upload(String(input.uploadId));
  if (upload === null || upload.owner !== actorKey(actor))
    throw invalidField(
      "uploadId",
      "There is no upload of yours with this id. It may have expired: send the file again.",
    );
  const finished = upload.finished ?? (await finishIfWhole(kernel, upload));
  return { ...finished, fileName: upload.fileName };
}

/** An upload whose last byte came just before a crash is whole, but was never finished: that is made up for here. */
async function finishIfWhole(kernel: Kernel, upload: Upload): Promise<FinishedUpload> {
  const isWhole = upload.bytesReceived === upload.bytesExpected;
  const { finished } = isWhole ? await kernel.services.blobs.finishUpload(upload.id) : upload;
  if (finished !== null) return finished;
  throw invalidField(
    "uploadId",
    `This upload is not complete yet: ${upload.bytesReceived} bytes have arrived.`,
  );
}

/** The output as the schema knows it, less the secret fields, which must never be stored. */
function storedOutput(operation: RegisteredOperation, output: unknown): JsonValue {
  return operation.storedOutput.parse(output) as JsonValue;
}

async function withSecrets(kernel: Kernel, one: Call, output: JsonValue): Promise<JsonValue> {
  const minters = Object.entries(one.operation.secrets);
  if (minters.length === 0) return output;
  const whole: JsonObject = { ...(output as JsonObject) };
  for (const [field, mint] of minters)
    whole[field] = await mint({ output, now: one.now, services: kernel.services } as never);
  return whole;
}

/** The upload's id differs between retries of one file, so it is no part of what makes an input the same. */
function hashable(input: JsonObject): JsonObject {
  const { uploadId: _uploadId, ...rest } = input;
  return rest;
}

function operationOf(kernel: Kernel, request: CallRequest): RegisteredOperation {
  const operation = kernel.registry.byName(request.operation);
  if (operation === undefined)
    throw new Refusal("not_found", `There is no operation named ${request.operation}.`);
  return operation;
}

function inputOf(operation: RegisteredOperation, request: CallRequest): JsonObject {
  return parseInput(operation.input, request.input) as JsonObject;
}
