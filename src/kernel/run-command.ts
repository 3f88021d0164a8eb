/**
 * Runs a command on this node. Slow facts are gathered on a snapshot; then, in one transaction, it is asked again who
 * asks and whether they may, the work is done in an inner savepoint, and receipt and audit row are left in the outer
 * one, so that a refusal is kept while its effects are not.
 */
import type { JsonObject, JsonValue } from "#base/json.ts";
import { tablesOf, type WriteTransaction } from "#engines/store/port.ts";
import { type Actor, actorKey } from "./actor.ts";
import { audit, subjectOf } from "./audit.ts";
import type { Call, CallAnswer, CallParts } from "./call.ts";
import { closedBecause } from "./closed-to-changes.ts";
import { asRefusal, invalidField, Refusal, refusalOf, toFailure } from "./errors.ts";
import { appendEvents, type NewEvent } from "./feed.ts";
import type { UploadedBlob } from "./held-blobs.ts";
import type { Kernel } from "./kernel.ts";
import type { CommandContext } from "./operation.ts";
import { refusalOfDecision } from "./policy.ts";
import { admit, identify } from "./read.ts";
import { findReceipt, idempotencyKeyLengthMax, inputText, keepReceipt, type Outcome } from "./receipts.ts";
import type { RegisteredOperation } from "./registry.ts";
import { stepIn } from "./step.ts";
import { foundBlob, type UploadFacts, type UploadParts, uploadedBlob } from "./upload-facts.ts";
import { decideOperation } from "./view.ts";

/** Runs a command; `upload` says what another node found out about the file that it refers to. */
export async function runCommand(
  parts: CallParts,
  kernel: Kernel,
  one: Call,
  upload: UploadFacts | null,
): Promise<CallAnswer> {
  const { operation, request, now } = one;
  const key = request.idempotencyKey;
  if (key !== null && (key.length === 0 || key.length > idempotencyKeyLengthMax))
    throw invalidField(
      "idempotencyKey",
      `An idempotency key has 1 to ${idempotencyKeyLengthMax} characters.`,
    );
  const prepared = await prepare(parts, kernel, one, upload);
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
      subject: { ...seenAs(actor), ...subjectOf(one.input, events) },
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
async function prepare(
  parts: CallParts,
  kernel: Kernel,
  one: Call,
  upload: UploadFacts | null,
): Promise<Prepared> {
  const { operation, request, input, now } = one;
  let blob: UploadedBlob | null = null;
  if (operation.prepare === null && operation.accepts === null)
    return { facts: undefined, blob, refusal: null };
  // A node that has just begun to lead may have yet to take in what was acknowledged before; what it reads after this is
  // no older. A node alone knows all there is.
  const options = parts.membership?.router == null ? {} : { strong: true };
  try {
    const { value: actor } = await parts.store.read(
      (database) => admit(parts.authenticator, database, operation, one),
      options,
    );
    if (operation.accepts !== null)
      blob =
        upload === null
          ? await uploadedBlob(partsOfUpload(kernel, parts), actor, input)
          : foundBlob(upload, actor);
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
export function isWritten(refusal: Refusal): boolean {
  return refusal.kind !== "unauthenticated" && refusal.kind !== "rate_limited";
}

async function runHandler(
  parts: CallParts,
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
    facts: prepared.facts,
    blob: prepared.blob,
    ...stepIn<never>(tx.database, {
      now,
      newId: () => kernel.newId(now),
      random: (count) => parts.random.bytes(count),
      events,
    }),
  };
  try {
    const output = await tx.attempt(async () => {
      if (prepared.refusal !== null) throw prepared.refusal;
      const decision = await decideOperation(operation, { actor, input, database: tx.database, now });
      if (!decision.allowed) throw refusalOfDecision(decision);
      const closed = closedBecause(tx.database);
      if (closed !== null) throw closed;
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
  const decision = await decideOperation(operation, { actor, input, database, now });
  if (!decision.allowed) throw refusalOfDecision(decision);
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

/** As whom somebody looked at the school who tried to do something there. */
function seenAs(actor: Actor): Record<string, string> {
  return actor.kind === "person" && actor.view !== undefined ? { seenAsPersonId: actor.personId } : {};
}

/** The upload's id differs between retries of one file, so it is no part of what makes an input the same. */
function hashable(input: JsonObject): JsonObject {
  const { uploadId: _uploadId, ...rest } = input;
  return rest;
}

/** What looking up an upload takes. */
export function partsOfUpload(kernel: Kernel, parts: CallParts): UploadParts {
  return { services: kernel.services, replicas: parts.group?.blobs ?? null };
}
