/**
 * Votes travel as calls of their own (RequestVote), and Raft's core answers them with a message, later: this pairs the
 * two, at both ends. A reply that finds no call waiting travels on the stream like everything else.
 */
import type { ClientHttp2Session } from "node:http2";
import type { NodeId } from "#raft/configuration.ts";
import type { TimeoutNow, VoteReply, VoteRequest } from "#raft/message.ts";
import { clientOn } from "./client.ts";
import { whole } from "./codec.ts";
import type { Caller } from "./generated/raft.ts";

/** The core leaves some questions unanswered; their calls end after this time. */
const patienceMs = 2_000;

export interface VoteCalls {
  /** A question came in by call: resolves with the reply, or with null when none is given. */
  wait(request: VoteRequest): Promise<VoteReply | null>;
  /** Gives the reply to the call that waits for it; false when none does. */
  settle(reply: VoteReply): boolean;
}

export function createVoteCalls(after: (delayMs: number, action: () => void) => () => void): VoteCalls {
  const waiting = new Map<string, (reply: VoteReply | null) => void>();
  const keyOf = (peer: NodeId, isPreVote: boolean) => `${peer} ${isPreVote}`;
  return {
    wait({ from, isPreVote }) {
      const key = keyOf(from, isPreVote);
      // A candidate asks again only when it no longer waits for the answer to its last question.
      waiting.get(key)?.(null);
      return new Promise((resolve) => {
        const settle = (reply: VoteReply | null) => {
          cancel();
          if (waiting.get(key) === settle) waiting.delete(key);
          resolve(reply);
        };
        const cancel = after(patienceMs, () => settle(null));
        waiting.set(key, settle);
      });
    },
    settle(reply) {
      const settle = waiting.get(keyOf(reply.to, reply.isPreVote));
      settle?.(reply);
      return settle !== undefined;
    },
  };
}

/** Asks for a vote; null when there is no answer, which is lost then, as any message may be. */
export async function callForVote(
  session: ClientHttp2Session,
  caller: Caller,
  { from, to, term, isPreVote, isTransfer, last }: VoteRequest,
): Promise<VoteReply | null> {
  const vote = {
    term: BigInt(term),
    isPreVote,
    isTransfer,
    last: { index: BigInt(last.index), term: BigInt(last.term) },
  };
  try {
    const { reply } = await clientOn(session).requestVote({ caller, vote });
    if (reply === undefined) return null;
    return {
      type: "vote-reply",
      from: to,
      to: from,
      term: whole(reply.term),
      isPreVote: reply.isPreVote,
      granted: reply.granted,
    };
  } catch {
    return null;
  }
}

/** Asks the successor to campaign; when that is lost, the leader gives up the transfer after a while. */
export async function callTimeoutNow(
  session: ClientHttp2Session,
  caller: Caller,
  { term }: TimeoutNow,
): Promise<void> {
  try {
    await clientOn(session).timeoutNow({ caller, term: BigInt(term) });
  } catch {
    // Lost.
  }
}
