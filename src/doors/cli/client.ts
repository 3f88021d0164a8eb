/**
 * Calls operations over HTTP: with the session, the position last seen, and a key that makes a retry harmless. What
 * is lost on the way or answered "not now" is tried again with the same key, at the school's other nodes too.
 */
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { Problem } from "#kernel/errors.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import { type CliFailure, failureOf, kindOfStatus } from "./failure.ts";
import type { Servers } from "./servers.ts";

/** How often all the nodes are tried, and for how long: a school that elects a new leader is back by then. */
const roundsMax = 5;
const patienceMs = 30_000;
const firstWaitMs = 200;
const waitMsMax = 5_000;
/** Longer than a server itself goes on trying before it says "not now". */
const silenceMsMax = 20_000;

export interface Session {
  readonly servers: Servers;
  readonly token: string | null;
  readonly position: number | null;
}

export interface ClientParts {
  readonly fetch: typeof fetch;
  readonly wait: (durationMs: number) => Promise<void>;
  /** A signal that is given after so many milliseconds. */
  readonly timeLimit: (durationMs: number) => AbortSignal;
  /** Milliseconds UTC. */
  readonly now: () => number;
  readonly agent: string;
}

export interface CallResult {
  readonly output: JsonValue;
  readonly position: number | null;
}

/** Calls `operation` and gives its answer; throws `CliFailure`. */
export async function callOperation(
  parts: ClientParts,
  session: Session,
  operation: RegisteredOperation,
  call: { readonly input: JsonObject; readonly idempotencyKey: string },
): Promise<CallResult> {
  const target = new URL(operation.path, session.servers.current);
  const headers: Record<string, string> = {
    accept: "application/json",
    ...sessionHeaders(session, parts.agent),
  };
  const request: RequestInit = { method: operation.method, headers };
  if (operation.method === "GET") addQuery(target, call.input);
  else {
    headers["content-type"] = "application/json";
    headers["idempotency-key"] = call.idempotencyKey;
    request.body = JSON.stringify(call.input);
  }
  const response = await send(parts, session.servers, `${target.pathname}${target.search}`, request);
  const body = await bodyOf(response);
  if (!response.ok) throw problemOf(response.status, body);
  const position = Number(response.headers.get("lyceum-position") ?? Number.NaN);
  return { output: body, position: Number.isSafeInteger(position) ? position : null };
}

/** What tells the server who asks and how fresh the answer must be. */
export function sessionHeaders(session: Session, agent: string): Record<string, string> {
  return {
    "user-agent": agent,
    ...(session.token === null ? {} : { authorization: `Bearer ${session.token}` }),
    ...(session.position === null ? {} : { "lyceum-position": String(session.position) }),
  };
}

/**
 * Sends a request that may safely be sent again, until it is answered with something else than "not now": to the
 * server in use, then to the next, and when all of them have failed once more from the first, a little later.
 */
export async function send(
  parts: ClientParts,
  servers: Servers,
  path: string,
  request: RequestInit,
): Promise<Response> {
  const giveUpAt = parts.now() + patienceMs;
  for (let round = 1; ; round++) {
    let refused: Response | null = null;
    let failure: unknown = null;
    for (const _each of servers.all) {
      try {
        const response = await sendOnce(parts, servers, path, request);
        if (response.status !== 503) return response;
        await refused?.body?.cancel();
        refused = response;
      } catch (error) {
        if (!isLost(error)) throw error;
        failure = error;
      }
      servers.moveOn();
    }
    if (round === roundsMax || parts.now() >= giveUpAt) {
      if (refused !== null) return refused;
      throw unreachable(servers, failure);
    }
    const seconds = Number(refused?.headers.get("retry-after") ?? 0);
    await refused?.body?.cancel();
    const hintMs = Number.isFinite(seconds) ? seconds * 1_000 : 0;
    await parts.wait(Math.min(waitMsMax, Math.max(firstWaitMs * 2 ** (round - 1), hintMs)));
  }
}

/** One try. A server that says nothing for long is given up where there is another one: it may have been halted. */
async function sendOnce(
  { fetch, timeLimit }: ClientParts,
  servers: Servers,
  path: string,
  request: RequestInit,
): Promise<Response> {
  const url = new URL(path, servers.current);
  if (servers.all.length === 1) return fetch(url, request);
  const silence = new AbortController();
  const limit = timeLimit(silenceMsMax);
  const giveUp = () => silence.abort(limit.reason);
  limit.addEventListener("abort", giveUp);
  try {
    return await fetch(url, { ...request, signal: silence.signal });
  } finally {
    // Once an answer has begun it may take as long as its bytes take.
    limit.removeEventListener("abort", giveUp);
  }
}

/** The connection was refused or broke, or nothing came for too long. */
function isLost(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError");
}

function unreachable(servers: Servers, error: unknown): CliFailure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
  const reason = cause === "" ? (error instanceof Error ? error.message : String(error)) : cause;
  const [only, ...others] = servers.all;
  return failureOf("unavailable", {
    code: "unreachable",
    message:
      others.length === 0
        ? `The server ${only} cannot be reached: ${reason}.`
        : `None of the school's nodes can be reached (${servers.all.join(", ")}): ${reason}.`,
    remedy:
      "Is it running, and is the address right? Name another with --server, or start one with: lyceum start",
  });
}

/** A list is repeated, an object is JSON, everything else is text. */
function addQuery(url: URL, input: JsonObject): void {
  const textOf = (value: JsonValue) =>
    typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
  for (const [name, value] of Object.entries(input))
    for (const each of Array.isArray(value) ? value : [value]) url.searchParams.append(name, textOf(each));
}

async function bodyOf(response: Response): Promise<JsonValue> {
  const text = await response.text();
  if (text === "") return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw failureOf("bug", {
      code: "not_lyceum",
      message: `${response.url} answered with something that is not JSON (status ${response.status}).`,
      remedy: "Is this the address of a Lyceum server?",
    });
  }
}

/** A problem document as a failure; one that is none says at least the status. */
export function problemOf(status: number, body: JsonValue): CliFailure {
  const problem = (typeof body === "object" && body !== null && !Array.isArray(body) ? body : {}) as {
    readonly code?: string;
    readonly detail?: string;
    readonly problems?: readonly Problem[];
    readonly requestId?: string;
    readonly retryAfterMs?: number;
  };
  const kind = kindOfStatus(status);
  const id = kind === "bug" && problem.requestId !== undefined ? ` (request ${problem.requestId})` : "";
  return failureOf(kind, {
    code: problem.code ?? kind,
    message: `${problem.detail ?? `The server answered with the status ${status}.`}${id}`,
    problems: problem.problems ?? [],
    // Of what is unavailable the milliseconds have gone by in the tries before.
    remedy:
      kind === "rate_limited" && problem.retryAfterMs !== undefined
        ? `Try again in ${durationText(problem.retryAfterMs)}.`
        : null,
  });
}

function durationText(durationMs: number): string {
  const seconds = Math.max(1, Math.ceil(durationMs / 1_000));
  if (seconds < 90) return seconds === 1 ? "a second" : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
