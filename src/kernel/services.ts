/** What `prepare` and the minting of secrets may use beside the store: things that are slow, or hold a key. */
import type { JsonObject } from "#base/json.ts";
import type { BlobStore } from "#engines/blobs/port.ts";
import type { FileInspector } from "#engines/inspector/port.ts";

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
  /** The address under which people reach the school, without a slash at its end: `https://school.example`. */
  readonly publicUrl: () => string;
}
