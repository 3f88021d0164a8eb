/**
 * The typed client: every operation by its name, the session in a cookie that scripts cannot read. Reads are GET with
 * query parameters, commands POST with a key, so that asking again after a lost answer does nothing twice.
 */
import { reportConnection } from "./connection.ts";
import type {
  CommandInput,
  CommandName,
  CommandOutput,
  ReadInput,
  ReadName,
  ReadOutput,
} from "./contract.ts";
import { fetchFromNodes, hasMoved } from "./nodes.ts";

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** A failed call, with what the server said about it. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly status: number;
  readonly code: string;
  readonly problems: readonly FieldProblem[];
  readonly requestId: string | null;
  readonly retryAfterMs: number | null;

  constructor(facts: {
    status: number;
    code: string;
    message: string;
    problems?: readonly FieldProblem[];
    requestId?: string | null;
    retryAfterMs?: number | null;
  }) {
    super(facts.message);
    this.status = facts.status;
    this.code = facts.code;
    this.problems = facts.problems ?? [];
    this.requestId = facts.requestId ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }

  /** Whether the same call may well succeed later: no network, no leader, overload. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** The header by which the server knows a page of its own: no other site can set it. */
export const sessionHeaders = { "lyceum-session": "cookie" } as const;

const attemptsMax = 7;
const pauseMsMax = 8_000;
const renewBeforeMs = 5 * 60_000;

export function pathOf(name: string): string {
  const [slice = "", verbNoun = ""] = name.split(".");
  return `/api/v1/${slice}/${verbNoun.replaceAll(/([A-Z])/g, "-$1").toLowerCase()}`;
}

/** Reads; `signal` lets a page that was left stop waiting. */
export function read<Name extends ReadName>(
  name: Name,
  input: ReadInput<Name>,
  signal?: AbortSignal,
): Promise<ReadOutput<Name>> {
  const query = new URLSearchParams();
  for (const [field, value] of Object.entries(input))
    for (const each of [value].flat()) if (each !== undefined) query.append(field, String(each));
  const path = query.size === 0 ? pathOf(name) : `${pathOf(name)}?${query}`;
  return send(path, {
    headers: { accept: "application/json", ...sessionHeaders },
    ...(signal ? { signal } : {}),
  }) as Promise<ReadOutput<Name>>;
}

/**
 * Runs a command. While the school cannot be reached it is sent again with the same key, so it happens once; give
 * `key` to go on with one whose outcome is not known.
 */
export async function command<Name extends CommandName>(
  name: Name,
  input: CommandInput<Name>,
  key: string = crypto.randomUUID(),
): Promise<CommandOutput<Name>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await send(pathOf(name), {
        method: "POST",
        headers: {
          accept: "application/json",
          "content-type": "application/json",
          "idempotency-key": key,
          ...sessionHeaders,
        },
        body: JSON.stringify(input),
      })) as CommandOutput<Name>;
    } catch (error) {
      if (!(error instanceof CallError) || !error.isPassing || attempt === attemptsMax) throw error;
      const pause = Math.min(error.retryAfterMs ?? 400 * 2 ** (attempt - 1), pauseMsMax);
      await new Promise((done) => setTimeout(done, pause * (0.75 + Math.random() / 2)));
    }
  }
}

async function send(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetchFromNodes(path, init).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
    reportConnection("lost");
    throw new CallError({ status: 0, code: "offline", message: "" });
  });
  if (response.status >= 502 && response.status <= 504) reportConnection("busy");
  else reportConnection(hasMoved() ? "moved" : "fine");
  if (response.ok) return response.json();
  throw await problemOf(response);
}

async function problemOf(response: Response): Promise<CallError> {
  const body: unknown = await response.json().catch(() => null);
  const said = body !== null && typeof body === "object" ? (body as Partial<Record<string, unknown>>) : {};
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return new CallError({
    status: response.status,
    code: text(said.code) ?? "unknown",
    message: text(said.detail) ?? response.statusText,
    problems: Array.isArray(said.problems) ? (said.problems as FieldProblem[]) : [],
    requestId: text(said.requestId),
    retryAfterMs: typeof said.retryAfterMs === "number" ? said.retryAfterMs : null,
  });
}

/** How long from now the session should be renewed; at once when it is nearly over. */
export function renewInMs(expiresAt: number, now: number): number {
  return Math.max(0, expiresAt - now - renewBeforeMs);
}

/** Where to go to sign in and come back here. */
export function signInAddress(): string {
  const here = `${location.pathname}${location.search}${location.hash}`;
  return here === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}`;
}

/** The path to go on to after signing in; never to another site. */
export function nextAddress(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  const target = new URL(next, location.origin);
  return next.startsWith("/") && target.origin === location.origin && target.pathname !== "/sign-in"
    ? `${target.pathname}${target.search}${target.hash}`
    : "/";
}
