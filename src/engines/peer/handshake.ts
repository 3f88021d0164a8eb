/** Who may speak here: what is checked of a caller before anything else that it says is looked at. */
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { NodeId } from "#raft/configuration.ts";
import { messageVersion } from "#raft/message.ts";
import type { NodeIdentity } from "./certificates.ts";
import { type Caller, CallerSchema, type Hello, HelloSchema } from "./generated/raft.ts";

/** What a connection proved of who is at its other end, by its certificate. */
export type CallerIdentity =
  | { readonly kind: "node"; readonly identity: NodeIdentity; readonly from: string }
  /** No certificate, or one that is not to be believed, with the reason. */
  | {
      readonly kind: "stranger";
      readonly hasCertificate: boolean;
      readonly reason: string;
      readonly from: string;
    };

/** Writes a line to the log of the node: a sentence for whoever operates it. */
export type PeerLog = (
  level: "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

export interface SelfFacts {
  readonly clusterId: string;
  readonly nodeId: NodeId;
  readonly instanceId: string;
}

export function callerOf(self: SelfFacts): Caller {
  return create(CallerSchema, { protocolVersion: messageVersion, ...self });
}

export function helloOf(
  self: SelfFacts,
  facts: { readonly schemaKnown: number; readonly version: string },
): Hello {
  return create(HelloSchema, { caller: callerOf(self), ...facts });
}

/** Gives the calling node's id when all is well; otherwise throws what both sides log. */
export function checkCaller(options: {
  readonly caller: Caller | undefined;
  readonly connection: CallerIdentity;
  readonly self: SelfFacts;
}): { readonly nodeId: NodeId; readonly instanceId: string } {
  const { caller, connection, self } = options;
  if (connection.kind === "stranger") throw refusal(Code.Unauthenticated, connection.reason);
  if (caller === undefined) throw refusal(Code.InvalidArgument, "the call does not say who calls");
  const { nodeId, clusterId } = connection.identity;
  if (caller.protocolVersion > messageVersion)
    throw refusal(
      Code.FailedPrecondition,
      `node ${nodeId} speaks version ${caller.protocolVersion} of the protocol between nodes, and node ${self.nodeId} knows ${messageVersion} at most: upgrade ${self.nodeId} first`,
    );
  if (caller.clusterId !== self.clusterId || clusterId !== self.clusterId)
    throw refusal(
      Code.FailedPrecondition,
      `node ${nodeId} belongs to cluster ${caller.clusterId}, and node ${self.nodeId} to cluster ${self.clusterId}: one of the two has a wrong address for the other, or was started with another cluster's data`,
    );
  if (caller.nodeId !== nodeId)
    throw refusal(
      Code.PermissionDenied,
      `a caller says that it is node ${caller.nodeId}, and its certificate names ${nodeId}: it was started with another node's certificate`,
    );
  if (nodeId === self.nodeId)
    throw refusal(
      Code.AlreadyExists,
      `another process says that it is node ${nodeId}, as this one does: a data folder was copied, or a peer address leads back here; stop one of the two`,
    );
  return { nodeId, instanceId: caller.instanceId };
}

export function refusal(code: Code, message: string): ConnectError {
  return new ConnectError(message, code);
}

/** Why a certificate was not believed, as OpenSSL names the cause, in a sentence of ours. */
export function distrustSentence(code: string, whose: string): string {
  switch (code) {
    case "CERT_HAS_EXPIRED":
      return `the certificate of ${whose} has expired by this machine's clock: set the clocks right, or let it join again with a new token`;
    case "CERT_NOT_YET_VALID":
      return `the certificate of ${whose} is not valid yet by this machine's clock: set the clocks right`;
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "CERT_SIGNATURE_FAILURE":
    case "INVALID_CA":
      return `the certificate of ${whose} was not issued by this cluster's authority: it belongs to another cluster`;
    default:
      return `the certificate of ${whose} is not accepted here (${code})`;
  }
}
