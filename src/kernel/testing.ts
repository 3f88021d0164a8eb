/**
 * A whole kernel for tests: a real store, real files in a temporary folder, a clock and randomness that the test
 * owns. Only the tokens are simplified unless a test brings identity's own: a token is the actor itself, as JSON.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { sql } from "kysely";
import { assert } from "#base/assert.ts";
import { ManualClock } from "#base/clock.ts";
import type { JsonObject, JsonValue } from "#base/json.ts";
import { seededRandom } from "#base/random.ts";
import { openLocalBlobStore } from "#engines/blobs/local/open.ts";
import { createFileInspector } from "#engines/inspector/inspector.ts";
import { createRecordingMailer, type RecordingMailer } from "#engines/mail/testing/recording-mailer.ts";
import { type Store, tablesOf } from "#engines/store/port.ts";
import { openSqliteStore } from "#engines/store/sqlite/open.ts";
import { openTextIndex } from "#engines/text-index/open.ts";
import type { Actor } from "./actor.ts";
import type { Authenticator } from "./authenticator.ts";
import { type Failure, Refusal, toFailure } from "./errors.ts";
import type { FeedEvent } from "./event.ts";
import { readEvents } from "./feed.ts";
import { type Kernel, type KernelParts, openKernel } from "./kernel.ts";
import { createKeyring } from "./keyring.ts";
import { createAttemptLimiter } from "./limiter.ts";
import type { TokenSealer } from "./services.ts";
import type { Slice } from "./slice.ts";
import { createTokenSealer } from "./tokens.ts";

/** What a call came to, as a value that a test can compare whole. */
export type Result =
  | { readonly output: JsonValue; readonly replayed: boolean }
  | { readonly failure: Failure };

export interface TestKernel {
  readonly kernel: Kernel;
  readonly clock: ManualClock;
  readonly folder: string;
  readonly tokens: TokenSealer;
  readonly mailer: RecordingMailer;
  /** Calls as whoever holds `token`; refusals come back as values, bugs are thrown. */
  call(token: string | null, operation: string, input: JsonObject, options?: CallOptions): Promise<Result>;
  /** Calls and gives the output; throws where the call was refused. */
  must<Output = JsonValue>(
    token: string | null,
    operation: string,
    input: JsonObject,
    options?: CallOptions,
  ): Promise<Output>;
  /** Puts a file into the blob store as `owner`'s finished upload; gives the upload's id. */
  upload(owner: string, fileName: string, bytes: Uint8Array): Promise<string>;
  /** The events after `position`, as `type` and `data`. */
  events(position?: number): Promise<FeedEvent[]>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly key?: string;
  readonly atLeast?: number;
  readonly address?: string;
}

export interface TestKernelOptions {
  readonly slices: readonly Slice[];
  /** A store to use, closed by whoever opened it; a fresh SQLite one when absent. */
  readonly store?: Store;
  readonly clock?: ManualClock;
  readonly seed?: number;
  /** `http://school.test` when absent. */
  readonly publicUrl?: string;
  /** Made from the parts that identity's authenticator needs; the simple one when absent. */
  readonly authenticator?: (tokens: TokenSealer) => Authenticator;
}

export async function openTestKernel(options: TestKernelOptions): Promise<TestKernel> {
  const folder = await mkdtemp(join(tmpdir(), "lyceum-kernel-"));
  const clock = options.clock ?? new ManualClock();
  const random = seededRandom(options.seed ?? 1);
  const log = () => {};
  const store = withinBudget(
    options.store ?? (await openSqliteStore({ folder: join(folder, "store"), clock })),
  );
  const blobs = await openLocalBlobStore({ folder: join(folder, "blobs"), clock, random, report: log });
  const inspector = createFileInspector();
  const mailer = createRecordingMailer();
  const textIndex = openTextIndex({ folder: join(folder, "text-index") });
  const keyring = createKeyring({ store, masterKey: random.bytes(32), clock, random });
  const tokens = createTokenSealer({ keyring, random });
  const parts: KernelParts = {
    store,
    blobs,
    inspector,
    mailer,
    textIndex,
    slices: options.slices,
    authenticator: options.authenticator?.(tokens) ?? actorAuthenticator,
    tokens,
    limiter: createAttemptLimiter(),
    clock,
    random,
    publicUrl: () => options.publicUrl ?? "http://school.test",
    log,
    heavyReader: null,
  };
  const kernel = await openKernel(parts);
  let requests = 0;

  const attempt = (token: string | null, operation: string, input: JsonObject, how: CallOptions = {}) =>
    kernel.call({
      operation,
      input,
      token,
      idempotencyKey: how.key ?? null,
      atLeast: how.atLeast ?? null,
      requestId: `test-${++requests}`,
      origin: { door: "internal", address: how.address ?? "192.0.2.1", agent: "test" },
    });

  return {
    kernel,
    clock,
    folder,
    tokens,
    mailer,
    async call(token, operation, input, how) {
      try {
        const { output, replayed } = await attempt(token, operation, input, how);
        return { output, replayed };
      } catch (error) {
        const failure = toFailure(error);
        if (failure.kind === "bug") throw error;
        return { failure };
      }
    },
    async must<Output>(token: string | null, operation: string, input: JsonObject, how?: CallOptions) {
      return (await attempt(token, operation, input, how)).output as Output;
    },
    async upload(owner, fileName, bytes) {
      const upload = await blobs.beginUpload({ owner, fileName, bytesExpected: bytes.length });
      await blobs.appendToUpload(upload.id, 0, Readable.from([bytes]));
      return upload.id;
    },
    async events(position = 0) {
      return (await store.read((database) => readEvents(database, { after: position, limit: 1_000 }))).value;
    },
    async close() {
      await kernel.close();
      await textIndex.close();
      await blobs.close();
      if (options.store === undefined) await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Rows that one command may change: more, and everybody else waits behind it. */
const rowsPerCommandMax = 512;

/** The store, but a command that changes too many rows fails. Counted on SQLite; the same commands run on both. */
function withinBudget(store: Store): Store {
  if (store.engine !== "sqlite") return store;
  return {
    engine: store.engine,
    cluster: store.cluster,
    read: (work, options) => store.read(work, options),
    migrate: (migrations) => store.migrate(migrations),
    onCommit: (listener) => store.onCommit(listener),
    snapshotTo: (file) => store.snapshotTo(file),
    leaveNoTraceOf: (deletedAt) => store.leaveNoTraceOf(deletedAt),
    status: () => store.status(),
    close: () => store.close(),
    write: (work) =>
      store.write(async (tx) => {
        const changes = async () =>
          (await sql<{ rows: number }>`select total_changes() as rows`.execute(tablesOf(tx.database))).rows[0]
            ?.rows ?? 0;
        const before = await changes();
        const value = await work(tx);
        const rows = (await changes()) - before;
        assert(
          rows <= rowsPerCommandMax,
          `a command changed ${rows} rows; stage it in chunks of ${rowsPerCommandMax}`,
        );
        return value;
      }),
  };
}

/** The token that the simple authenticator takes for `actor`. */
export function tokenOf(actor: Actor): string {
  return JSON.stringify(actor);
}

/** A person with these school-wide roles, for tests that need no rows of identity. */
export function personToken(personId: string, ...roles: Extract<Actor, { kind: "person" }>["roles"]): string {
  return tokenOf({ kind: "person", personId, sessionId: `session-of-${personId}`, roles, scope: "full" });
}

/** The simple authenticator: a token is the actor itself. */
export const actorAuthenticator: Authenticator = {
  async verify(token) {
    if (!token.startsWith("{")) throw new Refusal("unauthenticated", "This is no token of the tests.");
    return { sessionId: token, expiresAt: Number.MAX_SAFE_INTEGER };
  },
  async actorOf(_database, claims) {
    return JSON.parse(claims.sessionId) as Actor;
  },
};
