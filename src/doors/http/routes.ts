/** The operations as HTTP: one route each, read from the registry. No rule of any feature lives here. */
import { hash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { JsonObject, JsonValue } from "#base/json.ts";
import type { CallAnswer } from "#kernel/call.ts";
import { invalidField, Refusal } from "#kernel/errors.ts";
import type { FileReference } from "#kernel/held-blobs.ts";
import type { Kernel } from "#kernel/kernel.ts";
import type { Origin } from "#kernel/operation.ts";
import { systemOnly } from "#kernel/policy.ts";
import { idempotencyKeyLengthMax } from "#kernel/receipts.ts";
import type { RegisteredOperation } from "#kernel/registry.ts";
import type { TextFile } from "#kernel/text-file.ts";
import { archiveUrl } from "./archives.ts";
import { wantsStrong } from "./consistency.ts";
import { contentDisposition } from "./content-disposition.ts";
import type { Metrics } from "./metrics.ts";
import type { PositionCookies } from "./position.ts";
import { queryReader } from "./query-input.ts";
import type { Credentials, SessionCookies, SessionOperations } from "./session-cookie.ts";

/** What the routes work with. */
export interface RouteParts {
  readonly kernel: Kernel;
  readonly cookies: SessionCookies;
  readonly positions: PositionCookies;
  readonly sessions: SessionOperations;
  readonly metrics: Metrics;
  /** A short-lived signed address for the bytes of a file. */
  readonly fileUrl: (file: FileReference) => Promise<string>;
}

/** The operations that anyone but Lyceum itself may hope to call; the rest have no route. */
export function publicOperations(kernel: Kernel): readonly RegisteredOperation[] {
  return kernel.registry.operations.filter((operation) => operation.policy !== systemOnly);
}

/** Adds a route for each operation. */
export function addOperationRoutes(app: FastifyInstance, parts: RouteParts): void {
  for (const operation of publicOperations(parts.kernel)) {
    const answer = operation.kind === "read" ? readRoute(parts, operation) : commandRoute(parts, operation);
    const observe = parts.metrics.observerOf(operation.name);
    app.route({
      method: operation.method,
      url: operation.path,
      handler: answer,
      onResponse: (_request, reply, done) => {
        observe(reply.statusCode, reply.elapsedTime);
        done();
      },
    });
  }
}

type Route = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

function readRoute(parts: RouteParts, operation: RegisteredOperation): Route {
  const inputOf = queryReader(operation.input);
  return async (request, reply) => {
    const input = inputOf(request.query as Record<string, string | string[]>);
    const answer = await callFrom(parts, operation, request, reply, { input, idempotencyKey: null });
    if (operation.returns === "blob") {
      const file = answer.output as FileReference;
      return sendAddress(request, reply, await parts.fileUrl(file), file);
    }
    if (operation.returns === "archive") {
      const { token } = parts.cookies.credentialsOf(request);
      const ticket = await parts.kernel.ticketFor(
        { operation: operation.name, input, token },
        answer.position,
      );
      return sendAddress(request, reply, archiveUrl(ticket), answer.output as JsonObject);
    }
    const output = operation.returns === "blobs" ? await withUrls(parts, answer.output) : answer.output;
    return operation.returns === "text" && !prefersJson(request.headers.accept)
      ? sendText(request, reply, answer.output as TextFile)
      : sendRead(request, reply, output);
  };
}

function commandRoute(parts: RouteParts, operation: RegisteredOperation): Route {
  const opensSession = parts.sessions.opens.includes(operation.name);
  const endsSession = parts.sessions.ends.includes(operation.name);
  return async (request, reply) => {
    const input = (request.body ?? {}) as JsonValue;
    const answer = await callFrom(parts, operation, request, reply, {
      input,
      idempotencyKey: keyOf(request),
    });
    let { output } = answer;
    if (opensSession && parts.cookies.wantsCookie(request)) output = moveToken(parts, reply, answer);
    else if (endsSession) parts.cookies.clear(reply);
    if (answer.replayed) reply.header("lyceum-replayed", "true");
    return reply
      .header("content-type", "application/json; charset=utf-8")
      .header("cache-control", "no-store")
      .send(JSON.stringify(output));
  };
}

async function callFrom(
  parts: RouteParts,
  operation: RegisteredOperation,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: { readonly input: JsonValue; readonly idempotencyKey: string | null },
): Promise<CallAnswer> {
  const { cookies, positions } = parts;
  const credentials = cookies.credentialsOf(request);
  if (operation.kind === "command") cookies.refuseForgery(request, credentials);
  const browserToken = credentials.fromCookie ? credentials.token : null;
  const wanted = positions.wantedBy(request, browserToken);
  const token = tokenFor(parts, operation, credentials);
  try {
    const answer = await parts.kernel.call({
      operation: operation.name,
      input: asked.input,
      token,
      idempotencyKey: asked.idempotencyKey,
      atLeast: wanted,
      strong: operation.kind === "read" && wantsStrong(request),
      requestId: request.id,
      origin: originOf(request),
    });
    positions.tell(reply, { position: answer.position, wanted, sessionToken: browserToken });
    return answer;
  } catch (error) {
    // A cookie that was not looked at is not to blame: a wrong password signs nobody out.
    if (credentials.fromCookie && token !== null && endedSession(error)) cookies.clear(reply);
    throw error;
  }
}

/** Someone who signs in need not be who they were: an old cookie, perhaps expired, must not stand in the way. */
function tokenFor(
  parts: RouteParts,
  operation: RegisteredOperation,
  credentials: Credentials,
): string | null {
  const startsAnew = credentials.fromCookie && parts.sessions.anonymous.includes(operation.name);
  return startsAnew ? null : credentials.token;
}

/** Puts the new session's token into the cookie; the body goes without it, so that no script ever sees it. */
function moveToken(parts: RouteParts, reply: FastifyReply, answer: CallAnswer): JsonValue {
  const { token, ...rest } = answer.output as JsonObject;
  // Empty while a second step is due: there is no session yet.
  if (typeof token !== "string" || token === "") return answer.output;
  parts.cookies.set(reply, token);
  parts.positions.tell(reply, { position: answer.position, wanted: null, sessionToken: token });
  return rest;
}

/** Sends a read's output, or 304 when the client holds the same already. */
function sendRead(request: FastifyRequest, reply: FastifyReply, output: JsonValue): FastifyReply {
  return sendTagged(request, reply, "application/json; charset=utf-8", JSON.stringify(output));
}

/** Sends a text under its own media type; nothing in it is to be run or shown as a page. */
function sendText(request: FastifyRequest, reply: FastifyReply, file: TextFile): FastifyReply {
  reply
    .header("content-disposition", contentDisposition("attachment", file.fileName))
    .header("x-content-type-options", "nosniff");
  return sendTagged(request, reply, `${file.mediaType}; charset=utf-8`, file.text);
}

function sendTagged(
  request: FastifyRequest,
  reply: FastifyReply,
  contentType: string,
  body: string,
): FastifyReply {
  const tag = `W/"${hash("sha1", body, "base64url")}"`;
  reply
    .header("etag", tag)
    .header("cache-control", "private, no-cache")
    .header("vary", "Accept, Authorization, Cookie");
  const known = request.headers["if-none-match"];
  if (known !== undefined && (known === tag || known.split(",").some((each) => each.trim() === tag)))
    return reply.code(304).send();
  return reply.header("content-type", contentType).send(body);
}

/** A file: where its bytes are, for a program that asks for JSON; for everyone else, the way there. */
function sendAddress(
  request: FastifyRequest,
  reply: FastifyReply,
  url: string,
  facts: JsonObject,
): FastifyReply {
  reply.header("cache-control", "private, no-store").header("vary", "Accept, Authorization, Cookie");
  if (prefersJson(request.headers.accept))
    return reply
      .header("content-type", "application/json; charset=utf-8")
      .send(JSON.stringify({ url, ...facts }));
  return reply.redirect(url, 303);
}

function prefersJson(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const first = accept.split(",")[0]?.split(";")[0]?.trim().toLowerCase();
  return first === "application/json";
}

/** The output with a `url` beside each file that it names. */
async function withUrls(parts: RouteParts, value: JsonValue): Promise<JsonValue> {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return Promise.all(value.map((each) => withUrls(parts, each)));
  const entries = await Promise.all(
    Object.entries(value).map(async ([name, field]) => [name, await withUrls(parts, field)] as const),
  );
  const copy: JsonObject = Object.fromEntries(entries);
  if (isFileReference(copy)) return { url: await parts.fileUrl(copy), ...copy };
  return copy;
}

function isFileReference(value: JsonObject): value is JsonObject & FileReference {
  const { fileName, mediaType, bytes, sha256 } = value;
  return (
    typeof fileName === "string" &&
    typeof mediaType === "string" &&
    typeof bytes === "number" &&
    typeof sha256 === "string"
  );
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key !== "string" || !/^[\x21-\x7e]+$/.test(key) || key.length > idempotencyKeyLengthMax)
    throw invalidField(
      "Idempotency-Key",
      `This header must have 1 to ${idempotencyKeyLengthMax} visible ASCII characters, for instance a UUID.`,
    );
  return key;
}

/** The command line comes in by this door and says so; the audit trail tells it from pages and programs. */
function originOf(request: FastifyRequest): Origin {
  const agent = request.headers["user-agent"]?.slice(0, 200) ?? null;
  return { door: agent?.startsWith("lyceum-cli/") ? "cli" : "http", address: request.ip, agent };
}

function endedSession(error: unknown): boolean {
  return error instanceof Refusal && error.kind === "unauthenticated";
}
