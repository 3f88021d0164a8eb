/** A node's certificate is renewed in good time, by asking the leader, which holds the authority's key. */
import type { Clock } from "#base/clock.ts";
import type { NodeId } from "#raft/configuration.ts";
import {
  type Authority,
  createRequestForKey,
  isRenewalDue,
  issueNodeCertificate,
  type NodeCredentials,
  type NodeIdentity,
} from "./certificates.ts";
import type { PeerLog } from "./handshake.ts";
import type { PeerAnswerer, Peers } from "./port.ts";

/** The kind of the question, for `Peers.ask`. */
export const renewalKind = "renew-certificate";

const askTimeoutMs = 10_000;

/** Answers for the leader: a new certificate for whoever asks, in the asker's own name. */
export function answerRenewals(options: {
  readonly clusterId: string;
  readonly clock: Clock;
  /** Throws `NotLeader` elsewhere than at the leader. */
  authority(): Promise<Authority>;
}): PeerAnswerer {
  return async (body, from) => {
    if (typeof body !== "string") throw new Error("a request for a certificate is a text");
    return issueNodeCertificate({
      authority: await options.authority(),
      clusterId: options.clusterId,
      nodeId: from,
      certificateRequest: body,
      now: options.clock.now(),
    });
  };
}

/** Looks once whether it is time, and renews if so. Gives the credentials to use from now on, or null to go on as before. */
export async function renewIfDue(options: {
  readonly self: NodeIdentity;
  readonly credentials: NodeCredentials;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly log: PeerLog;
  /** Null while no leader is known. */
  leaderId(): NodeId | null;
  /** What this node answers to the question itself, for while it leads. */
  answerHere: PeerAnswerer;
}): Promise<NodeCredentials | null> {
  const { self, credentials, peers, clock, log } = options;
  if (!isRenewalDue(credentials.certificate, clock.now())) return null;
  const leader = options.leaderId();
  if (leader === null) return null;
  const request = await createRequestForKey(credentials.privateKey);
  const certificate =
    leader === self.nodeId
      ? await options.answerHere(request, self.nodeId)
      : await peers.ask(leader, renewalKind, request, { timeoutMs: askTimeoutMs });
  if (typeof certificate !== "string") throw new Error(`node ${leader} answered with no certificate`);
  log("info", "this node's certificate was renewed");
  return { ...credentials, certificate };
}
