/** What `prepare` and the minting of secrets may use beside the store: things that are slow, or hold a key. */
import type { JsonObject } from "#base/json.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import type { FileInspector } from "#engines/inspector/port.ts";
import type { Mailer } from "#engines/mail/port.ts";
import type { Cluster } from "#engines/store/replica/cluster.ts";
import type { TextIndex } from "#engines/text-index/port.ts";
import type { LastUse } from "./last-use.ts";
import type { Slice } from "./slice.ts";

export type { FileInspector } from "#engines/inspector/port.ts";

/** Seals small facts into tokens that only this school can make and read (JWE, direct AES-256-GCM, RFC 7516). */
export interface TokenSealer {
  /** A token for `purpose` that `open` refuses after `expiresAt` (milliseconds UTC). */
  seal(purpose: string, claims: JsonObject, expiresAt: number): Promise<string>;
  /** The claims of a token sealed for `purpose`, or null when it is forged, of another purpose, or expired. */
  open(purpose: string, token: string, now: number): Promise<JsonObject | null>;
  /**
   * A keyed hash: equal texts give equal fingerprints, and whoever has the store but not the master key learns
   * nothing from one. For what must be compared but may hold a secret, such as the input in a receipt.
   */
  fingerprint(text: string): string;
  /**
   * 32 bytes that follow from the school's master key, a purpose and an id, and from nothing else: a lasting secret of
   * which only the id need be stored. Unlike a token it does not end with a key of the ring.
   */
  secretFor(purpose: string, id: string): Uint8Array;
  /** Sees to it that there is a key to seal with; makes the school's first one. For the node that leads. */
  prepare(): Promise<void>;
  /** A fresh key for the ring, locked under the master key; `addKey` in `keyring.ts` stores it. */
  newKey(now: number): LockedKey;
}

/** A key of the ring as the store holds it: encrypted under the master key and bound to its id. */
export interface LockedKey {
  readonly id: string;
  readonly locked: string;
}

/** Counts attempts within a window of time, in memory; forgets by itself. */
export interface AttemptLimiter {
  /** Null when one more attempt under `key` is allowed; otherwise the milliseconds to wait. */
  wait(
    key: string,
    limit: { readonly attemptsMax: number; readonly windowMs: number },
    now: number,
  ): number | null;
  /** Counts an attempt. */
  count(key: string, now: number): void;
  /** Takes back one attempt that was counted at `countedAt`, because it turned out well. */
  takeBack(key: string, countedAt: number): void;
  /** Forgets the attempts under `key`, after a success. */
  forget(key: string): void;
}

export interface Services {
  readonly blobs: BlobStore;
  readonly tokens: TokenSealer;
  readonly limiter: AttemptLimiter;
  readonly inspector: FileInspector;
  readonly mailer: Mailer;
  /** What this node finds texts in; derived from the store, so never ahead of it and sometimes behind. */
  readonly textIndex: TextIndex;
  /** The address under which people reach the school, without a slash at its end: `https://school.example`. */
  readonly publicUrl: () => string;
  /** The group of nodes, to change it; null where no group of ours keeps the store. */
  readonly cluster: Cluster | null;
  /** Lets nodes into the group; null for a node that is alone and has no port for others. */
  readonly admission: ClusterAdmission | null;
  /** Whether a node is known to hold the only copy of a file in use; null for a node that is alone. */
  readonly hasOnlyCopies: ((nodeId: string) => Promise<boolean>) | null;
  /** When sessions were last used, as all nodes have noted it. */
  readonly lastUse: Pick<LastUse, "collect">;
  /** Has this node's files hold nothing of what was deleted by then, from its next start on; see the store's port. */
  readonly leaveNoTraceOf: (deletedAt: number) => void;
  /** The archive of the log that this node keeps, and for how long (null: for ever); null where it keeps none. */
  readonly logArchive: { readonly keepMs: number | null } | null;
  /** Every slice there is, for work that concerns all of them: a course as a whole. */
  readonly slices: readonly Slice[];
  /** How many changes of the schema this node knows; a node that knows fewer cannot take part. */
  readonly schemaKnown: number;
}

/** What letting nodes in needs beside the store: the work of the cluster's authority, and what a newcomer is handed. */
export interface ClusterAdmission {
  /** The authority's certificate, PEM, and its SHA-256, by which a newcomer knows that it has come to the right place. */
  readonly authority: string;
  readonly fingerprint: string;
  /** SHA-256 of the key that asks to be certified, or null for what is no request of a key for itself. */
  keyHashOf(certificateRequest: string): Promise<string | null>;
  /** A certificate, PEM, for the key of the request; `sealedAuthority` is what `cluster_authority` keeps. */
  issue(wish: {
    readonly sealedAuthority: string;
    readonly certificateRequest: string;
    readonly nodeId: string;
    readonly now: number;
  }): Promise<string>;
  /** Base64: the key that protects the school's secrets. */
  masterKey(): string;
}
