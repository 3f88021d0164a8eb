/**
 * A read, once it is known what is asked and whose token it is: who that is, whether they may, and the answer, all on
 * one snapshot. It needs a store, the operations and no key, so that a process of its own can do it as well.
 */
import { present } from "#base/assert.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { Mailer } from "#engines/mail/port.ts";
import { type Database, type ReadOptions, type Store, tablesOf } from "#engines/store/port.ts";
import type { ClusterView } from "#engines/store/replica/cluster.ts";
import type { TextIndex } from "#engines/text-index/port.ts";
import { type Actor, anonymous } from "./actor.ts";
import type { Authenticator, SessionClaims } from "./authenticator.ts";
import type { CallAnswer } from "./call.ts";
import { closedBecause } from "./closed-to-changes.ts";
import type { NodeReport } from "./node-reports.ts";
import type { Origin } from "./operation.ts";
import { refusalOfDecision } from "./policy.ts";
import type { RegisteredOperation } from "./registry.ts";
import type { Slice } from "./slice.ts";
import { decideOperation } from "./view.ts";

/** Who asks: the claims of their token, or the actor that Lyceum itself vouches for, or nobody. */
export interface Asker {
  readonly claims: SessionClaims | null;
  readonly internalActor: Actor | null;
  readonly now: number;
}

/** A read that is ready to be answered. All of it is JSON, and no token is in it: that has been opened before. */
export interface PlannedRead extends Asker {
  /** The operation's name. */
  readonly operation: string;
  /** As the operation's schema gave it. */
  readonly input: JsonObject;
  /** The position that the answer must not be older than, or null. */
  readonly atLeast: number | null;
  readonly origin: Origin;
}

/** Answers reads elsewhere; it lets go of the work when `signal` is aborted. */
export type HeavyReader = (read: PlannedRead, signal?: AbortSignal) => Promise<CallAnswer>;

/** What a read is answered from. */
export interface ReadParts {
  readonly store: Pick<Store, "read">;
  readonly authenticator: Pick<Authenticator, "actorOf">;
  /** Absent in a process of its own, which is in no group. */
  readonly sight?: ClusterSight | null;
  /** Absent there too. */
  readonly textIndex?: TextIndex | null;
  readonly slices: readonly Slice[];
  /** Absent in a process of its own, which sends nothing. */
  readonly mailer?: Pick<Mailer, "kind">;
}

/** What a read may know of the group beside the store: where things stand at this moment. */
export interface ClusterSight {
  view(): ClusterView;
  /** What each node last said of itself, by its id; those that have said nothing lately are missing. */
  reports(): ReadonlyMap<string, NodeReport>;
}

/** Answers one read, or throws as `call` does. */
export async function answerRead(
  { store, authenticator, slices, sight = null, textIndex = null, mailer }: ReadParts,
  operation: RegisteredOperation,
  read: PlannedRead,
  strong = false,
): Promise<CallAnswer> {
  const { input, origin, now } = read;
  const options = {
    ...(read.atLeast === null ? {} : { atLeast: read.atLeast }),
    ...(strong ? { strong } : {}),
  };
  const facts = await factsOf({ store, authenticator, slices, textIndex }, operation, read, options);
  const { value, position } = await store.read(async (database) => {
    const actor = await admit(authenticator, database, operation, read);
    const db = tablesOf<never>(database);
    const context = { input, actor, origin, now, db, cluster: sight, slices, facts };
    return operation.handle({ ...context, sendsMail: mailer?.kind === "smtp" } as never);
  }, options);
  return { output: operation.output.parse(value) as JsonValue, position, replayed: false };
}

/** What the read finds out before its snapshot, once the policy has agreed; the policy decides again on that. */
async function factsOf(
  { store, authenticator, textIndex }: ReadParts,
  operation: RegisteredOperation,
  read: PlannedRead,
  options: ReadOptions,
): Promise<unknown> {
  if (operation.prepareRead === null) return undefined;
  const { input, origin, now } = read;
  const actor = (await store.read((database) => admit(authenticator, database, operation, read), options))
    .value;
  return operation.prepareRead({
    ...{ input: input as never, actor, origin, now },
    textIndex: present(textIndex ?? null, `${operation.name} runs where there is an index`),
    read: async (work) => (await store.read((database) => work(tablesOf<never>(database)), options)).value,
  });
}

/** Who asks, on the same snapshot or transaction as the policy. */
export function identify(
  authenticator: Pick<Authenticator, "actorOf">,
  database: Database,
  { claims, internalActor, now }: Asker,
): Actor | Promise<Actor> {
  if (internalActor !== null) return internalActor;
  return claims === null ? anonymous : authenticator.actorOf(database, claims, now);
}

/** Who asks, where the policy lets them; its refusal where it does not. */
export async function admit(
  authenticator: Pick<Authenticator, "actorOf">,
  database: Database,
  operation: RegisteredOperation,
  asked: Asker & { readonly input: JsonObject },
): Promise<Actor> {
  const actor = await identify(authenticator, database, asked);
  const { input, now } = asked;
  const decision = await decideOperation(operation, { actor, input, database, now });
  if (!decision.allowed) throw refusalOfDecision(decision);
  const closed = operation.kind === "command" ? closedBecause(database) : null;
  if (closed !== null) throw closed;
  return actor;
}
