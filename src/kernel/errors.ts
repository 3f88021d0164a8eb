/**
 * Three kinds of failure, and no more: a refusal (expected, declared, safe to show), unavailable (try again) and a bug.
 * One table maps them to what each door speaks; one normaliser is called at the doors.
 */
import { BlobError } from "#engines/blobs/port.ts";
import { Unavailable } from "#engines/errors.ts";
import { UnreadableFile } from "#engines/inspector/port.ts";

export { Unavailable } from "#engines/errors.ts";

/** What kind of "no" a refusal is. Decides the status at every door; the code says which one it is. */
export type RefusalKind =
  | "invalid_input"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "failed_precondition"
  | "too_large"
  | "unsupported_type"
  | "rate_limited";

/** What was wrong with one field of the input. */
export interface Problem {
  /** The path of the field, with dots: `rubric.0.points`; empty for the input as a whole. */
  readonly field: string;
  /** What was wrong and what is accepted, as a sentence for the person who sent it. */
  readonly message: string;
}

export interface RefusalDetails {
  readonly kind?: RefusalKind;
  readonly problems?: readonly Problem[];
  readonly retryAfterMs?: number;
}

/** An expected "no": shown as it is to whoever asked, and kept in the receipt. Nothing was changed. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** Snake case; one of the kinds, or a code that the operation declares in `refusals`. */
  readonly code: string;
  readonly kind: RefusalKind;
  readonly problems: readonly Problem[];
  readonly retryAfterMs: number | null;

  constructor(code: string, message: string, details: RefusalDetails = {}) {
    super(message);
    this.code = code;
    this.kind = details.kind ?? (isRefusalKind(code) ? code : "failed_precondition");
    this.problems = details.problems ?? [];
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** For the common case of one field that does not fit. */
export function invalidField(field: string, message: string): Refusal {
  return new Refusal("invalid_input", message, { problems: [{ field, message }] });
}

/** How each kind of failure is said at each door. gRPC numbers: google.rpc.Code; exit statuses: sysexits.h. */
export const failureTable: Readonly<
  Record<
    RefusalKind | "unavailable" | "bug",
    { readonly http: number; readonly grpc: number; readonly exit: number; readonly title: string }
  >
> = {
  invalid_input: { http: 400, grpc: 3, exit: 65, title: "The input does not fit" },
  unauthenticated: { http: 401, grpc: 16, exit: 77, title: "Sign in first" },
  forbidden: { http: 403, grpc: 7, exit: 77, title: "Not allowed" },
  not_found: { http: 404, grpc: 5, exit: 66, title: "Not found" },
  conflict: { http: 409, grpc: 10, exit: 73, title: "Conflict" },
  failed_precondition: { http: 422, grpc: 9, exit: 69, title: "Not possible now" },
  too_large: { http: 413, grpc: 11, exit: 65, title: "Too large" },
  unsupported_type: { http: 415, grpc: 3, exit: 65, title: "Type not allowed" },
  rate_limited: { http: 429, grpc: 8, exit: 75, title: "Too many requests" },
  unavailable: { http: 503, grpc: 14, exit: 75, title: "Unavailable, try again" },
  bug: { http: 500, grpc: 13, exit: 70, title: "A fault of ours" },
};

/** A failure in the one shape that every door shows. */
export interface Failure {
  readonly kind: RefusalKind | "unavailable" | "bug";
  readonly code: string;
  readonly message: string;
  readonly problems: readonly Problem[];
  readonly retryAfterMs: number | null;
}

/** What was thrown as a refusal, where it is one or an engine's way of saying so; null for everything else. */
export function asRefusal(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error;
  if (error instanceof UnreadableFile)
    return new Refusal(error.code, error.message, {
      kind: error.code === "file_too_complex" ? "too_large" : "invalid_input",
    });
  return error instanceof BlobError ? blobRefusal(error) : null;
}

/** Turns whatever was thrown into the shape that doors show. The cause of a bug stays here, for the log. */
export function toFailure(error: unknown): Failure {
  const refusal = asRefusal(error);
  if (refusal !== null) {
    const { kind, code, message, problems, retryAfterMs } = refusal;
    return { kind, code, message, problems, retryAfterMs };
  }
  if (error instanceof Unavailable) {
    const { message, retryAfterMs } = error;
    return { kind: "unavailable", code: "unavailable", message, problems: [], retryAfterMs };
  }
  return {
    kind: "bug",
    code: "bug",
    message: "Something went wrong on our side. It has been logged under the request id.",
    problems: [],
    retryAfterMs: null,
  };
}

/** A `Failure` as an error again; used where a stored refusal is replayed. */
export function refusalOf(failure: Failure): Refusal {
  return new Refusal(failure.code, failure.message, {
    kind: isRefusalKind(failure.kind) ? failure.kind : "failed_precondition",
    problems: failure.problems,
    ...(failure.retryAfterMs === null ? {} : { retryAfterMs: failure.retryAfterMs }),
  });
}

function blobRefusal(error: BlobError): Refusal {
  switch (error.code) {
    case "too_large":
      return new Refusal("too_large", error.message);
    case "not_found":
      return new Refusal("not_found", error.message);
    case "too_many":
      return new Refusal("rate_limited", error.message);
    case "offset_mismatch":
    case "finished":
    case "busy":
      return new Refusal("conflict", error.message);
    case "damaged":
      return new Refusal("failed_precondition", error.message);
  }
}

function isRefusalKind(code: string): code is RefusalKind {
  return Object.hasOwn(failureTable, code) && code !== "unavailable" && code !== "bug";
}
