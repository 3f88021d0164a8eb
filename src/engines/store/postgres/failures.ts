/** What PostgreSQL's errors mean for a command: try it once more, ask later, or a bug of ours. */
import pg from "pg";
import { Unavailable } from "#engines/errors.ts";

/** True where the same command, run again, may succeed: a serialization failure or a deadlock. */
export function isConflict(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (error.code === "40001" || error.code === "40P01");
}

/** True where the connection is gone, so that nobody knows what became of a COMMIT that was under way. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof pg.DatabaseError) return /^(08|57P)/.test(error.code ?? "");
  const code = "code" in error ? error.code : undefined;
  return (
    (typeof code === "string" && networkCodes.has(code)) ||
    /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout|This socket has been ended)/.test(
      error.message,
    )
  );
}

/** Turns what passes by itself into `Unavailable`; gives any other error back as it is. */
export function toStoreError(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) {
    const reason = passing.find(([pattern]) => pattern.test(error.code ?? ""));
    if (reason !== undefined) return new Unavailable(reason[1], { retryAfterMs: reason[2], cause: error });
  }
  if (isConnectionLoss(error)) {
    return new Unavailable("The database cannot be reached at present.", {
      retryAfterMs: 2_000,
      cause: error,
    });
  }
  return error;
}

const networkCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** Error classes of PostgreSQL (its documentation, appendix A) that pass by themselves or by the operator's hand. */
const passing: readonly (readonly [pattern: RegExp, message: string, retryAfterMs: number])[] = [
  [/^(08|57P)/, "The database cannot be reached at present.", 2_000],
  [/^53100$/, "The database's disk is full: nothing can be changed until there is room.", 30_000],
  [/^53/, "The database is out of memory or connections at present.", 5_000],
  [/^57014$/, "This took longer than the database may spend on one request.", 5_000],
  [/^(55P03|25P03)$/, "The database is busy with other commands on the same rows.", 1_000],
  [/^25006$/, "The database takes no changes at present (it is a standby).", 5_000],
  [/^58/, "The database's machine has a fault: see its log.", 30_000],
];
