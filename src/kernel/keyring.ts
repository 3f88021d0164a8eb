/**
 * The ring of keys that tokens are sealed with. The keys lie in the store, so that every node has the same ones, each
 * encrypted under the school's master key, which lies outside the store and its backups: a stolen copy of the
 * database opens no session. Keys are changed without logging anyone out.
 *
 * The life of a key: stored → after `settleMs` it seals, and the one before it is retired → retired, it still opens
 * what it sealed → when the last of that has expired, it is dropped. The pause at the beginning lets every node hear
 * of a key before the first token sealed with it can reach it.
 */
import { createHmac, createSecretKey, hkdfSync } from "node:crypto";
import { assert } from "#base/assert.ts";
import type { Clock } from "#base/clock.ts";
import { uuidv7 } from "#base/ids.ts";
import type { Random } from "#base/random.ts";
import { NotLeader } from "#engines/errors.ts";
import { type Database, type Migration, type Store, tablesOf } from "#engines/store/port.ts";
import type { LockedKey } from "./services.ts";
import { gcmOpen, gcmSeal, ivBytes, keyBytes } from "./tokens-jwe.ts";

const dayMs = 24 * 3_600_000;

/** No token lives longer than this, so a key that was retired this long ago opens nothing any more. */
export const tokenLifetimeMsMax = 400 * dayMs;
/** How long after it was stored a key begins to seal. */
export const settleMs = 2 * 60_000;
/** How old a node's view of the ring may get before it looks again; well below `settleMs`. */
const staleMs = 30_000;
/** Tokens may name any key, so the store is asked about unknown ones at most this often. */
const unknownPauseMs = 1_000;
/** How long a node that does not lead waits for the school's first key, and how often it looks. */
const firstKeyMsMax = 10_000;
const firstKeyLookMs = 50;

export const masterKeyBytes = 32;

export interface KernelKeysTable {
  id: string;
  /** iv, ciphertext and tag in base64url, the key's id being the associated data. */
  locked: string;
  made_at: number;
}

type Tables = { kernel_keys: KernelKeysTable };

export const keyringMigrations: readonly Migration[] = [
  {
    name: "kernel/0003-keys",
    up: (schema) => [
      schema
        .createTable("kernel_keys")
        .addColumn("id", "text", (column) => column.notNull().primaryKey())
        .addColumn("locked", "text", (column) => column.notNull())
        .addColumn("made_at", "integer", (column) => column.notNull()),
    ],
  },
];

export interface TokenKey {
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface Keyring {
  /** The key to seal with, and the time at which it was chosen. Makes the school's first key when there is none. */
  sealingKey(): Promise<TokenKey & { readonly now: number }>;
  /** The key with this id, or null when there is none (any more). */
  openingKey(id: string): Promise<TokenKey | null>;
  /** See `TokenSealer.fingerprint`. */
  fingerprint(text: string): string;
  /** See `TokenSealer.secretFor`. */
  secretFor(purpose: string, id: string): Uint8Array;
  /** See `TokenSealer.newKey`. */
  newKey(now: number): LockedKey;
}

export interface KeyringOptions {
  readonly store: Pick<Store, "read" | "write">;
  /** 32 bytes that are kept outside the store and its backups. */
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
}

/** The ring in `store`. Nothing is read before the first token, so the tables may be made after this. */
export function createKeyring(options: KeyringOptions): Keyring {
  const { store, masterKey, clock, random } = options;
  assert(masterKey.length === masterKeyBytes, `the master key has ${masterKeyBytes} bytes`);
  // One secret, three uses: each gets a key of its own (RFC 5869), so that neither weakens the other.
  const lockKey = deriveKey(masterKey, "lyceum key ring 1");
  // As a key object: the bytes would be made into one for each fingerprint, which takes six times what hashing does.
  const fingerprintKey = createSecretKey(deriveKey(masterKey, "lyceum fingerprints 1"));

  const secretsKey = createSecretKey(deriveKey(masterKey, "lyceum lasting secrets 1"));

  let keys: readonly (TokenKey & { readonly madeAt: number })[] = [];
  let loadedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | null = null;

  function load(): Promise<void> {
    // Many calls may find the ring old at once; they share one look.
    loading ??= readKeys().finally(() => {
      loading = null;
    });
    return loading;
  }

  async function readKeys(): Promise<void> {
    const { value: rows } = await store.read(allKeys);
    const known = new Map(keys.map((key) => [key.id, key]));
    keys = rows.map(
      (row) => known.get(row.id) ?? { id: row.id, bytes: unlock(lockKey, row), madeAt: row.made_at },
    );
    loadedAt = clock.monotonic();
  }

  async function makeFirstKey(): Promise<void> {
    const first = ring.newKey(clock.now());
    try {
      await store.write(({ database }) => addFirstKey(database, first, clock.now()));
    } catch (error) {
      if (!(error instanceof NotLeader)) throw error;
      await waitForFirstKey(error);
      return;
    }
    await load();
  }

  /** The node that leads makes it, as the first thing that it does, and it comes here as everything else does. */
  async function waitForFirstKey(why: NotLeader): Promise<void> {
    const giveUpAt = clock.monotonic() + firstKeyMsMax;
    for (;;) {
      await load();
      if (keys.length > 0) return;
      if (clock.monotonic() >= giveUpAt) throw why;
      await new Promise<void>((resolve) => void clock.after(firstKeyLookMs, resolve));
    }
  }

  const ring: Keyring = {
    async sealingKey() {
      if (clock.monotonic() - loadedAt >= staleMs) await load();
      if (keys.length === 0) await makeFirstKey();
      const now = clock.now();
      // In order of making: the newest one that has settled, or the very first, which nobody can be surprised by.
      const key = keys.findLast(({ madeAt }) => madeAt + settleMs <= now) ?? keys[0];
      assert(key !== undefined, "there is a key after one was added");
      return { id: key.id, bytes: key.bytes, now };
    },

    async openingKey(id) {
      const find = () => keys.find((key) => key.id === id) ?? null;
      const found = find();
      // An empty ring is a new school's, or that of a node that has just joined one: its first key may come any moment.
      const isFresh = keys.length > 0 && clock.monotonic() - loadedAt < unknownPauseMs;
      if (found !== null || isFresh) return found;
      await load();
      return find();
    },

    fingerprint: (text) => createHmac("sha256", fingerprintKey).update(text).digest("base64url"),

    secretFor: (purpose, id) =>
      new Uint8Array(createHmac("sha256", secretsKey).update(`${purpose}\n${id}`).digest()),

    newKey(now) {
      const id = uuidv7(now, random);
      const iv = random.bytes(ivBytes);
      const { ciphertext, tag } = gcmSeal(lockKey, iv, Buffer.from(id), random.bytes(keyBytes));
      return { id, locked: Buffer.concat([iv, ciphertext, tag]).toString("base64url") };
    },
  };
  return ring;
}

/**
 * Stores a key that `newKey` made, as the newest, also where the clock has been set back; gives when it takes over. For
 * `identity.rotateKeys`, in its transaction.
 */
export async function addKey(database: Database, key: LockedKey, now: number): Promise<number> {
  const newest = (await allKeys(database)).at(-1);
  const madeAt = newest === undefined ? now : Math.max(now, newest.made_at + 1);
  await tablesOf<Tables>(database)
    .insertInto("kernel_keys")
    .values({ id: key.id, locked: key.locked, made_at: madeAt })
    .execute();
  return madeAt + settleMs;
}

/**
 * Drops the keys whose last token has expired: those that were followed by another so long ago. For the scheduled
 * trimming; gives how many went.
 */
export async function dropOldKeys(database: Database, now: number): Promise<number> {
  const rows = await allKeys(database);
  const retiredBefore = now - tokenLifetimeMsMax - settleMs;
  // A key is retired when its successor begins to seal.
  const newest = rows.findLast((row) => row.made_at + settleMs <= retiredBefore);
  const old = newest === undefined ? [] : rows.slice(0, rows.indexOf(newest));
  for (const { id } of old)
    await tablesOf<Tables>(database).deleteFrom("kernel_keys").where("id", "=", id).execute();
  return old.length;
}

function allKeys(database: Database): Promise<KernelKeysTable[]> {
  return tablesOf<Tables>(database)
    .selectFrom("kernel_keys")
    .selectAll()
    .orderBy("made_at")
    .orderBy("id")
    .execute();
}

/** Two nodes may both find an empty ring; the second one's key is not needed. */
async function addFirstKey(database: Database, key: LockedKey, now: number): Promise<void> {
  const rows = await allKeys(database);
  if (rows.length === 0) await addKey(database, key, now);
}

function unlock(lockKey: Uint8Array, row: KernelKeysTable): Uint8Array {
  const bytes = Buffer.from(row.locked, "base64url");
  const iv = bytes.subarray(0, ivBytes);
  const ciphertext = bytes.subarray(ivBytes, ivBytes + keyBytes);
  const tag = bytes.subarray(ivBytes + keyBytes);
  const key = gcmOpen(lockKey, iv, Buffer.from(row.id), { ciphertext, tag });
  if (key === null)
    throw new Error(
      "The master key does not open the keys in the store. Put back the master.key file that this data was made with.",
    );
  return key;
}

function deriveKey(masterKey: Uint8Array, use: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", masterKey, new Uint8Array(0), use, keyBytes));
}
