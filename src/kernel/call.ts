/**
 * `call()`: the one way into the system. Every door, job and test comes through here with JSON values only, so that
 * the store may live in another thread behind the same port.
 *
 * A read is answered by this node, from one snapshot: who asks, whether they may, the answer. A command is brought to
 * the node that leads (`router.ts`) and run there (`run-command.ts`).
 */
import { present } from "#base/assert.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { OutcomeUnknown } from "#engines/errors.ts";
import type { Database, ReadOptions } from "#engines/store/port.ts";
import { type Actor, actorKey, anonymous } from "./actor.ts";
import { asRefusal, Refusal, toFailure, Unavailable } from "./errors.ts";
import { throughFailover } from "./failover.ts";
import type { ForwardedCall } from "./forwarded-call.ts";
import type { Kernel, KernelParts } from "./kernel.ts";
import type { Leadership } from "./leadership.ts";
import type { Origin } from "./operation.ts";
import { refusalOfDecision } from "./policy.ts";
import { parseInput } from "./problems.ts";
import { type Asker, admit, answerRead, type ClusterSight } from "./read.ts";
import { openTicket, sealTicket } from "./read-tickets.ts";
import type { RegisteredOperation } from "./registry.ts";
import type { CommandRouter } from "./router.ts";
import { isWritten, partsOfUpload, runCommand } from "./run-command.ts";
import type { Standing } from "./standing.ts";
import { type UploadFacts, uploadedBlob } from "./upload-facts.ts";
import { isView, readOnly } from "./view.ts";

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
  /** A read answers with everything that anybody was told of before it was asked, wherever that was. */
  readonly strong?: boolean;
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

/** What calls are answered with: the parts of the kernel, and how it stands to the other nodes. */
export interface CallParts extends KernelParts {
  /** Null where no group of ours keeps the store. */
  readonly membership: Membership | null;
  /** What reads may know of the group; null likewise. */
  readonly sight: ClusterSight | null;
}

export interface Membership {
  readonly leadership: Leadership;
  readonly standing: Standing;
  /** Null for a node alone, which leads whenever anybody does. */
  readonly router: CommandRouter | null;
}

/** What a call carries on its way through the steps below. */
export interface Call extends Asker {
  readonly request: CallRequest;
  readonly operation: RegisteredOperation;
  readonly input: JsonObject;
}

/** Answers one request. Throws `Refusal`, `Unavailable`, or anything else for a bug. */
export async function call(kernel: Kernel, parts: CallParts, request: CallRequest): Promise<CallAnswer> {
  const operation = operationOf(kernel, request);
  if (operation.kind === "command") return command(kernel, parts, { request, system: null, upload: null });
  return answer(parts, { operation, request, ...(await understood(parts, operation, request)) });
}

/** The same for Lyceum's own work: no token, but an actor that the caller vouches for. Doors never call it. */
export async function callAs(
  kernel: Kernel,
  parts: CallParts,
  actor: Extract<Actor, { kind: "system" }>,
  request: CallRequest,
): Promise<CallAnswer> {
  const operation = operationOf(kernel, request);
  if (operation.kind === "command")
    return command(kernel, parts, { request, system: actor.name, upload: null });
  const input = inputOf(operation, request);
  const now = parts.clock.now();
  return answer(parts, { operation, request, input, claims: null, internalActor: actor, now });
}

/** A ticket with which the read of `request`, answered at `position`, can be asked again for an hour. */
export async function ticketFor(
  kernel: Kernel,
  parts: CallParts,
  request: Pick<CallRequest, "operation" | "input" | "token">,
  position: number,
): Promise<string> {
  const now = parts.clock.now();
  const claims = request.token === null ? null : await parts.authenticator.verify(request.token, now);
  const input = parseInput(operationOf(kernel, request).input, request.input) as JsonObject;
  return sealTicket(parts.tokens, { operation: request.operation, input, claims, atLeast: position }, now);
}

/** Answers the read of a ticket, as the session that asked for it stands now. */
export async function redeem(
  kernel: Kernel,
  parts: CallParts,
  ticket: string,
  asked: Pick<CallRequest, "requestId" | "origin" | "signal">,
): Promise<CallAnswer> {
  const now = parts.clock.now();
  const { claims, ...read } = await openTicket(parts.tokens, ticket, now);
  const operation = operationOf(kernel, read);
  const request = { ...read, token: null, idempotencyKey: null, ...asked };
  return answer(parts, { operation, request, input: read.input, claims, internalActor: null, now });
}

/** Runs a command on this node; throws `NotLeader` where another one leads. */
export async function callHere(
  kernel: Kernel,
  parts: CallParts,
  { request, system, upload }: ForwardedCall,
): Promise<CallAnswer> {
  const operation = operationOf(kernel, request);
  if (operation.kind !== "command") throw new Error(`${operation.name} is no command`);
  const one = { operation, request, ...(await understood(parts, operation, request)) };
  const internalActor: Actor | null = system === null ? null : { kind: "system", name: system };
  return runCommand(parts, kernel, { ...one, internalActor }, upload);
}

/**
 * Who asks, and whether they may: the answer that the call itself would give, before it. A door asks this before it
 * takes a large file from someone, with a placeholder for the upload that is yet to come; the call decides again.
 */
export async function admission(kernel: Kernel, parts: CallParts, request: CallRequest): Promise<Actor> {
  const operation = operationOf(kernel, request);
  const one = await understood(parts, operation, request);
  const seen = request.atLeast === null ? {} : { atLeast: request.atLeast };
  return asSeen(parts, one, request.signal, async (options) => {
    const read = (database: Database) => admit(parts.authenticator, database, operation, one);
    return (await parts.store.read(read, { ...seen, ...options })).value;
  });
}

/** Whose token this is; for doors that do something for people outside any operation (taking their files). */
export async function whoIs(parts: CallParts, token: string | null): Promise<Actor> {
  if (token === null) return anonymous;
  const now = parts.clock.now();
  const claims = await parts.authenticator.verify(token, now);
  return asSeen(parts, { claims }, undefined, async (options) => {
    const read = await parts.store.read(
      (database) => parts.authenticator.actorOf(database, claims, now),
      options,
    );
    // A file is sent to be handed in or put up somewhere: whoever looks as somebody else does neither.
    if (isView(read.value)) throw refusalOfDecision(readOnly);
    return read.value;
  });
}

/** What was asked, as the operation's schema takes it, and by whose token. */
async function understood(parts: CallParts, operation: RegisteredOperation, request: CallRequest) {
  const now = parts.clock.now();
  const claims = request.token === null ? null : await parts.authenticator.verify(request.token, now);
  return { claims, internalActor: null, now, input: inputOf(operation, request) };
}

async function answer(parts: CallParts, one: Call): Promise<CallAnswer> {
  const { operation, request, input, claims, internalActor, now } = one;
  const { origin, signal } = request;
  const { membership } = parts;
  membership?.standing.demandReadable();
  const read = { operation: operation.name, input, claims, internalActor, now, origin };
  const isStrong = request.strong === true || operation.strong(input as never);
  const attempt = async ({ atLeast = null, strong = false }: Freshness): Promise<CallAnswer> => {
    if (!operation.heavy || parts.heavyReader === null)
      return answerRead(parts, operation, { ...read, atLeast }, strong);
    if (membership === null) return parts.heavyReader({ ...read, atLeast }, signal);
    // A process of its own knows no group: it is told what to wait for, at least what this node has seen itself.
    const seen = strong
      ? (await parts.store.read(async () => null, { strong })).position
      : parts.store.status().position;
    return parts.heavyReader({ ...read, atLeast: Math.max(atLeast ?? 0, seen) }, signal);
  };
  const atLeast = request.atLeast;
  if (!isStrong) return asSeen(parts, one, signal, (options) => attempt({ atLeast, ...options }));
  if (membership === null) return attempt({ atLeast, strong: true });
  return throughFailover({ clock: parts.clock, leadership: membership.leadership }, signal, () =>
    attempt({ atLeast, strong: true }),
  );
}

interface Freshness {
  readonly atLeast?: number | null;
  readonly strong?: boolean;
}

/**
 * Reads what this node holds. Where somebody is taken for nobody, it reads once more with all that the group knows: a
 * session that was opened at another node a moment ago may not have come here yet.
 */
async function asSeen<T>(
  { membership, clock }: CallParts,
  { claims }: Pick<Asker, "claims">,
  signal: AbortSignal | undefined,
  read: (options: Pick<ReadOptions, "strong">) => Promise<T>,
): Promise<T> {
  if (membership === null || claims === null) return read({});
  try {
    return await read({});
  } catch (error) {
    if (!(error instanceof Refusal && error.kind === "unauthenticated")) throw error;
    return throughFailover({ clock, leadership: membership.leadership }, signal, () =>
      read({ strong: true }),
    );
  }
}

/** Brings a command to the node that leads, with what only this node can find out about it. */
async function command(kernel: Kernel, parts: CallParts, asked: ForwardedCall): Promise<CallAnswer> {
  const { membership } = parts;
  if (membership === null) return callHere(kernel, parts, asked);
  const { router, leadership } = membership;
  if (router === null) {
    // Alone it leads as soon as it has started, and nobody else can have done what it began.
    const { signal, idempotencyKey } = asked.request;
    return throughFailover({ clock: parts.clock, leadership }, signal, async () => {
      try {
        return await callHere(kernel, parts, asked);
      } catch (error) {
        throw error instanceof OutcomeUnknown && idempotencyKey === null ? asFinal(error) : error;
      }
    });
  }
  const operation = operationOf(kernel, asked.request);
  if (operation.accepts === null || leadership.isLeader) return router.run(asked);
  return router.run({ ...asked, upload: await lookUpUpload(kernel, parts, operation, asked) });
}

/** Without a key it is not tried again: whoever asked decides. */
function asFinal({ message, retryAfterMs, cause }: OutcomeUnknown): Unavailable {
  return new Unavailable(message, { retryAfterMs, cause });
}

/** The upload of a command that another node will run, where it is: here. Who may not do it is told so there. */
async function lookUpUpload(
  kernel: Kernel,
  parts: CallParts,
  operation: RegisteredOperation,
  { request, system }: ForwardedCall,
): Promise<UploadFacts> {
  const one = await understood(parts, operation, request);
  const internalActor: Actor | null = system === null ? null : { kind: "system", name: system };
  try {
    const actor = await throughFailover(
      { clock: parts.clock, leadership: present(parts.membership, "a group to ask").leadership },
      request.signal,
      async () => {
        const read = (database: Database) =>
          admit(parts.authenticator, database, operation, { ...one, internalActor });
        return (await parts.store.read(read, { strong: true })).value;
      },
    );
    return {
      owner: actorKey(actor),
      blob: await uploadedBlob(partsOfUpload(kernel, parts), actor, one.input),
    };
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal === null || !isWritten(refusal)) throw error;
    return { refusal: toFailure(refusal) };
  }
}

function operationOf(kernel: Kernel, request: Pick<CallRequest, "operation">): RegisteredOperation {
  const operation = kernel.registry.byName(request.operation);
  if (operation === undefined)
    throw new Refusal("not_found", `There is no operation named ${request.operation}.`);
  return operation;
}

function inputOf(operation: RegisteredOperation, request: CallRequest): JsonObject {
  return parseInput(operation.input, request.input) as JsonObject;
}
