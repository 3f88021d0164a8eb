/**
 * Brings a command to the node that leads, wherever a client asked: it is run here when this node leads, and sent to the
 * leader when another does. While nobody leads it waits; when the leader is lost on the way it is asked again, of the
 * next one. An idempotency key goes along always, so that a command of which nobody knows whether it was done is done
 * once. What came in from another node is never sent on: that node hears who leads, and asks there.
 */
import type { Clock } from "#base/clock.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { NotLeader, OutcomeUnknown, Unavailable } from "#engines/errors.ts";
import type { Peers } from "#engines/peer/port.ts";
import type { CallAnswer, CallRequest } from "./call.ts";
import { passes, throughFailover } from "./failover.ts";
import {
  decodeCall,
  decodeOutcome,
  encodeCall,
  encodeOutcome,
  type ForwardedCall,
  forwardedKind,
} from "./forwarded-call.ts";
import type { Log } from "./kernel.ts";
import type { Leadership } from "./leadership.ts";

export interface RouterParts {
  readonly leadership: Leadership;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly log: Log;
  /** A key for a command that came without one. */
  readonly newKey: () => string;
  /** Whether a node is in the group, as far as this one knows. */
  readonly isMember: (id: string) => boolean;
  /** Runs a command on this node, which must lead. */
  readonly here: (call: ForwardedCall) => Promise<CallAnswer>;
}

export interface CommandRouter {
  /** Runs the command at the node that leads. Throws what it throws there, and `Unavailable` when none was found in time. */
  run(call: ForwardedCall): Promise<CallAnswer>;
}

/** Begins to answer the commands that other nodes send, and gives the way to send them. */
export function createRouter(parts: RouterParts): CommandRouter {
  const { leadership, peers, log } = parts;

  /** What this node refuses because it has just ceased to lead (its disk is full), the next leader will do. */
  async function here(call: ForwardedCall): Promise<CallAnswer> {
    try {
      return await parts.here(call);
    } catch (error) {
      const isOurs = error instanceof Unavailable && !passes(error);
      throw isOurs && !leadership.isLeader ? new NotLeader(leadership.leaderId, { cause: error }) : error;
    }
  }

  peers.answer(forwardedKind, (body: JsonValue, from) =>
    encodeOutcome(
      async () => {
        // A link may outlive the membership that it was opened under.
        if (!parts.isMember(from))
          throw new Unavailable("This node was taken out of the cluster: ask another.");
        return here(decodeCall(body));
      },
      (err) => {
        const { requestId = null, operation = null } = body as JsonObject;
        log("error", "a command of another node failed", { requestId, operation, from, err });
      },
    ),
  );

  return {
    async run(call) {
      const { request } = call;
      const isNamed = request.idempotencyKey !== null;
      const keyed = isNamed ? call : withKey(call, parts.newKey());
      /** Whom the last one that was asked took for the leader: it may know better than this node. */
      let hint: string | null = null;
      const answer = await throughFailover(parts, request.signal, async (msLeft) => {
        const leader = leadership.isLeader ? leadership.selfId : (hint ?? leadership.leaderId);
        hint = null;
        if (leader === null) throw new NotLeader(null);
        try {
          return leader === leadership.selfId
            ? await here(keyed)
            : await askLeader(parts, leader, keyed, msLeft);
        } catch (error) {
          if (error instanceof NotLeader && error.leaderId !== leader) hint = error.leaderId;
          throw error;
        }
      });
      // Nobody gave this key, so an answer found under it is still the first that the client gets.
      return isNamed ? answer : { ...answer, replayed: false };
    },
  };
}

/** Asks `leader`, and lets go of it as soon as another is known to lead: one that hangs would answer too late. */
async function askLeader(
  { leadership, peers }: RouterParts,
  leader: string,
  call: ForwardedCall,
  timeoutMs: number,
): Promise<CallAnswer> {
  const replaced = new AbortController();
  const unsubscribe = leadership.onChange(() => {
    if (leadership.leaderId !== null && leadership.leaderId !== leader) replaced.abort();
  });
  const { signal } = call.request;
  let body: JsonValue;
  try {
    body = await peers.ask(leader, forwardedKind, encodeCall(call), {
      timeoutMs,
      signal: signal === undefined ? replaced.signal : AbortSignal.any([replaced.signal, signal]),
    });
  } catch (error) {
    if (replaced.signal.aborted || signal?.aborted === true || error instanceof OutcomeUnknown)
      throw new OutcomeUnknown("The leader was lost before it had answered.", { cause: error });
    // It could not be reached: nothing was done there, and another may lead soon.
    if (error instanceof Unavailable) throw new NotLeader(null, { cause: error });
    throw error;
  } finally {
    unsubscribe();
  }
  return decodeOutcome(body);
}

function withKey(call: ForwardedCall, idempotencyKey: string): ForwardedCall {
  const request: CallRequest = { ...call.request, idempotencyKey };
  return { ...call, request };
}
