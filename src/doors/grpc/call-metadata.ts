/** What a client says beside its message: who it is, which call this is, how fresh the answer must be. */
import type { CallAnswer, CallRequest } from "#kernel/call.ts";
import { invalidField, Refusal } from "#kernel/errors.ts";

const positionMetadata = "lyceum-position";
const consistencyMetadata = "lyceum-consistency";
const requestIdPattern = /^[A-Za-z0-9._-]{1,100}$/;
const agentLengthMax = 200;

/** Everything of a call request but the operation and its input. */
export type CallFrame = Omit<CallRequest, "operation" | "input">;

/** What a call says of itself, by names in lower case; null where it does not say it. */
export interface MetadataReader {
  get(name: string): string | null;
}

export function callFrame(
  headers: MetadataReader,
  caller: { readonly address: string | null; readonly requestId: string },
): CallFrame {
  return {
    token: bearerToken(headers.get("authorization")),
    idempotencyKey: headers.get("idempotency-key"),
    atLeast: position(headers.get(positionMetadata)),
    strong: isStrong(headers.get(consistencyMetadata)),
    requestId: caller.requestId,
    origin: {
      door: "grpc",
      address: caller.address,
      agent: headers.get("user-agent")?.slice(0, agentLengthMax) ?? null,
    },
  };
}

/** The client's own id for the request where it gave a usable one. */
export function givenRequestId(headers: MetadataReader): string | null {
  const given = headers.get("x-request-id");
  return given !== null && requestIdPattern.test(given) ? given : null;
}

/** What an answer says beside its message. */
export function answerMetadata({ position, replayed }: CallAnswer): Readonly<Record<string, string>> {
  const told = { [positionMetadata]: String(position) };
  return replayed ? { ...told, "idempotency-replayed": "true" } : told;
}

function bearerToken(header: string | null): string | null {
  if (header === null) return null;
  const token = /^Bearer ([^\s]+)$/i.exec(header)?.[1];
  if (token === undefined)
    throw new Refusal(
      "unauthenticated",
      "The metadata `authorization` must be `Bearer <token>`, with the token that signing in gave.",
    );
  return token;
}

function position(text: string | null): number | null {
  if (text === null) return null;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value))
    throw invalidField(
      positionMetadata,
      "This metadata must be a position that an earlier answer gave; leave it out to read whatever is here.",
    );
  return value;
}

/** A read that is asked for as `strong` holds everything that was acknowledged anywhere before. */
function isStrong(text: string | null): boolean {
  if (text === null) return false;
  if (text === "strong") return true;
  throw invalidField(
    consistencyMetadata,
    "This metadata takes the value strong; leave it out to read what the node that answers has.",
  );
}
