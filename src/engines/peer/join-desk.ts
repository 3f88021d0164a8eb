/** Where newcomers knock: the server's half of joining. Anybody may, so it is slow to answer those who guess. */
import { Code } from "@connectrpc/connect";
import type { Clock } from "#base/clock.ts";
import { messageVersion } from "#raft/message.ts";
import { sentenceOf } from "./client.ts";
import type { JoinRequest as WireRequest } from "./generated/raft.ts";
import { type PeerLog, refusal } from "./handshake.ts";
import { type JoinAnswer, JoinRefused, type JoinRequest } from "./port.ts";

/** Lets a newcomer in, at whichever node it knocks. Throws `JoinRefused`; anything else means "try again". */
export type Admit = (request: JoinRequest) => Promise<JoinAnswer>;

const attemptsMax = 20;
const windowMs = 60_000;
const textMax = 4_096;
const addressesMax = 10_000;

type Outcome =
  | { readonly case: "answer"; readonly value: ReturnType<typeof wireAnswer> }
  | { readonly case: "refusal"; readonly value: { readonly code: string; readonly message: string } };

export interface JoinDesk {
  /** Admits from now on. */
  open(admit: Admit): void;
  admit(request: WireRequest, from: string): Promise<{ readonly outcome: Outcome }>;
}

export function createJoinDesk(clock: Clock, log: PeerLog): JoinDesk {
  let admit: Admit | null = null;
  const refused = new Map<string, { count: number; readonly until: number }>();

  function tooMany(from: string): boolean {
    const known = refused.get(from);
    if (known !== undefined && known.until <= clock.monotonic()) refused.delete(from);
    return (refused.get(from)?.count ?? 0) >= attemptsMax;
  }

  function count(from: string): void {
    const known = refused.get(from);
    if (known !== undefined) known.count++;
    else {
      if (refused.size >= addressesMax) refused.clear();
      refused.set(from, { count: 1, until: clock.monotonic() + windowMs });
    }
  }

  return {
    open(next) {
      admit = next;
    },
    async admit(request, from) {
      if (admit === null)
        throw refusal(Code.Unavailable, "this node does not take newcomers yet: try again in a moment");
      if (tooMany(from))
        return refusedWith(
          new JoinRefused("too_many_attempts", "too many attempts failed from this address: wait a minute"),
        );
      try {
        const answer = await admit(checked(request));
        log("info", `node ${answer.nodeId} joined as "${request.name}"`, { from });
        return { outcome: { case: "answer", value: wireAnswer(answer) } };
      } catch (error) {
        if (!(error instanceof JoinRefused)) throw refusal(Code.Unavailable, sentenceOf(error));
        count(from);
        log("warn", `a newcomer was not let in: ${error.message}`, { from, code: error.code });
        return refusedWith(error);
      }
    },
  };
}

function checked(request: WireRequest): JoinRequest {
  if (request.protocolVersion !== messageVersion)
    throw new JoinRefused(
      "version_too_old",
      `the newcomer speaks version ${request.protocolVersion} of the protocol between nodes, and this cluster ${messageVersion}: install the same version of Lyceum on both`,
    );
  const { secret, certificateRequest, name, peerAddress, httpUrl, grpcAddress, schemaKnown } = request;
  for (const text of [secret, certificateRequest, name, peerAddress, httpUrl ?? "", grpcAddress ?? ""])
    if (text.length > textMax) throw new JoinRefused("invalid_request", "the request to join is too long");
  return {
    token: secret,
    certificateRequest,
    name,
    peerAddress,
    httpUrl: httpUrl ?? null,
    grpcAddress: grpcAddress ?? null,
    schemaKnown,
  };
}

function wireAnswer(answer: JoinAnswer) {
  const { nodeId, clusterId, certificate, authority, masterKey, members } = answer;
  return {
    nodeId,
    clusterId,
    certificate,
    authority,
    masterKey,
    members: members.map(({ id, peerAddress }) => ({ id, peerAddress })),
  };
}

function refusedWith({ code, message }: JoinRefused): { readonly outcome: Outcome } {
  return { outcome: { case: "refusal", value: { code, message } } };
}
