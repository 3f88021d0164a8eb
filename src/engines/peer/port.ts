/**
 * What nodes of one cluster ask of each other beside Raft's messages: to run a command at the leader, to hand over a
 * file. Everybody on this port holds a certificate of the cluster's own authority, so a peer is believed.
 */
import type { Readable } from "node:stream";
import type { JsonValue } from "#base/json.ts";
import type { NodeId } from "#raft/configuration.ts";

/** Answers a question of another node's. What it throws reaches the asker as `Unavailable` with the same message. */
export type PeerAnswerer = (body: JsonValue, from: NodeId) => Promise<JsonValue>;

export interface Peers {
  /**
   * Asks `to` a question of this kind. Rejects with `Unavailable` when it cannot be reached (nothing was done there),
   * and with `OutcomeUnknown` when the link broke or time ran out after the question was sent.
   */
  ask(
    to: NodeId,
    kind: string,
    body: JsonValue,
    limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
  ): Promise<JsonValue>;
  /** Answers questions of this kind from now on. */
  answer(kind: string, answerer: PeerAnswerer): void;
  /** A file of a peer's, from `offset` on, or null when it has none of that name. */
  openBlob(from: NodeId, sha256: string, offset: number): Promise<Readable | null>;
  /** Serves files to peers from now on. */
  serveBlobs(open: (sha256: string, offset: number) => Promise<Readable | null>): void;
}

/** What a newcomer brings with its one-time token, before it has a certificate. */
export interface JoinRequest {
  /** The token's secret part: the cluster keeps its hash (`hashJoinSecret`) only. */
  readonly token: string;
  /** PKCS#10, PEM. The same request again (a join that died halfway) gets the same answer. */
  readonly certificateRequest: string;
  readonly name: string;
  readonly peerAddress: string;
  readonly httpUrl: string | null;
  readonly grpcAddress: string | null;
  /** The newest schema that it knows, so that it is told at once when it is too old. */
  readonly schemaKnown: number;
}

export interface JoinAnswer {
  readonly nodeId: NodeId;
  readonly clusterId: string;
  /** PEM: the newcomer's own certificate, and the authority's. */
  readonly certificate: string;
  readonly authority: string;
  /** Base64: the key that protects the school's secrets. */
  readonly masterKey: string;
  readonly members: readonly { readonly id: NodeId; readonly peerAddress: string }[];
}

/** Why a newcomer was not let in; the sentence says what to do. Anything else that admitting throws means "try again". */
export class JoinRefused extends Error {
  override readonly name = "JoinRefused";
  readonly code: JoinRefusalCode;

  constructor(code: JoinRefusalCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type JoinRefusalCode =
  | "token_unknown"
  | "token_expired"
  | "token_used"
  | "too_many_attempts"
  | "version_too_old"
  | "invalid_request"
  // Found out by the newcomer itself.
  | "authority_mismatch"
  | "invalid_answer"
  | "clock_wrong";
