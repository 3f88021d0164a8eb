/**
 * The process in which heavy reads run. It is told once where the store is, then answers one read after the other. It
 * holds no key and opens no token, changes nothing, and may be killed at any moment.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { systemClock } from "#base/clock.ts";
import type { Store } from "#engines/store/port.ts";
import { openPostgresStore } from "#engines/store/postgres/open.ts";
import { openSqliteReader } from "#engines/store/sqlite/reader.ts";
import type { CallAnswer } from "#kernel/call.ts";
import { type Failure, toFailure } from "#kernel/errors.ts";
import { answerRead, type PlannedRead } from "#kernel/read.ts";
import { createRegistry } from "#kernel/registry.ts";
import type { Slice } from "#kernel/slice.ts";
import { actorOfSession } from "#slices/identity/api.ts";

/** Where the store is that is read. */
export type ReadSource =
  | { readonly engine: "sqlite"; readonly folder: string }
  | { readonly engine: "postgres"; readonly url: string; readonly statementMsMax: number };

/** The first message: the store, and the module that exports the `slices` whose reads are asked for. */
export interface Opening {
  readonly source: ReadSource;
  readonly slicesModule: string;
}

export type ToReader = { readonly open: Opening } | { readonly read: PlannedRead };

export type FromReader =
  | { readonly answer: CallAnswer }
  /** `stack` says where a bug is, for the log. */
  | { readonly failure: Failure; readonly stack: string | null };

type Answering = (read: PlannedRead) => Promise<CallAnswer>;

// Who stops a node may signal all of its processes. The parent lets what was begun end, then kills this one.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("disconnect", () => process.exit());

let opening: Promise<Answering> | null = null;
process.on("message", (message: ToReader) => {
  if ("open" in message) opening = open(message.open);
  else if (opening !== null) void respond(opening, message.read);
});

async function respond(opened: Promise<Answering>, read: PlannedRead): Promise<void> {
  // A store that cannot be opened ends the process, with the reason on standard error.
  const answering = await opened;
  process.send?.(await outcomeOf(answering(read)));
}

async function outcomeOf(answering: Promise<CallAnswer>): Promise<FromReader> {
  try {
    return { answer: await answering };
  } catch (error) {
    const failure = toFailure(error);
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { failure, stack: failure.kind === "bug" ? stack : null };
  }
}

async function open({ source, slicesModule }: Opening): Promise<Answering> {
  await once(new Worker(new URL("./lifeline.ts", import.meta.url)), "message");
  const { slices } = (await import(slicesModule)) as { readonly slices: readonly Slice[] };
  const registry = createRegistry(slices);
  const parts = { store: await openStore(source), authenticator: { actorOf: actorOfSession }, slices };
  return async (read) => {
    const operation = registry.byName(read.operation);
    if (operation?.kind !== "read") throw new Error(`${read.operation} is no read of this process's slices`);
    return answerRead(parts, operation, read);
  };
}

async function openStore(source: ReadSource): Promise<Pick<Store, "read">> {
  if (source.engine === "sqlite") return openSqliteReader({ folder: source.folder });
  const { url, statementMsMax } = source;
  return openPostgresStore({
    url,
    statementMsMax,
    readersMax: 1,
    clock: systemClock,
    log: { error: (_facts, message) => void process.stderr.write(`${message}\n`) },
  });
}
