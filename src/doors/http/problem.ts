/** Failures as HTTP says them: RFC 9457 problem documents, the same shape for every "no", ours or the server's. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { type Failure, failureTable, type Problem, Refusal, toFailure } from "#kernel/errors.ts";

export const problemMediaType = "application/problem+json; charset=utf-8";

/** The body of every failed request. */
export interface ProblemDocument {
  /** Where the reference explains this code. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** A sentence for the person who asked. */
  readonly detail: string;
  /** For programs: stable, snake case. */
  readonly code: string;
  /** What was wrong with which field; empty when the failure is not about the input. */
  readonly problems: readonly Problem[];
  /** Under this id the server's log knows the request. */
  readonly requestId: string;
  readonly retryAfterMs?: number;
}

/** A refusal of the HTTP door's own: a status that no operation has (404 for a path, 405, 415). */
export class HttpRefusal extends Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    refusal: {
      readonly code: string;
      readonly message: string;
      readonly headers?: Readonly<Record<string, string>>;
    },
  ) {
    super(refusal.code, refusal.message);
    this.status = status;
    this.headers = refusal.headers ?? {};
  }
}

/** Answers `request` with `error`, whatever it is. Bugs are logged with their cause; the asker sees the request id. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  onBug: (error: unknown) => void,
): FastifyReply {
  const known = fromServer(error);
  const failure = toFailure(known);
  if (failure.kind === "bug") onBug(error);
  const row = failureTable[failure.kind];
  const status = known instanceof HttpRefusal ? known.status : row.http;
  if (known instanceof HttpRefusal) reply.headers(known.headers);
  if (status === 401) reply.header("www-authenticate", 'Bearer realm="lyceum"');
  if (failure.retryAfterMs !== null)
    reply.header("retry-after", String(Math.ceil(failure.retryAfterMs / 1_000)));
  return reply
    .code(status)
    .header("content-type", problemMediaType)
    .header("cache-control", "no-store")
    .send(JSON.stringify(problemDocument(failure, { status, title: row.title, requestId: request.id })));
}

function problemDocument(
  failure: Failure,
  facts: { readonly status: number; readonly title: string; readonly requestId: string },
): ProblemDocument {
  return {
    type: `/docs#problem-${failure.code}`,
    title: facts.title,
    status: facts.status,
    detail: failure.message,
    code: failure.code,
    problems: failure.problems,
    requestId: facts.requestId,
    ...(failure.retryAfterMs === null ? {} : { retryAfterMs: failure.retryAfterMs }),
  };
}

/** Fastify's and Node's own errors about a request, as refusals; anything else is given back as it is. */
function fromServer(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Refusal) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const status = "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new Refusal(
        "too_large",
        "This request is larger than 1 MiB, the most that a JSON request may have. Send files through /api/v1/uploads.",
      );
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new Refusal(
        "unsupported_type",
        "Send the input as JSON, with the header Content-Type: application/json.",
      );
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new Refusal("invalid_input", "The body is not as long as its Content-Length header says.");
    case "FST_ERR_BAD_URL":
      return new Refusal(
        "invalid_input",
        "The path holds an escape sequence that is not valid: % needs two hex digits.",
      );
  }
  if (error instanceof SyntaxError && status === 400)
    return new Refusal("invalid_input", `The body is not valid JSON: ${error.message}.`);
  if (status >= 400 && status < 500)
    return new HttpRefusal(status, {
      code: "invalid_input",
      message: `${error.message.replace(/\.$/, "")}.`,
    });
  return error;
}
