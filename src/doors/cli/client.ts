/**
 * Calls operations over HTTP: with the session, the position last seen, and a key that makes a retry harmless. What
 * is lost on the way or answered "not now" is tried again with the same key.
 */
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { Problem } from "#kernel/errors.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import { type CliFailure, failureOf, kindOfStatus } from "./failure.ts";

const attemptsMax = 5;
const firstWaitMs = 200;
const waitMsMax = 5_000;

export interface Session {
  readonly server: string;
  readonly token: string | null;
  readonly position: number | null;
}

export interface ClientParts {
  readonly fetch: typeof fetch;
  readonly wait: (durationMs: number) => Promise<void>;
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
  const url = new URL(operation.path, session.server);
  const headers: Record<string, string> = {
    accept: "application/json",
    ...sessionHeaders(session, parts.agent),
  };
  const request: RequestInit = { method: operation.method, headers };
  if (operation.method === "GET") addQuery(url, call.input);
  else {
    headers["content-type"] = "application/json";
    headers["idempotency-key"] = call.idempotencyKey;
    request.body = JSON.stringify(call.input);
  }
  const response = await send(parts, url, request);
  const body = await bodyOf(response);
  if (!response.ok) throw problemOf(response, body);
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

/** Sends a request that may safely be sent again, until it is answered with something else than "not now". */
export async function send(parts: ClientParts, url: URL, request: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const waitMs = Math.min(waitMsMax, firstWaitMs * 2 ** (attempt - 1));
    try {
      const response = await parts.fetch(url, request);
      if (response.status !== 503 || attempt === attemptsMax) return response;
      const hintMs = Number(response.headers.get("retry-after") ?? 0) * 1_000;
      await response.body?.cancel();
      await parts.wait(Math.min(waitMsMax, Math.max(waitMs, Number.isFinite(hintMs) ? hintMs : 0)));
    } catch (error) {
      if (attempt === attemptsMax || !(error instanceof TypeError)) throw unreachable(url, error);
      await parts.wait(waitMs);
    }
  }
}

function unreachable(url: URL, error: unknown): CliFailure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
  const reason = cause === "" ? String(error) : cause;
  return failureOf("unavailable", {
    code: "unreachable",
    message: `The server ${url.origin} cannot be reached: ${reason}.`,
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
function problemOf(response: Response, body: JsonValue): CliFailure {
  const problem = (typeof body === "object" && body !== null && !Array.isArray(body) ? body : {}) as {
    readonly code?: string;
    readonly detail?: string;
    readonly problems?: readonly Problem[];
    readonly requestId?: string;
  };
  const kind = kindOfStatus(response.status);
  const id = kind === "bug" && problem.requestId !== undefined ? ` (request ${problem.requestId})` : "";
  return failureOf(kind, {
    code: problem.code ?? kind,
    message: `${problem.detail ?? `The server answered with the status ${response.status}.`}${id}`,
    problems: problem.problems ?? [],
  });
}
